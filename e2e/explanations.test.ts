import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExplainedResource } from '../server/services/explanation.types.ts';
import type { InvoiceLine, InvoiceView } from '../server/services/invoice.types.ts';
import { exact, exactSum } from './support/exact.ts';
import { type ExplainedMonth, explainedMonth, type SentEvent } from './support/explained-month.ts';
import { explainedPrices, PRICED } from './support/explained-prices.ts';
import { OpenedCharge } from './support/opened-charge.ts';
import { Operator } from './support/operator.ts';
import { type RunningServer, startServer } from './support/server.ts';

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

const keyOf = ({ source, id }: { source: string; id: string }) => `${source} ${id}`;
const amounts = (rows: readonly { amountExact: string }[]) => exactSum(rows.map(({ amountExact }) => amountExact));

/** Everything that can be said against a charge. */
async function faultsOf(line: InvoiceLine): Promise<string[]> {
  const faults: string[] = [];
  const must = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  const [meter = ''] = line.priceKey.split('.');
  const isLevel = meter === 'slots' || meter === 'amount';
  const charge = new OpenedCharge(get, month.account.id, line.chargeId);
  const explained = await charge.explained(LIMIT);
  const { checks, resources, base, steps } = explained;
  const whole = exact(line.amountExact);
  must(explained.charge.amountExact === line.amountExact, `explains ${explained.charge.amountExact}`);
  must(checks.difference === '0', `difference ${checks.difference}`);
  must(checks.line === line.amountExact, `line ${checks.line}`);
  must(exact(line.amount) - whole === exact(checks.rounding), `rounding ${checks.rounding}`);
  must(amounts(resources) + exact(base) === whole, `resources ${amounts(resources)}, base ${base}`);
  must(new Set(resources.map(({ resource }) => resource)).size === explained.resourceCount, 'resources are repeated');
  must(exactSum(resources.map(({ quantity }) => quantity)) === exact(line.quantity), 'quantity of resources');
  must(exactSum(steps.flatMap(({ amount }) => amount ?? [])) === exact(line.amount), 'steps');
  const comparison = explained.comparison;
  if (comparison !== null) must(amounts(comparison.drivers) === exact(comparison.difference), 'comparison');
  const check = await charge.check();
  must(check.difference === '0' && check.sumOfParts === line.amountExact, `check ${check.sumOfParts}`);

  const events = await charge.events(EVENTS);
  const seen = events.rows.map(keyOf);
  must(events.wrongTotals.length === 0, `events ${events.wrongTotals}`);
  must(amounts(events.rows) + exact(base) === whole, `events ${amounts(events.rows)}`);
  must(new Set(seen).size === seen.length, 'an event comes twice');
  const times = events.rows.map(({ eventTime }) => eventTime);
  if (!isLevel) {
    must(
      times.every((time, i) => i === 0 || (times[i - 1] as string) <= time),
      'order of events',
    );
    must(seen.sort().join() === expectedEvents(line).map(keyOf).sort().join(), 'which events');
  }
  must(exactSum(events.rows.map(({ quantity }) => quantity)) === exact(line.quantity), 'quantity of events');
  let running = 0n;
  for (const { quantity, runningQuantity, id } of events.rows) {
    running += exact(quantity);
    if (running !== exact(runningQuantity)) {
      faults.push(`${id} stands at ${runningQuantity}, not ${running}`);
      break;
    }
  }
  const openResource = async ({ resource, amountExact, quantity, events: count }: ExplainedResource) => {
    const own = await charge.events(EVENTS, { resource });
    must(amounts(own.rows) === exact(amountExact), `${resource}: events ${amounts(own.rows)}, not ${amountExact}`);
    must(own.wrongTotals.length === 0, `${resource}: events ${own.wrongTotals}`);
    must(
      JSON.stringify(own.rows) === JSON.stringify(events.rows.filter((event) => event.resource === resource)),
      `${resource}: its events are other ones`,
    );
    const parts = isLevel
      ? await charge.intervals(resource, EVENTS)
      : meter === 'count' || meter === 'sum'
        ? await charge.hours(resource, EVENTS)
        : null;
    if (parts === null) return;
    const what = isLevel ? 'intervals' : 'hours';
    must(parts.wrongTotals.length === 0, `${resource}: ${what} ${parts.wrongTotals}`);
    must(amounts(parts.rows) === exact(amountExact), `${resource}: ${what} ${amounts(parts.rows)}, not ${amountExact}`);
    must(exactSum(parts.rows.map((part) => part.quantity)) === exact(quantity), `${resource}: quantity of ${what}`);
    if (!isLevel) must(own.rows.length === count, `${resource}: ${own.rows.length} events, not ${count}`);
  };
  await Promise.all(resources.map(openResource));
  return faults;
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
    const faults: string[] = [];
    for (const line of own) {
      for (const fault of await faultsOf(line)) faults.push(`${JSON.stringify(line.lineValues)} ${fault}`);
    }
    expect(faults).toEqual([]);
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
