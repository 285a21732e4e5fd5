import fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { digits } from '../domain/testing/digits.ts';
import { readDecimal } from './decimal-text.ts';

describe('a decimal', () => {
  it.each<[unknown, string]>([
    [0, '0'],
    [-0, '0'],
    [12, '12'],
    [-1.5, '-1.5'],
    [0.1, '0.1'],
    [1e-12, '0.000000000001'],
    ['12', '12'],
    ['1.500', '1.5'],
    ['-0.0', '0'],
    ['007', '7'],
    ['+3', '3'],
    ['1e3', '1000'],
    ['0e0', '0'],
    ['0.000000000001', '0.000000000001'],
    ['1.0000000000000000000000000000', '1'],
    ['999999999999999999.999999999999', '999999999999999999.999999999999'],
    [new LosslessNumber('123456.1234567890120000'), '123456.123456789012'],
    [new LosslessNumber('12E-1'), '1.2'],
  ])('%j is %s', (value, decimal) => expect(readDecimal(value)).toEqual({ decimal }));

  it.each<[unknown, string]>([
    [undefined, 'is missing'],
    [null, 'not null'],
    [true, 'not true'],
    [[], 'not an array'],
    [{}, 'not an object'],
    ['', 'must be a number'],
    [' 1', 'must be a number'],
    ['1 ', 'must be a number'],
    ['12abc', 'not "12abc"'],
    ['0x10', 'must be a number'],
    ['1_000', 'must be a number'],
    ['1,5', 'must be a number'],
    ['.5', 'must be a number'],
    ['5.', 'must be a number'],
    ['--1', 'must be a number'],
    ['١٢', 'must be a number'],
    ['NaN', 'must be a number'],
    ['Infinity', 'must be a number'],
    [Number.NaN, 'must be a number'],
    [Number.POSITIVE_INFINITY, 'must be a number'],
    ['1e400', 'must be below 10^18'],
    [new LosslessNumber('1e400'), 'must be below 10^18'],
    [1e18, 'must be below 10^18'],
    ['1e-13', 'at most 12 decimals'],
    ['0.1234567890123', 'at most 12 decimals'],
    ['1'.repeat(40), 'must be below 10^18'],
    ['1e99999', 'must be a number'],
  ])('%j is refused: %s', (value, problem) => {
    expect(readDecimal(value)).toEqual({ problem: expect.stringContaining(problem) });
  });

  it('is read exactly, however it is spelled', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n }), (value) => {
        const decimal = digits(value, 12);
        expect(readDecimal(decimal)).toEqual({ decimal });
        expect(readDecimal(`${value}e-12`)).toEqual({ decimal });
        expect(readDecimal(new LosslessNumber(`${value}E-12`))).toEqual({ decimal });
      }),
    );
  });
});
