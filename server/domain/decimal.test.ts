import { describe, expect, it } from 'vitest';
import { divideDecimal, exactText, isZero, roundDecimal, scaleOf } from './decimal.ts';

describe('exactText', () => {
  it.each([
    ['0', '0'],
    ['-0.000', '0'],
    ['7', '7'],
    ['999', '999'],
    ['1000', '1,000'],
    ['22361870', '22,361,870'],
    ['22361870.250000000000', '22,361,870.25'],
    ['-1234.5', '−1,234.5'],
    ['0012', '12'],
    ['99999999999999999999999999.000000000001', '99,999,999,999,999,999,999,999,999.000000000001'],
  ])('%s reads %s', (decimal, text) => {
    expect(exactText(decimal)).toBe(text);
  });

  it('pads the fraction so that a column aligns', () => {
    expect(exactText('12.5', 3)).toBe('12.500');
    expect(exactText('12', 2)).toBe('12.00');
  });

  it.each(['', '1e5', 'NaN', '1,000', '.5', '--1', ' 1'])('refuses %j instead of guessing', (text) => {
    expect(() => exactText(text)).toThrow(/not a plain decimal/);
  });
});

describe('roundDecimal', () => {
  it.each([
    ['1.005', 2, '1.01'],
    ['1.004999', 2, '1'],
    ['0.5', 0, '1'],
    ['-0.5', 0, '-1'],
    ['9.995', 2, '10'],
    ['0.004', 2, '0'],
    ['12', 2, '12'],
    ['12345678901234567890.555', 2, '12345678901234567890.56'],
  ])('%s to %i digits is %s', (decimal, scale, rounded) => {
    expect(roundDecimal(decimal, scale)).toBe(rounded);
  });
});

describe('divideDecimal', () => {
  it.each([
    ['3600', 3600n, 2, '1'],
    ['5400.5', 3600n, 4, '1.5001'],
    ['-1800', 3600n, 1, '-0.5'],
    ['1', 3n, 3, '0.333'],
    ['2', 3n, 3, '0.667'],
    ['18', 3600n, 2, '0.01'],
    ['0', 3600n, 0, '0'],
    ['1799', 3600n, 0, '0'],
    ['1800', 3600n, 0, '1'],
    ['1799.999', 3600n, 0, '0'],
  ])('%s / %s to %i digits is %s', (decimal, by, scale, quotient) => {
    expect(divideDecimal(decimal, by, scale)).toBe(quotient);
  });
});

describe('scaleOf', () => {
  it.each([
    ['1', 0],
    ['1.50', 1],
    ['1.000', 0],
    ['0.000001', 6],
  ])('%s has %i', (decimal, scale) => {
    expect(scaleOf(decimal)).toBe(scale);
  });
});

describe('isZero', () => {
  it.each([
    ['0', true],
    ['-0.000', true],
    ['0.001', false],
    ['10', false],
    ['-0.5', false],
  ])('%s: %s', (decimal, zero) => expect(isZero(decimal)).toBe(zero));
});
