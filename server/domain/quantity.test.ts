import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addQuantities, compareQuantities, levelSeconds } from './quantity.ts';
import { digits } from './testing/digits.ts';

describe('quantities', () => {
  it.each([
    [[], '0'],
    [['0.1', '0.2'], '0.3'],
    [['-0.000000000001', '0.000000000001'], '0'],
    [['99999999999999999999999999', '0.000000000001'], '99999999999999999999999999.000000000001'],
    [['1e-12'], '0.000000000001'],
  ])('%j add up to %s', (quantities, sum) => expect(addQuantities(quantities)).toBe(sum));

  it.each([
    ['1', '0.000001'],
    ['0.000000000001', '0.000000000000000001'],
    ['2592000000000', '2592000'],
    ['0', '0'],
  ])('%s level-microseconds are %s level-seconds', (micros, seconds) => expect(levelSeconds(micros)).toBe(seconds));

  const scaled = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });

  it('add up exactly, in any order', () => {
    fc.assert(
      fc.property(fc.array(scaled, { maxLength: 50 }), (values) => {
        const sum = digits(
          values.reduce((total, value) => total + value, 0n),
          12,
        );
        expect(addQuantities(values.map((value) => digits(value, 12)))).toBe(sum);
        expect(addQuantities(values.map((value) => digits(value, 12)).toReversed())).toBe(sum);
      }),
    );
  });

  it('are ordered by value', () => {
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        expect(compareQuantities(digits(a, 12), digits(b, 12))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(compareQuantities('10', '9.9')).toBe(1);
    expect(compareQuantities('1.0', '1')).toBe(0);
  });
});
