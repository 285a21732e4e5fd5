import { parse } from 'csv-parse/sync';
import { extractText } from 'unpdf';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { invoiceCsv } from '../server/billing/files/invoice-csv.ts';
import { invoicePdf } from '../server/billing/files/invoice-pdf.ts';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { cloudEvent } from './support/events/cloud-event.ts';
import { lastReceived, receiptsOf } from './support/events/event-door.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
let account: TestAccount;
let invoice: InvoiceView;
let readKey: string;

/** A final invoice of two months ago, over two lines and a credit. */
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await operator.defineMeter('letters', {
    description: 'Letters',
    eventType: 'letter.sent',
    aggregation: 'sum',
    valuePath: '$.count',
    dimensions: { app: '$.app' },
    unit: 'letters',
  });
  const price = { key: 'letters', meter: 'letters', description: 'Letters', model: 'per_unit', unitAmount: '0.0333' };
  await operator.request('POST', '/api/v1/rate-cards/letters/versions', {
    effectiveFrom: '2025-01-01T00:00:00Z',
    currency: 'USD',
    prices: [{ ...price, lineBy: ['app'] }],
  });
  account = await operator.createAccount();
  const under = `/api/v1/accounts/${account.id}`;
  await operator.request('PUT', `${under}/rate-card`, { key: 'letters' });
  await operator.request('POST', `${under}/credits`, { amount: '1.00', reason: '=Welcome' });
  readKey = await operator.createKey(account, 'read');

  const now = new Date();
  const time = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 10));
  const letter = (app: string, count: number) =>
    cloudEvent({ type: 'letter.sent', subject: app, time: time.toISOString(), data: { app, count } });
  const receipts = await receiptsOf(server.url, await operator.createKey(account), [
    letter('north', 250),
    letter('ωμέγα', 7),
  ]);
  const current = async () => (await operator.request('GET', `${under}/invoices/current`)) as InvoiceView;
  while ((await current()).meteredThrough < lastReceived(receipts)) await new Promise((done) => setTimeout(done, 50));
  invoice = (await operator.request(
    'POST',
    `${under}/invoices/${time.toISOString().slice(0, 7)}/finalize`,
  )) as InvoiceView;
});
afterAll(() => server?.stop());

const get = (path: string, key = readKey) =>
  fetch(`${server.url}/api/v1/accounts/${account.id}/invoices/${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });

it('is in CSV what it is in JSON', async () => {
  const answer = await get(`${invoice.id}.csv`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${account.id}-${invoice.number}.csv"`);
  const text = await answer.text();
  expect(text).toBe(invoiceCsv(invoice, server.url));
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const charges = rows.filter(({ row }) => row === 'charge');
  expect(
    charges.map((row) => [row.charge_id, row['dimension.app'], row.quantity, row.amount_exact, row.amount]),
  ).toEqual(
    invoice.lines.map((line) => [line.chargeId, line.lineValues.app, line.quantity, line.amountExact, line.amount]),
  );
  expect(rows.find(({ row }) => row === 'total')?.amount).toBe(invoice.total);
  expect(rows.find(({ row }) => row === 'credit')).toMatchObject({ description: "'=Welcome", amount: '-1.00' });
});

it('is in PDF what it is in JSON, and the same to the byte each time', async () => {
  const [answer, again] = [await get(`${invoice.id}.pdf`), await get(`${invoice.id}.pdf`)];
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.equals(Buffer.from(await again.arrayBuffer()))).toBe(true);
  expect(bytes.equals(await invoicePdf(invoice, server.url))).toBe(true);
  const { text } = await extractText(new Uint8Array(bytes), { mergePages: true });
  for (const { amount, lineValues } of invoice.lines) {
    expect(text).toContain(amount);
    expect(text).toContain(lineValues.app);
  }
  expect(text).toContain(invoice.total);
  expect(text).toContain(invoice.contentSha256);
});

it.each(['current.csv', 'current.pdf'])('is a file also while the period is open: %s', async (path) => {
  expect((await get(path)).status).toBe(200);
});

it('answers again with 304 as long as nothing changed', async () => {
  const etag = (await get(`${invoice.id}.csv`)).headers.get('etag') ?? '';
  const answer = await fetch(`${server.url}/api/v1/accounts/${account.id}/invoices/${invoice.id}.csv`, {
    headers: { authorization: `Bearer ${readKey}`, 'if-none-match': etag, 'cache-control': 'max-age=0' },
  });
  expect(answer.status).toBe(304);
});

it('is nobody else’s', async () => {
  const other = await operator.createKey(await operator.createAccount(), 'read');
  const ingestKey = await operator.createKey(account, 'ingest');
  for (const path of [`${invoice.id}.csv`, `${invoice.id}.pdf`]) {
    expect((await get(path, other)).status).toBe(404);
    expect((await get(path, ingestKey)).status).toBe(403);
    expect((await fetch(`${server.url}/api/v1/accounts/${account.id}/invoices/${path}`)).status).toBe(401);
  }
  expect((await get('inv_nothing.pdf')).status).toBe(404);
});
