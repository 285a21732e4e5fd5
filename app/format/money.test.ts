import { describe, expect, it } from 'vitest';
import { exactMoneyText, moneyText, priceText } from './money.ts';

const usd = { currency: 'USD', minorUnit: 2 };

describe('money', () => {
  it.each([
    ['2913.38', usd, '$2,913.38'],
    ['0', usd, '$0.00'],
    ['-2.5', usd, '−$2.50'],
    ['2177.41935483871', usd, '$2,177.42'],
    ['12.5', { currency: 'EUR', minorUnit: 2 }, 'EUR 12.50'],
    ['1200', { currency: 'JPY', minorUnit: 0 }, 'JPY 1,200'],
  ])('%s is %s', (amount, currency, text) => {
    expect(moneyText(amount, currency)).toBe(text);
  });

  it('keeps every digit where it is exact', () => {
    expect(exactMoneyText('2177.41935483871', usd)).toBe('2,177.41935483871 USD');
    expect(exactMoneyText('12.5', usd)).toBe('12.50 USD');
    expect(priceText('0.000015', usd)).toBe('$0.000015');
    expect(priceText('450', { currency: 'EUR', minorUnit: 2 })).toBe('EUR 450.00');
  });
});
