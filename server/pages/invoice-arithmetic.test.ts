import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvoiceView } from '../billing/invoice.types.ts';
import { payInvoice } from '../domain/invoice/invoice-totals.ts';
import { exact } from '../domain/testing/exact.ts';
import { invoiceArithmetic } from './invoice-arithmetic.ts';

/** An invoice of these lines (exact, rounded), grants and tax; only what arithmetic looks at. */
function invoiceOf(lines: [exact: string, rounded: string][], grants: string[], taxPercent: string): InvoiceView {
  // Every second one was given back with its tax.
  const open = grants.map((balance, i) => {
    return {
      id: `grant ${i}`,
      reason: 'Welcome',
      pays: i % 2 === 0 ? ('charges' as const) : ('total' as const),
      balance,
    };
  });
  const amounts = lines.map(([, amount]) => ({ taxPercent, amount }));
  const { draws: creditDraws, totals } = payInvoice(open, amounts, 2);
  return {
    lines: lines.map(([amountExact, amount]) => ({ amountExact, amount })),
    creditDraws,
    taxPercent,
    minorUnit: 2,
    ...totals,
  } as unknown as InvoiceView;
}

describe('how totals come about', () => {
  it.each([
    {
      what: 'rounding of lines, a credit before tax and one after it, tax that is rounded',
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
        leftAtDraws: [
          { before: '5.46', after: '4.46' },
          { before: '4.83', after: '2.83' },
        ],
        taxBase: '4.46',
        taxes: [{ taxPercent: '8.25', base: '4.46', exact: '0.36795' }],
        taxExact: '0.36795',
        taxRounding: '0.00205',
      },
    },
    {
      what: 'nothing',
      invoice: invoiceOf([], ['5'], '19'),
      expected: {
        exact: '0',
        rounding: '0',
        leftAtDraws: [],
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
        leftAtDraws: [],
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
        const { exact: sum, rounding, leftAtDraws, taxBase, taxExact, taxRounding } = invoiceArithmetic(invoice);
        const beforeTax = leftAtDraws.slice(0, invoice.creditDraws.filter(({ pays }) => pays === undefined).length);
        const afterTax = leftAtDraws.slice(beforeTax.length);
        expect(exact(sum) + exact(rounding)).toBe(exact(invoice.subtotal));
        expect(exact(beforeTax.at(-1)?.after ?? invoice.subtotal)).toBe(exact(taxBase));
        expect(exact(taxExact) + exact(taxRounding)).toBe(exact(invoice.tax));
        const withTax = exact(taxBase) + exact(invoice.tax);
        expect(exact(afterTax[0]?.before ?? invoice.total)).toBe(withTax);
        expect(exact(afterTax.at(-1)?.after ?? invoice.total)).toBe(exact(invoice.total));
        for (const [i, { before, after }] of leftAtDraws.entries()) {
          expect(exact(before) - exact(invoice.creditDraws[i]?.amount ?? '0')).toBe(exact(after));
        }
      }),
    );
  });
});

function decimal(value: bigint, decimals: number): string {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const money = (value: bigint) => decimal(value, 2);
