import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { InvoiceLine, InvoiceList, InvoiceView } from '../server/billing/invoice.types.ts';
import type { InvoiceDays } from '../server/billing/invoices/invoice-days.ts';
import { METERS, RATE_CARD } from '../server/catalog/catalog.ts';
import { historyStart } from '../server/demo/calendar.ts';
import { demoTraffic } from '../server/demo/demo.ts';
import { type CloudEvent, receivedAt } from '../server/demo/demo-event.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { Changes } from '../server/explanation/why/changes/changes.types.ts';
import { seededRandom } from '../server/testing/seeded-random.ts';
import { openSeededDemo, type SeededDemo } from './support/demo/seeded-demo.ts';
import { eventKey, faultsOf } from './support/explanations/charge-faults.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

/** The first days of a month: of the three before it two are final and one is a draft. */
const NOW = new Date('2026-11-02T18:00:00Z');
const AMOUNTS = Number(process.env.PLAINBILL_AMOUNTS ?? 24);
/** So many differences, of days, charges and months. */
const DIFFERENCES = Number(process.env.PLAINBILL_DIFFERENCES ?? 24);
/** Which amounts are opened; printed, and given to repeat a failure. */
const SEED = Number(process.env.PLAINBILL_SEED ?? Date.now() % 1_000_000);
/** The API's longest pages, and longer ones for charges of thousands of events. */
const LIMIT = 200;
const LONG = 1_000;
const AT_ONCE = 3;

/** An amount as the API shows it, and on which invoice. */
interface Shown {
  invoice: InvoiceView;
  line: InvoiceLine;
}

/** An event that was sent, as the demo tells it. */
interface Sent {
  accountId: string;
  event: CloudEvent;
  /** Milliseconds since 1970. */
  at: number;
}

let demo: SeededDemo;
let all: Shown[];
beforeAll(async () => {
  demo = await openSeededDemo(NOW);
  all = await everyLine();
});
afterAll(() => demo?.close());

/** Every line of every invoice of every account. */
async function everyLine(): Promise<Shown[]> {
  const { data: accounts } = (await demo.get('/api/v1/accounts?limit=100')) as { data: { id: string }[] };
  const shown: Shown[] = [];
  for (const { id } of accounts) {
    const under = `/api/v1/accounts/${id}/invoices`;
    const { data, nextCursor } = (await demo.get(`${under}?limit=100`)) as InvoiceList;
    expect(nextCursor).toBeNull();
    for (const head of data) {
      const invoice = (await demo.get(`${under}/${head.id}`)) as InvoiceView;
      shown.push(...invoice.lines.map((line) => ({ invoice, line })));
    }
  }
  return shown;
}

function priceOf({ line }: Shown) {
  const price = RATE_CARD.prices.find(({ key }) => key === line.priceKey);
  const meter = price && METERS[price.meter];
  if (price === undefined || meter === undefined) throw new Error(`${line.priceKey} is not on the rate card`);
  return { ...price, meter };
}

/** How it comes about: that an amount of one kind adds up says nothing of another kind. */
function kindOf(shown: Shown): string {
  const { model, meter } = priceOf(shown);
  const steps = shown.line.steps.map(({ name }) => name);
  return [model, meter.aggregation, meter.levels, ...steps].join(', ');
}

/** One of each kind, then whatever comes. */
function pick(lines: readonly Shown[]): Shown[] {
  const random = seededRandom(SEED);
  const shuffled = lines
    .map((shown) => ({ shown, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ shown }) => shown);
  const kinds = new Map(shuffled.map((shown) => [kindOf(shown), shown]));
  const first = new Set(kinds.values());
  return [...first, ...shuffled.filter((shown) => !first.has(shown))].slice(0, Math.max(AMOUNTS, first.size));
}

/** What was sent and is counted as it comes; of levels not every event counts. */
function countedEvents(): Sent[] {
  const types = Object.values(METERS).flatMap(({ aggregation, eventType }) =>
    aggregation === 'time_weighted' ? [] : [eventType],
  );
  const anchor = historyStart(NOW);
  const sent: Sent[] = [];
  for (const each of demoTraffic(anchor).eventsBetween(anchor, NOW)) {
    if (!types.includes(each.event.type) || receivedAt(each) > NOW.getTime()) continue;
    sent.push({ accountId: each.accountId, event: each.event, at: each.timeMicros / 1000 });
  }
  return sent;
}

/** Keys of the events that the amount is of. */
function eventsOf(shown: Shown, sent: readonly Sent[]): string[] {
  const { accountId, period } = shown.invoice;
  const { match, meter } = priceOf(shown);
  const wanted = Object.entries({ ...match, ...shown.line.lineValues });
  const matches = ({ data }: CloudEvent) =>
    wanted.every(([name, value]) => String(data[meter.dimensions[name]?.replace('$.', '') ?? ''] ?? '') === value);
  return sent
    .filter((each) => each.accountId === accountId && each.event.type === meter.eventType)
    .filter(({ at }) => at >= Date.parse(period.from) && at < Date.parse(period.to))
    .filter(({ event }) => matches(event))
    .map(({ event }) => eventKey(event));
}

it(`${AMOUNTS} of the amounts of all invoices open, and what is inside adds up to each exactly`, async () => {
  // A correction is of what came late to another charge, and opens by itself.
  const lines = all.filter(({ line }) => line.corrects === undefined);
  process.stdout.write(
    `${AMOUNTS} of ${lines.length} amounts, PLAINBILL_SEED=${SEED}; ${all.length - lines.length} corrections left out\n`,
  );
  const picked = pick(lines);
  expect(picked.length).toBeGreaterThanOrEqual(AMOUNTS);
  expect(new Set(picked.map(kindOf))).toEqual(new Set(lines.map(kindOf)));

  const sent = countedEvents();
  const faults: string[] = [];
  const left = [...picked];
  const openNext = async (): Promise<void> => {
    const shown = left.pop();
    if (shown === undefined) return;
    const { accountId, id } = shown.invoice;
    const own = eventsOf(shown, sent);
    const pages =
      own.length > LONG
        ? { get: demo.getLong, resources: LONG, rows: LONG }
        : { get: demo.get, resources: LIMIT, rows: LIMIT };
    const reading = { ...pages, accountId, events: () => own };
    for (const fault of await faultsOf(shown.line, reading)) faults.push(`${accountId} ${id} ${fault}`);
    return openNext();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openNext));
  expect(faults).toEqual([]);
});

it('holds every way to charge and every way to measure that the demo has a price for', () => {
  const used = new Set(all.map((shown) => priceOf(shown).model));
  expect(used).toEqual(new Set(RATE_CARD.prices.map(({ model }) => model)));
  const measured = new Set(all.map((shown) => priceOf(shown).meter.aggregation));
  expect(measured).toEqual(new Set(RATE_CARD.prices.map(({ meter }) => METERS[meter]?.aggregation)));
});

/** A difference as the API opens it. */
type Opened = Pick<Changes, 'amountExact' | 'compareAmountExact' | 'differenceExact' | 'drivers'>;

/** What is wrong about a difference, in words. */
function faultsOfDifference(
  name: string,
  { amountExact, compareAmountExact, differenceExact, drivers }: Opened,
): string[] {
  const difference = exact(differenceExact);
  const faults: string[] = [];
  if (exactSum(drivers.map((driver) => driver.amountExact)) !== difference)
    faults.push('its drivers do not add up to it');
  if (exact(amountExact) - exact(compareAmountExact) !== difference)
    faults.push('it is not the difference of its amounts');
  for (const { kind, description, amountExact: amount, inside } of drivers) {
    const sum = exactSum(inside.map((each) => each.amountExact));
    if (inside.length > 0 && sum !== exact(amount))
      faults.push(`what is inside "${description}" does not add up to it`);
    if (inside.length === 0 && kind !== 'credit' && kind !== 'tax') faults.push(`"${description}" is of nothing`);
  }
  return faults.map((fault) => `${name}: ${fault}`);
}

it(`${DIFFERENCES} differences of days, charges and months open, and their drivers add up to each exactly`, async () => {
  const random = seededRandom(SEED);
  const some = <Each>(list: readonly Each[], count: number): Each[] =>
    list
      .map((each) => ({ each, at: random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, count)
      .map(({ each }) => each);
  const invoices = [...new Map(all.map(({ invoice }) => [`${invoice.accountId} ${invoice.id}`, invoice])).values()];
  const faults: string[] = [];
  let opened = 0;
  const open = async (accountId: string, path: string): Promise<Opened | null> => {
    const name = `/api/v1/accounts/${accountId}/${path}`;
    const answer = (await demo.get(name).catch((error: Error) => {
      // There is nothing before an account's first month.
      if (!error.message.includes('answered 404')) throw error;
      return null;
    })) as Opened | null;
    if (answer === null) return null;
    opened++;
    faults.push(...faultsOfDifference(name, answer));
    return answer;
  };
  for (const { accountId, id } of some(invoices, DIFFERENCES / 4)) {
    const { days, state } = (await demo.get(`/api/v1/accounts/${accountId}/invoices/${id}/days`)) as InvoiceDays;
    const [day] = some(
      days.filter(({ amount }) => amount !== null),
      1,
    );
    for (const against of ['previous', 'usual']) {
      const answer = await open(accountId, `days/${day?.day}/changes?against=${against}`);
      if (answer !== null && state === 'final') expect(exact(answer.amountExact)).toBe(exact(day?.amount ?? '0'));
    }
    await open(accountId, 'changes');
  }
  for (const { invoice, line } of some(all, DIFFERENCES / 4)) {
    if (line.corrects !== undefined) continue;
    const answer = await open(invoice.accountId, `charges/${line.chargeId}/changes`);
    if (answer !== null && invoice.state === 'final') expect(exact(answer.amountExact)).toBe(exact(line.amountExact));
  }
  expect(faults).toEqual([]);
  expect(opened).toBeGreaterThan(DIFFERENCES / 4);
});
