import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceLine, InvoiceView } from '../server/billing/invoice.types.ts';
import { eventKey, faultsOf } from './support/explanations/charge-faults.ts';
import { type ExplainedMonth, explainedMonth, type SentEvent } from './support/explanations/explained-month.ts';
import { explainedPrices, PRICED } from './support/explanations/explained-prices.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

/** Small, so that every list has several pages. */
const LIMIT = 4;
const EVENTS = 12;

let server: RunningServer;
let operator: Operator;
let month: ExplainedMonth;
let lines: InvoiceLine[];

beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  month = await explainedMonth(operator, server.url, new Date(), { seed: 2, counted: 27, levels: 15 });
  await metered();
  lines = (await invoice(month.key)).lines;
});
afterAll(() => server?.stop());

const get = (path: string) => operator.request('GET', path);
const invoice = async (id: string) =>
  (await get(`/api/v1/accounts/${month.account.id}/invoices/${id}`)) as InvoiceView & { meteredThrough: string };

async function metered(): Promise<void> {
  while ((await invoice('current')).meteredThrough < month.receivedAt) {
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** What a charge of counted usage must be made of: events sent for its price and line, while it had one. */
function expectedEvents({ priceKey, lineValues }: InvoiceLine): SentEvent[] {
  const [, shape = ''] = priceKey.replace(/-since$/, '').split('.');
  const has = (version: 'first' | 'second') => {
    const price = (explainedPrices(version) as { key: string; lineBy?: string[] }[]).find(
      ({ key }) => key === priceKey,
    );
    return price !== undefined && (price.lineBy ?? []).join() === Object.keys(lineValues).join();
  };
  return month.sent.filter(
    ({ type, time, data }) =>
      type === 'work.done' &&
      data.shape === shape &&
      (lineValues.app ?? data.app) === data.app &&
      time >= month.from &&
      time < month.to &&
      has(time < month.changed ? 'first' : 'second'),
  );
}

/** The value of the last event sent for a price, in the order in which events count. */
function lastValueOf(priceKey: string): string | undefined {
  const [, shape] = priceKey.split('.');
  const own = month.sent.filter(({ time, data }) => data.shape === shape && time >= month.from && time < month.to);
  const place = ({ time, source, id }: SentEvent) => `${String(time).padStart(17, '0')} ${source} ${id}`;
  return own.sort((a, b) => (place(a) < place(b) ? -1 : 1)).at(-1)?.data.n;
}

const KEYS = Object.entries(PRICED).flatMap(([meter, shapes]) => shapes.map((shape) => `${meter}.${shape}`));

describe('every charge of a month', () => {
  it.each(KEYS)('%s adds up', async (priceKey) => {
    const own = lines.filter((line) => line.priceKey.replace(/-since$/, '') === priceKey);
    if (own.length === 0) {
      // What stands at nothing in the end, and costs nothing, has no line.
      expect([priceKey, lastValueOf(priceKey)]).toEqual([expect.stringMatching(/^latest\./), '0']);
      return;
    }
    const reading = {
      ...{ get, accountId: month.account.id, resources: LIMIT, rows: EVENTS },
      events: (line: InvoiceLine) => expectedEvents(line).map(eventKey),
    };
    for (const line of own) expect(await faultsOf(line, reading)).toEqual([]);
  });

  it.each([
    ...['count.licensed', 'sum.licensed', 'max.licensed', 'slots.licensed', 'slots.at-once', 'amount.licensed'],
    ...['amount.at-once', 'count.paid', 'sum.paid', 'max.paid', 'slots.paid', 'amount.paid'],
  ])('the license of %s runs out inside the month', async (priceKey) => {
    const line = lines.find((each) => each.priceKey === priceKey);
    const { licenses } = await new OpenedCharge(get, month.account.id, line?.chargeId ?? '').explained(200);
    expect(licenses.map(({ exhaustedAt }) => exhaustedAt !== null)).toEqual([true]);
  });
});
