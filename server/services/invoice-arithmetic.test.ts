import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact } from '../../e2e/support/exact.ts';
import { chooseDraws } from '../domain/credits.ts';
import { invoiceTotals } from '../domain/invoice-totals.ts';
import { addQuantities } from '../domain/quantity.ts';
import type { InvoiceView } from './invoice.types.ts';
import { invoiceArithmetic } from './invoice-arithmetic.ts';

/** An invoice of these lines (exact, rounded), grants and tax; only what arithmetic looks at. */
function invoiceOf(lines: [exact: string, rounded: string][], grants: string[], taxPercent: string): InvoiceView {
  const lineAmounts = lines.map(([, amount]) => amount);
  const open = grants.map((balance, i) => ({ id: `grant ${i}`, reason: 'Welcome', balance }));
  const creditDraws = chooseDraws(open, addQuantities(lineAmounts));
  const creditsAvailable = addQuantities(creditDraws.map(({ amount }) => amount));
  return {
    lines: lines.map(([amountExact, amount]) => ({ amountExact, amount })),
    creditDraws,
    taxPercent,
    minorUnit: 2,
    ...invoiceTotals({
      amounts: lineAmounts.map((amount) => ({ taxPercent, amount })),
      creditsAvailable,
      minorUnit: 2,
    }),
  } as unknown as InvoiceView;
}

describe('how totals come about', () => {
  it.each([
    {
      what: 'rounding of lines, two credits, tax that is rounded',
      invoice: invoiceOf(
        [
          ['5.2281', '5.23'],
          ['0.2331', '0.23'],
        ],
        ['1', '2'],
        '8.25',
      ),
      expected: {
        exact: '5.4612',
        rounding: '-0.0012',
        afterDraws: ['4.46', '2.46'],
        taxBase: '2.46',
        taxes: [{ taxPercent: '8.25', base: '2.46', exact: '0.20295' }],
        taxExact: '0.20295',
        taxRounding: '-0.00295',
      },
    },
    {
      what: 'nothing',
      invoice: invoiceOf([], ['5'], '19'),
      expected: {
        exact: '0',
        rounding: '0',
        afterDraws: [],
        taxBase: '0.00',
        taxes: [],
        taxExact: '0',
        taxRounding: '0',
      },
    },
    {
      what: 'a correction that gives back',
      invoice: invoiceOf([['-3.337', '-3.34']], ['5'], '19'),
      expected: {
        exact: '-3.337',
        rounding: '-0.003',
        afterDraws: [],
        taxBase: '-3.34',
        taxes: [{ taxPercent: '19', base: '-3.34', exact: '-0.6346' }],
        taxExact: '-0.6346',
        taxRounding: '0.0046',
      },
    },
  ])('$what', ({ invoice, expected }) => {
    expect(invoiceArithmetic(invoice)).toEqual(expected);
  });

  it('every step leads to the next, whatever the lines, grants and percent', () => {
    const cents = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 14n }).map((n) => `${n < 0n ? '-' : ''}${money(n)}`);
    const grant = fc.bigInt({ min: 1n, max: 10n ** 13n }).map(money);
    const percent = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((n) => decimal(n, 12));
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 5 }), fc.array(grant, { maxLength: 3 }), percent, (lines, grants, p) => {
        const invoice = invoiceOf(
          lines.map((amount) => [amount, amount]),
          grants,
          p,
        );
        const { exact: sum, rounding, afterDraws, taxBase, taxExact, taxRounding } = invoiceArithmetic(invoice);
        expect(exact(sum) + exact(rounding)).toBe(exact(invoice.subtotal));
        expect(exact(afterDraws.at(-1) ?? invoice.subtotal)).toBe(exact(taxBase));
        expect(exact(taxExact) + exact(taxRounding)).toBe(exact(invoice.tax));
        expect(exact(taxBase) + exact(invoice.tax)).toBe(exact(invoice.total));
      }),
    );
  });
});

function decimal(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const money = (value: bigint) => decimal(value, 2);
