import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  amountText,
  divideHalfEven,
  divideHalfUp,
  fixedText,
  moneyText,
  parseAmount,
  parseFixed,
  parseQuantity,
  quantityText,
  roundToMinorUnit,
} from './money.ts';

describe('decimal text', () => {
  it.each([
    ['0', 0n, '0'],
    ['-0', 0n, '0'],
    ['12.50', 12_500_000_000_000n, '12.5'],
    ['-0.000000000001', -1n, '-0.000000000001'],
    ['007', 7_000_000_000_000n, '7'],
    ['1.0000000000000000', 1_000_000_000_000n, '1'],
    [
      '99999999999999999999.999999999999',
      99_999_999_999_999_999_999_999_999_999_999n,
      '99999999999999999999.999999999999',
    ],
  ])('%s as an amount', (text, amount, back) => {
    expect(parseAmount(text)).toBe(amount);
    expect(amountText(amount)).toBe(back);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '1.',
    '.5',
    '+1',
    '1e3',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1.2.3',
    '1\n',
    '١',
    '1_000',
  ])('is not %j', (text) => expect(() => parseAmount(text)).toThrow(RangeError));

  it('has no more decimals than are kept, but for zeros', () => {
    expect(() => parseAmount('0.0000000000001')).toThrow('more than 12 decimals');
    expect(() => parseQuantity('0.0000000000000000001')).toThrow('more than 18 decimals');
    expect(parseQuantity('0.000000000000000001')).toBe(1n);
    expect(parseFixed('5', 0)).toBe(5n);
    expect(fixedText(5n, 0)).toBe('5');
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (value) => {
        expect(parseAmount(amountText(value))).toBe(value);
        expect(parseQuantity(quantityText(value))).toBe(value);
        expect(parseAmount(moneyText(value, 2))).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('division', () => {
  it.each([
    // n, d, half even, half up
    [5n, 2n, 2n, 3n],
    [7n, 2n, 4n, 4n],
    [-5n, 2n, -2n, -3n],
    [-7n, 2n, -4n, -4n],
    [1n, 2n, 0n, 1n],
    [-1n, 2n, 0n, -1n],
    [4n, 3n, 1n, 1n],
    [5n, 3n, 2n, 2n],
    [-4n, 3n, -1n, -1n],
    [-5n, 3n, -2n, -2n],
    [0n, 7n, 0n, 0n],
  ])('%s / %s is %s half even, %s half up', (n, d, even, up) => {
    expect(divideHalfEven(n, d)).toBe(even);
    expect(divideHalfUp(n, d)).toBe(up);
  });

  it('is never off by more than a half, and is the same on both sides of zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 15n }), (n, d) => {
        for (const divide of [divideHalfEven, divideHalfUp]) {
          const off = 2n * (n - divide(n, d) * d);
          expect(off <= d && -off <= d).toBe(true);
          expect(divide(-n, d)).toBe(-divide(n, d));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('rounding to the minor unit', () => {
  it.each([
    ['0.005', 2, '0.01'],
    ['0.004999999999', 2, '0.00'],
    ['-0.005', 2, '-0.01'],
    ['-0.004999999999', 2, '0.00'],
    ['1.005', 2, '1.01'],
    ['12.5', 2, '12.50'],
    ['0.0512477', 2, '0.05'],
    ['0.2980831', 2, '0.30'],
    ['0.5', 0, '1'],
    ['1234.4', 0, '1234'],
    ['0.0005', 3, '0.001'],
  ])('%s with %i decimals is %s', (exact, decimals, shown) => {
    expect(moneyText(roundToMinorUnit(parseAmount(exact), decimals), decimals)).toBe(shown);
  });
});
