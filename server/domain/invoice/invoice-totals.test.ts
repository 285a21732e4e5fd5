import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText, parseAmount } from '../money.ts';
import { exact } from '../testing/exact.ts';
import type { Pays } from './credits.ts';
import { invoiceTotals, payInvoice } from './invoice-totals.ts';

const totals = (lineAmounts: string[], creditsAvailable = '0', taxPercent = '0', minorUnit = 2) =>
  invoiceTotals({ amounts: lineAmounts.map((amount) => ({ taxPercent, amount })), creditsAvailable, minorUnit });
const figures = (...args: Parameters<typeof totals>) => {
  const { subtotal, credits, taxBase, tax, total } = totals(...args);
  return [subtotal, credits, taxBase, tax, total];
};

describe('an invoice', () => {
  it.each([
    // A real one of June 2020: lines rounded to cents, tax of six percent on their sum.
    [['7.00', '64.05', '0.21', '0.30'], '0', '6', ['71.56', '0.00', '71.56', '4.29', '75.85']],
    [[], '0', '0', ['0.00', '0.00', '0.00', '0.00', '0.00']],
    [[], '50', '8.25', ['0.00', '0.00', '0.00', '0.00', '0.00']],
    [['10.00'], '4', '10', ['10.00', '4.00', '6.00', '0.60', '6.60']],
    [['10.00'], '10', '10', ['10.00', '10.00', '0.00', '0.00', '0.00']],
    [['10.00'], '25.50', '10', ['10.00', '10.00', '0.00', '0.00', '0.00']],
    // Half a cent of tax goes up; less than half does not.
    [['0.50'], '0', '1', ['0.50', '0.00', '0.50', '0.01', '0.51']],
    [['0.49'], '0', '1', ['0.49', '0.00', '0.49', '0.00', '0.49']],
    [['100.00'], '0', '8.125', ['100.00', '0.00', '100.00', '8.13', '108.13']],
    // Corrections beyond the charges: nothing is drawn, the tax is given back.
    [['5.00', '-15.00'], '20', '10', ['-10.00', '0.00', '-10.00', '-1.00', '-11.00']],
    [
      ['99999999999999999999.99', '0.01'],
      '0',
      '100',
      [
        '100000000000000000000.00',
        '0.00',
        '100000000000000000000.00',
        '100000000000000000000.00',
        '200000000000000000000.00',
      ],
    ],
  ])('of %j with credits of %s and tax of %s percent', (lines, credits, tax, expected) => {
    expect(figures(lines, credits, tax)).toEqual(expected);
  });

  it.each([
    ['JPY', 0, ['100', '5'], ['105', '0', '105', '11', '116']],
    ['BHD', 3, ['0.005', '1.2'], ['1.205', '0.000', '1.205', '0.121', '1.326']],
  ])('in %s counts in its minor unit', (_, minorUnit, lines, expected) => {
    expect(figures(lines, '0', '10', minorUnit)).toEqual(expected);
  });

  it.each([
    ['0.005', 2],
    ['0.5', 0],
  ])('does not take a line of %s at %i decimals: it would be rounded a second time', (line, minorUnit) => {
    expect(() => totals([line], '0', '0', minorUnit)).toThrow('not rounded');
  });

  it('adds up, draws no more than is due or there, and rounds its tax by half a cent at most', () => {
    const cents = (min: bigint) => fc.bigInt({ min, max: 10n ** 12n }).map((n) => amountText(n * 10n ** 10n));
    const percent = fc.bigInt({ min: 0n, max: 100_000_000n }).map((n) => amountText(n * 10n ** 6n));
    fc.assert(
      fc.property(fc.array(cents(-(10n ** 12n))), cents(0n), percent, (lines, available, taxPercent) => {
        const found = totals(lines, available, taxPercent);
        const [subtotal, credits, taxBase, tax, total] = figures(lines, available, taxPercent).map(parseAmount);
        expect(subtotal).toBe(lines.reduce((sum, line) => sum + parseAmount(line), 0n));
        expect(taxBase).toBe((subtotal ?? 0n) - (credits ?? 0n));
        expect(total).toBe((taxBase ?? 0n) + (tax ?? 0n));
        expect(credits).toBeGreaterThanOrEqual(0n);
        expect(credits).toBeLessThanOrEqual(parseAmount(available));
        if ((subtotal ?? 0n) >= 0n) expect(credits).toBeLessThanOrEqual(subtotal ?? 0n);
        else expect(found.credits).toBe('0.00');
        // In 10⁻¹² of a percent of 10⁻¹²: twice the difference is at most one cent.
        const off = 100n * 10n ** 12n * (tax ?? 0n) - (taxBase ?? 0n) * parseAmount(taxPercent);
        expect(2n * (off < 0n ? -off : off)).toBeLessThanOrEqual(100n * 10n ** 12n * 10n ** 10n);
      }),
    );
  });
});

describe('credits', () => {
  const grant = (balance: string, pays: Pays = 'charges') => ({ id: `${pays} ${balance}`, reason: '', pays, balance });
  const paid = (grants: ReturnType<typeof grant>[], ...amounts: [amount: string, taxPercent: string][]) => {
    const taxed = amounts.map(([amount, taxPercent]) => ({ amount, taxPercent }));
    const { draws, totals } = payInvoice(grants, taxed, 2);
    return [draws.map(({ grantId, amount }) => `${amount} of ${grantId}`), totals.credits, totals.tax, totals.total];
  };

  it.each<[string, ReturnType<typeof paid>, ReturnType<typeof paid>]>([
    ['pay charges before tax', paid([grant('4')], ['10', '20']), [['4 of charges 4'], '4.00', '1.20', '7.20']],
    ['pay totals after it', paid([grant('4', 'total')], ['10', '20']), [['4 of total 4'], '4.00', '2.00', '8.00']],
    [
      'pay a total to its end, and no further',
      paid([grant('40', 'total')], ['10', '20']),
      [['12 of total 40'], '12.00', '2.00', '0.00'],
    ],
    [
      'pay charges first, whatever comes first',
      paid([grant('40', 'total'), grant('4')], ['10', '20']),
      [['4 of charges 4', '7.2 of total 40'], '11.20', '1.20', '0.00'],
    ],
    [
      'pay nothing where nothing is to be paid, though charges come to something',
      paid([grant('4'), grant('4', 'total')], ['31', '0'], ['-30', '20']),
      [[], '0.00', '-6.00', '-5.00'],
    ],
    [
      'never pay out, where tax is given back at a higher rate',
      // 436.02 and 33.58 of tax, less 239.48 and 47.90: 182.22 are to be paid, and 169.19 with their tax of 13.03 are as much.
      paid([grant('500')], ['436.02', '7.7'], ['-239.48', '20']),
      [['169.19 of charges 500'], '169.19', '-27.35', '0.00'],
    ],
    [
      'pay tax alone only where they pay totals',
      paid([grant('4'), grant('4', 'total')], ['-31', '0'], ['30', '20']),
      [['4 of total 4'], '4.00', '6.00', '1.00'],
    ],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected));

  it('leave nothing below nothing, and use up what there is where anything is left', () => {
    const cents = (min: bigint) => fc.bigInt({ min, max: 10n ** 9n }).map((n) => amountText(n * 10n ** 10n));
    const rate = fc.constantFrom('0', '7.7', '19', '20');
    const lines = fc.array(fc.record({ amount: cents(-(10n ** 9n)), taxPercent: rate }), { maxLength: 4 });
    fc.assert(
      fc.property(lines, fc.array(cents(1n), { maxLength: 3 }), (amounts, balances) => {
        const grants = balances.map((balance, i) => grant(balance, i === 1 ? 'total' : 'charges'));
        const undrawn = payInvoice([], amounts, 2).totals;
        const { draws, totals } = payInvoice(grants, amounts, 2);
        const [before, total] = [exact(undrawn.total), exact(totals.total)];
        if (before <= 0n) expect([draws, totals]).toEqual([[], undrawn]);
        else expect(total).toBeGreaterThanOrEqual(0n);
        const drawn = draws.reduce((sum, { amount }) => sum + exact(amount), 0n);
        expect(drawn).toBe(exact(totals.credits));
        const cent = 10n ** 28n;
        // Of what pays the total all is drawn before anything is left.
        const left = grants
          .filter(({ pays }) => pays === 'total')
          .reduce((sum, { id, balance }) => {
            const own = draws.find(({ grantId }) => grantId === id);
            return sum + exact(balance) - exact(own?.amount ?? '0');
          }, 0n);
        if (before > 0n && left > 0n) expect(total).toBeLessThan(cent);
      }),
    );
  });

  it('of what an invoice gave back come to that exactly, whatever the later rates', () => {
    const cents = (min: bigint) => fc.bigInt({ min, max: 10n ** 9n }).map((n) => amountText(n * 10n ** 10n));
    const rate = fc.constantFrom('0', '7.7', '19', '20');
    const lines = (min: bigint) => fc.array(fc.record({ amount: cents(min), taxPercent: rate }), { maxLength: 4 });
    fc.assert(
      fc.property(lines(-(10n ** 9n)), fc.array(lines(0n), { maxLength: 6 }), (first, later) => {
        const given = payInvoice([], first, 2).totals.total;
        let left = exact(given) < 0n ? -exact(given) : 0n;
        let due = exact(given) > 0n ? exact(given) : 0n;
        let before = exact(given);
        for (const amounts of later) {
          const balance = amountText(left / 10n ** 18n);
          const undrawn = exact(payInvoice([], amounts, 2).totals.total);
          const { totals, draws } = payInvoice([grant(balance, 'total')], amounts, 2);
          for (const { amount } of draws) left -= exact(amount);
          due += exact(totals.total);
          before += undrawn;
          expect(exact(totals.total)).toBeGreaterThanOrEqual(0n);
        }
        // What is paid, less what is still owed to the customer, is what all of it came to.
        expect(due - left).toBe(before);
      }),
    );
  });
});
