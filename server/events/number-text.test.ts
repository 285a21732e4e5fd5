import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { numberText } from './number-text.ts';

describe('a number of an event, as text', () => {
  it.each([
    ['1e3', '1000'],
    ['1E-7', '1e-7'],
    ['0.0000001000', '1e-7'],
    ['-0.0', '0'],
    ['12345678901234567890.50', '12345678901234567890.5'],
    ['123456789012345678901234', '1.23456789012345678901234e+23'],
    ['1e400', '1e+400'],
  ])('%s is %s', (spelled, text) => expect(numberText(new LosslessNumber(spelled))).toBe(text));

  it('is the same, whichever parser read it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(numberText(number)).toBe(new Decimal(number).toString());
        expect(numberText(new LosslessNumber(String(number)))).toBe(numberText(number));
      }),
    );
  });

  it.each([['1'], [null], [true], [undefined], [[1]]])('is none of %j', (value) =>
    expect(numberText(value)).toBeUndefined(),
  );
});
