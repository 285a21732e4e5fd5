import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvoiceView } from '../invoice.types.ts';
import { exampleInvoice, exampleLine } from '../testing/example-invoice.ts';
import { invoiceCsv } from './invoice-csv.ts';

const SITE = 'https://billing.example';

const rowsOf = (view: InvoiceView): Record<string, string>[] => parse(invoiceCsv(view, SITE), { columns: true });
/** Takes the quote away that keeps a spreadsheet from running a cell. */
const asWritten = (cell: string | undefined) => (cell ?? '').replace(/(?<=^|;)'(?='*[=+\-@＝＋－＠\t\r\n])/gu, '');

describe('an invoice as CSV', () => {
  it('has a row for every charge, then what has no price, subtotal, credits, tax and total', () => {
    expect(
      rowsOf(exampleInvoice()).map(({ row, description, quantity, amount_exact, amount }) => [
        row,
        description,
        quantity,
        amount_exact,
        amount,
      ]),
    ).toEqual([
      ['charge', 'Standard-1X dynos', '2678400.5', '1234.567890123456', '1234.57'],
      ['charge', 'Tokens, corrected', '-1500', '-7.5', '-7.50'],
      ['unpriced', 'Builds', '12', '', ''],
      ['subtotal', '', '', '', '1227.07'],
      ['credit', 'Goodwill for an incident', '', '', '-100.00'],
      ['tax', '6 %', '', '', '67.62'],
      ['total', '', '', '', '1194.69'],
    ]);
  });

  it('says in every row of which invoice it is, in which state, and through when it was metered', () => {
    for (const row of rowsOf(exampleInvoice())) {
      expect(row).toMatchObject({
        invoice: 'PB-000042',
        account: 'acme',
        period: '2026-10',
        state: 'final',
        metered_through: '2026-11-02T23:00:00.000Z',
        currency: 'USD',
      });
    }
    expect(rowsOf(exampleInvoice({ number: null, id: 'current', state: 'projected' }))[0]).toMatchObject({
      invoice: 'current',
      state: 'projected',
    });
  });

  it('leads from every charge to its explanation, and from a correction to its own', () => {
    const [charge, correction] = rowsOf(exampleInvoice());
    expect(charge?.url).toBe(`${SITE}/accounts/acme/charges/2026-10-0123456789abcdef0123`);
    expect(correction?.url).toBe(`${SITE}/accounts/acme/charges/2026-09-fedcba98765432100123-in-2026-10`);
    expect(correction).toMatchObject({
      corrects_invoice: 'PB-000041',
      corrects_charge: '2026-09-fedcba98765432100123',
    });
  });

  it('has a column for every dimension', () => {
    const [charge, , unpriced] = rowsOf(exampleInvoice());
    expect(charge).toMatchObject({ 'dimension.app': 'acme-web', 'dimension.process': 'web', 'dimension.stack': '' });
    expect(unpriced).toMatchObject({ 'dimension.app': '', 'dimension.stack': 'cnb' });
  });

  it.each([
    ['a;=1+1', "a;'=1+1"],
    ["a;b;'-1", "a;b;''-1"],
    ['a;b', 'a;b'],
    ['a\tb', 'a\tb'],
  ])('runs none of %j where semicolons or tabs separate cells, either', (description, cell) => {
    const view = exampleInvoice({ lines: [exampleLine({ description })] });
    expect(rowsOf(view)[0]?.description).toBe(cell);
    expect(invoiceCsv(view, SITE)).toContain(`,"${cell}",`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', "'=1"])('runs no formula: %j', (description) => {
    const [row] = rowsOf(exampleInvoice({ lines: [exampleLine({ description })] }));
    expect(row?.description).toBe(`'${description}`);
  });

  it.each(['Standard-1X', "'tis", '1 = 1', ''])('leaves other text alone: %j', (description) => {
    const [row] = rowsOf(exampleInvoice({ lines: [exampleLine({ description })] }));
    expect(row?.description).toBe(description);
  });

  it('reads back as what it was made of, whatever the texts', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'",;=+-@\'\r\n\tab ') }));
    const line = fc.record({ description: text, unit: text, lineValues: fc.dictionary(text, text, { maxKeys: 3 }) });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (given) => {
        const lines = given.map((parts, i) => exampleLine({ ...parts, chargeId: `c${i}` }));
        const rows = rowsOf(exampleInvoice({ lines, unpriced: [] })).filter(({ row }) => row === 'charge');
        const read = rows.map((row, i) => ({
          chargeId: row.charge_id,
          description: asWritten(row.description),
          unit: asWritten(row.unit),
          lineValues: Object.fromEntries(
            Object.keys(lines[i]?.lineValues ?? {}).map((name) => [name, asWritten(row[`dimension.${name}`])]),
          ),
          quantity: row.quantity,
          amountExact: row.amount_exact,
          amount: row.amount,
        }));
        expect(read).toEqual(
          lines.map(({ chargeId, description, unit, lineValues, quantity, amountExact, amount }) => ({
            chargeId,
            description,
            unit,
            lineValues,
            quantity,
            amountExact,
            amount,
          })),
        );
      }),
    );
  });
});
