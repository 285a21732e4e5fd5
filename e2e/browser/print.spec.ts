import type { Page } from '@playwright/test';
import { extractText, getDocumentProxy } from 'unpdf';
import type { InvoiceList, InvoiceView } from '../../server/billing/invoice.types.ts';
import type { Explanation } from '../../server/explanation/explanation.types.ts';
import type { Operator } from '../support/people/operator.ts';
import { test } from './demo-fixtures.ts';
import { expect } from './fixtures.ts';

/** As it comes out of a printer. */
async function printed(page: Page): Promise<{ pages: number; text: string }> {
  const pdf = await getDocumentProxy(new Uint8Array(await page.pdf({ preferCSSPageSize: true })));
  const { text } = await extractText(pdf, { mergePages: true });
  return { pages: pdf.numPages, text: text.replace(/\s+/g, ' ') };
}

/** Charges of a month, as the operator reads them. */
async function invoiceOf(operator: Operator, accountId: string, key: string): Promise<InvoiceView> {
  const under = `/api/v1/accounts/${accountId}/invoices`;
  const { data } = (await operator.request('GET', under)) as InvoiceList;
  const head = data.find(({ period }) => period.key === key);
  return (await operator.request('GET', `${under}/${head?.id}`)) as InvoiceView;
}

/** Of what was run by hand, the charge with the most resources, up to what two pages are for. */
async function chargeWithMany(operator: Operator, invoice: InvoiceView): Promise<Explanation> {
  const explained = await Promise.all(
    invoice.lines
      .filter(({ lineValues }) => lineValues.process === 'run')
      .map(({ chargeId }) => {
        const path = `/api/v1/accounts/${invoice.accountId}/charges/${chargeId}/explanation?limit=50`;
        return operator.request('GET', path) as Promise<Explanation>;
      }),
  );
  const [most] = explained
    .filter(({ resourceCount }) => resourceCount <= 20)
    .sort((a, b) => b.resourceCount - a.resourceCount);
  if (most === undefined) throw new Error('nothing was run');
  return most;
}

async function sharedAddress(operator: Operator, accountId: string, chargeId: string): Promise<string> {
  const path = `/api/v1/accounts/${accountId}/explanation-links`;
  const { url } = (await operator.request('POST', path, { chargeId })) as { url: string };
  return url;
}

test('a shared charge prints on two pages, with all that is on the first level', async ({ page, operator, time }) => {
  const { lines } = await invoiceOf(operator, 'tern', time.key(time.last));
  const line = lines.find(({ lineValues }) => lineValues.process === 'worker');
  await page.goto(await sharedAddress(operator, 'tern', line?.chargeId ?? ''));
  const { pages, text } = await printed(page);
  expect(pages).toBeLessThanOrEqual(2);
  for (const said of [
    'in 4 slots',
    'Cap or minimum',
    '25.00 USD for 720 h (2592000 seconds)',
    'tern-shop/worker',
    'SHA-256',
  ]) {
    expect(text).toContain(said);
  }
});

test('so does one of many resources, as customer and as whoever has the link', async ({
  signedInAs,
  operator,
  time,
}) => {
  // Pages of a large charge are opened twice, and their resources asked for over the API.
  test.setTimeout(240_000);
  const walk = await signedInAs('ada@acme.example', 'acme');
  const { charge, resources } = await chargeWithMany(operator, await invoiceOf(operator, 'acme', time.key(time.last)));
  const addresses = [
    `/accounts/acme/charges/${charge.chargeId}`,
    await sharedAddress(operator, 'acme', charge.chargeId),
  ];
  for (const address of addresses) {
    await walk.page.goto(address);
    const { pages, text } = await printed(walk.page);
    expect(pages).toBeLessThanOrEqual(2);
    for (const { resource } of resources) expect(text).toContain(resource);
    expect(text).not.toContain('Make a link');
  }
});
