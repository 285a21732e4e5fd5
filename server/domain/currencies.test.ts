import { data } from 'currency-codes';
import { describe, expect, it } from 'vitest';
import { currencies, isCurrencyCode, minorUnitOf, whyNoCurrency } from './currencies.ts';

describe('decimals of a currency', () => {
  it.each([
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['IQD', 3],
    ['CLF', 4],
    // Where runtimes follow what is paid in cash.
    ['HUF', 2],
    ['IDR', 2],
    ['COP', 2],
    ['PKR', 2],
    ['ALL', 2],
    ['LBP', 2],
    ['MMK', 2],
    // In the order of the standard's amendments: of codes that left the list.
    ['ANG', 2],
    ['BGN', 2],
  ])('%s: %i', (currency, decimals) => expect(minorUnitOf(currency)).toBe(decimals));

  it('are those of another copy of the standard, apart from what was amended since', () => {
    const other = new Map(data.map(({ code, digits }) => [code, digits]));
    const ours = new Map(currencies());
    const amended = ['ANG', 'BGN', 'CUC'];
    const withoutMinorUnit = 'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX'.split(' ');
    expect([...other.keys()].filter((code) => !ours.has(code)).sort()).toEqual([...amended, ...withoutMinorUnit]);
    expect([...ours.keys()].filter((code) => !other.has(code)).sort()).toEqual(['XAD', 'XCG']);
    for (const [code, decimals] of ours) expect([code, decimals]).toEqual([code, other.get(code) ?? 2]);
  });
});

describe('what can be billed in', () => {
  it.each(['USD', 'KWD', 'XCG', 'XOF'])('%s can', (code) => expect(whyNoCurrency(code)).toBeNull());

  it.each([
    ['XAU', /no minor unit/],
    ['XDR', /no minor unit/],
    ['XXX', /no minor unit/],
    ['BGN', /withdrawn BGN; its place was taken by EUR/],
    ['ANG', /XCG/],
    ['ABC', /Must be an ISO 4217 code/],
    ['usd', /in capitals/],
    ['', /Must be/],
  ])('%s cannot, with a reason', (code, reason) => expect(whyNoCurrency(code)).toMatch(reason));

  it.each(['EUR', 'XAU', 'DEM'])('%s reads as money', (code) => expect(isCurrencyCode(code)).toBe(true));
  it.each(['unit', 'dyno', 'eur', ''])('"%s" does not', (text) => expect(isCurrencyCode(text)).toBe(false));
});
