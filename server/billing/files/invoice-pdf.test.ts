import fc from 'fast-check';
import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import type { InvoiceView } from '../invoice.types.ts';
import { exampleInvoice, exampleLine } from '../testing/example-invoice.ts';
import { invoicePdf } from './invoice-pdf.ts';

const SITE = 'https://billing.example';

/** The text of every page, as a reader copies it. */
async function pagesOf(view: InvoiceView): Promise<string[]> {
  const { text } = await extractText(new Uint8Array(await invoicePdf(view, SITE)), { mergePages: false });
  return text;
}

/** Every place of a page that leads somewhere. */
async function linksOf(view: InvoiceView): Promise<{ url: string; rect: number[] }[][]> {
  const document = await getDocumentProxy(new Uint8Array(await invoicePdf(view, SITE)));
  const pages = Array.from({ length: document.numPages }, (_, i) => document.getPage(i + 1));
  return Promise.all(
    pages.map(async (page) => (await (await page).getAnnotations()) as { url: string; rect: number[] }[]),
  );
}

const manyLines = Array.from({ length: 500 }, (_, i) =>
  exampleLine({
    chargeId: `charge-${i}`,
    lineValues: { app: `app-${i}`, process: i % 9 === 0 ? 'q'.repeat(120) : 'web' },
    amount: `${i}.25`,
  }),
);

describe('an invoice as PDF', () => {
  it('has every amount, the totals, and what has no price', async () => {
    const [page, ...others] = await pagesOf(exampleInvoice());
    expect(others).toEqual([]);
    for (const text of [
      'Invoice PB-000042',
      'Acme Corp (acme)',
      'final',
      '2026-10-01 00:00:00 until 2026-11-01 00:00:00, Europe/Berlin',
      'Metered through 2026-11-03 00:00:00',
      'Standard-1X dynos · acme-web · web 744 h 00 min 00.5 s 1,234.57',
      'Tokens, corrected −1,500 tokens −7.50',
      'corrects a charge of PB-000041',
      'Subtotal 1,227.07',
      'Credit: Goodwill for an incident −100.00',
      'Tax, 6 % 67.62',
      'Total, USD 1,194.69',
      'Builds · cnb 12 builds',
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      'Page 1 of 1',
    ]) {
      expect(page?.replace(/\s+/g, ' ')).toContain(text);
    }
  });

  it('is the same to the byte when made again', async () => {
    const [once, again] = [await invoicePdf(exampleInvoice(), SITE), await invoicePdf(exampleInvoice(), SITE)];
    expect(once.equals(again)).toBe(true);
  });

  it.each([
    ['projected', 'so far, estimated'],
    ['draft', 'draft, estimated'],
    ['void', 'void'],
  ] as const)('says of a %s one: %s', async (state, words) => {
    const [page] = await pagesOf(exampleInvoice({ state, number: null }));
    expect(page).toContain('Invoice of October 2026');
    expect(page).toContain(words);
  });

  it('says where an open period is heading, and how that is known', async () => {
    const projection = { low: '1100.00', expected: '1200.5', high: '1300.00', method: 'What runs now keeps running.' };
    const [page] = await pagesOf(exampleInvoice({ state: 'projected', projection }));
    expect(page).toContain('1,200.50 USD, between 1,100.00 USD and 1,300.00 USD. What runs now keeps running.');
  });

  it('leads from every amount to what is behind it', async () => {
    const [links] = await linksOf(exampleInvoice());
    const page = `${SITE}/accounts/acme/invoices/01900000-0000-7000-8000-000000000001`;
    expect(links?.map(({ url }) => url)).toEqual([
      `${SITE}/accounts/acme/charges/2026-10-0123456789abcdef0123`,
      `${SITE}/accounts/acme/charges/2026-09-fedcba98765432100123-in-2026-10`,
      `${SITE}/accounts/acme/charges/2026-09-fedcba98765432100123`,
      page,
      page,
      page,
      page,
    ]);
  });

  it('goes on over pages: numbered, each with the heading, every line whole', async () => {
    const view = exampleInvoice({ lines: manyLines });
    const pages = await pagesOf(view);
    expect(pages.length).toBeGreaterThan(10);
    for (const [i, page] of pages.entries()) expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    const withLines = pages.filter((page) => page.includes('Standard-1X'));
    for (const page of withLines) expect(page.replace(/\s+/g, ' ')).toContain('Charge Quantity USD');
    const all = pages.join(' ').replace(/\s+/g, ' ');
    for (const { lineValues, amount } of manyLines) {
      expect(all).toContain(`Standard-1X dynos · ${lineValues.app} ·`);
      expect(all).toContain(` ${amount.replace(/\B(?=(\d{3})+\.)/g, ',')} `);
    }
    expect(all.match(/q/g)).toHaveLength(
      120 * manyLines.filter(({ lineValues }) => lineValues.process !== 'web').length,
    );

    const links = (await linksOf(view)).flat();
    expect(links.filter(({ url }) => url.includes('/charges/charge-'))).toHaveLength(500);
    for (const { rect } of links) {
      const [left = 0, bottom = 0, right = 0, top = 0] = rect;
      expect([left >= 48, bottom >= 48, right <= 595 - 47, top <= 842 - 40]).toEqual([true, true, true, true]);
    }
  });

  it('writes scripts of Europe, and a mark for each character it has no form of', async () => {
    const [page] = await pagesOf(exampleInvoice({ accountName: 'Łódź Жук Ωμέγα tiếng 漢字' }));
    expect(page).toContain('Łódź Жук Ωμέγα tiếng ??');
  });

  it('breaks a charge that no page could hold', async () => {
    const pages = await pagesOf(exampleInvoice({ lines: [exampleLine({ description: 'q'.repeat(6000) })] }));
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.join('').match(/q/g)).toHaveLength(6000);
  });

  it('is made of any text', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (description, app, reason) => {
        const view = exampleInvoice({
          lines: [exampleLine({ description, lineValues: { app } })],
          creditDraws: [{ grantId: 'g', reason, amount: '1.00' }],
        });
        const all = (await pagesOf(view)).join(' ');
        expect(all).toContain('1,234.57');
        expect(all).toContain('1,194.69');
      }),
      { numRuns: 25 },
    );
  });
});
