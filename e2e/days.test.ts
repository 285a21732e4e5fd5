import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceDays } from '../server/billing/invoices/invoice-days.ts';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { DayOfCharge, DayResource } from '../server/explanation/levels/day-of-charge.ts';
import { type ExplainedMonth, explainedMonth } from './support/explanations/explained-month.ts';
import { PRICED } from './support/explanations/explained-prices.ts';
import { type HoursOnPage, hoursOnPage } from './support/explanations/hours-on-page.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { Operator } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
let month: ExplainedMonth;
let invoice: InvoiceDays;

beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  month = await explainedMonth(operator, server.url, new Date(), { seed: 5, counted: 21, levels: 13 });
  do invoice = await days(month.key);
  while (invoice.meteredThrough < month.receivedAt);
});
afterAll(() => server?.stop());

/** So few that a busy day has several pages. */
const EVENTS = 10;

type Line = InvoiceDays['lines'][number];

const get = (path: string) => operator.request('GET', path);
const days = async (id: string) =>
  (await get(`/api/v1/accounts/${month.account.id}/invoices/${id}/days`)) as InvoiceDays;
const amounts = (rows: readonly { amountExact: string }[]) => exactSum(rows.map(({ amountExact }) => amountExact));
const dayPath = (chargeId: string, day: string) =>
  `/api/v1/accounts/${month.account.id}/charges/${chargeId}/explanation/days/${day}`;

/** A charge's day with all its resources, read page by page. */
async function dayOf(chargeId: string, day: string): Promise<DayOfCharge & { all: DayResource[] }> {
  const first = (await get(`${dayPath(chargeId, day)}?limit=2`)) as DayOfCharge;
  const all = [...(first.spent?.resources ?? [])];
  for (let cursor = first.spent?.nextResources; cursor; ) {
    const next = (await get(`${dayPath(chargeId, day)}?limit=2&cursor=${encodeURIComponent(cursor)}`)) as DayOfCharge;
    all.push(...(next.spent?.resources ?? []));
    cursor = next.spent?.nextResources;
  }
  return { ...first, all };
}

/** Everything that can be said against a charge's day: nothing. */
async function faultsOfDay({ chargeId, amounts: ofDays }: Line, index: number): Promise<string[]> {
  const { day, from, to } = invoice.days[index] as InvoiceDays['days'][number];
  const faults: string[] = [];
  const must = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${day}: ${fault}`);
  };
  const { spent, all, ...told } = await dayOf(chargeId, day);
  must(told.day.from === from && told.day.to === to, 'bounds');
  must(spent?.amount === ofDays[index], `${spent?.amount}, not ${ofDays[index]}`);
  if (told.meter.aggregation !== 'time_weighted') {
    const events = await new OpenedCharge(get, month.account.id, chargeId).events(EVENTS, { from, to });
    must(amounts(events.rows) === exact(ofDays[index] ?? ''), `events come to ${amounts(events.rows)}`);
    must(exactSum(events.rows.map(({ quantity }) => quantity)) === exact(spent?.quantity ?? ''), 'quantity of events');
    return faults;
  }
  must(all.length === spent?.resourceCount, `${all.length} resources`);
  must(new Set(all.map(({ resource }) => resource)).size === all.length, 'resources are repeated');
  must(amounts(all) === exact(spent?.amount ?? ''), `resources come to ${amounts(all)}`);
  must(exactSum(all.map(({ quantity }) => quantity)) === exact(spent?.quantity ?? ''), 'quantity of resources');
  for (const { resource, amountExact, intervals } of all) {
    must(amounts(intervals) === exact(amountExact), `${resource}: intervals come to ${amounts(intervals)}`);
    const isInside = intervals.every((each) => each.from >= from && each.from < each.to && each.to <= to);
    must(isInside, `${resource}: an interval reaches out of the day`);
  }
  return faults;
}

/** The days of a line that are opened: that which cost most, that on which prices changed, and of what runs a quiet one. */
function daysToOpen({ priceKey, amounts: ofDays }: Line): number[] {
  const ranked = ofDays.map((_, i) => i).sort((a, b) => (exact(ofDays[a] ?? '') < exact(ofDays[b] ?? '') ? 1 : -1));
  const changed = invoice.days.findIndex(({ to }) => Date.parse(to) * 1000 > month.changed);
  const quiet = RUNS.test(priceKey) ? [ofDays.indexOf('0')] : [];
  // Each day's number of different values is a reading of its own: of those one day is enough.
  const more = priceKey.startsWith('unique') ? [] : [changed, ...quiet];
  return [...new Set([ranked[0] ?? 0, ...more])].filter((i) => i >= 0);
}

/** Prices of what runs. */
const RUNS = /^(slots|amount)/;

const KEYS = Object.entries(PRICED).flatMap(([meter, shapes]) => shapes.map((shape) => `${meter}.${shape}`));

describe('every day of a month', () => {
  it('adds up to its lines, and with what is of no day the days add up to all of them', () => {
    for (const { base, amounts: ofDays, amountExact } of invoice.lines) {
      expect(exactSum([base, ...ofDays.map((amount) => amount ?? '')])).toBe(exact(amountExact));
    }
    invoice.days.forEach(({ amount }, i) => {
      expect(exact(amount ?? '')).toBe(exactSum(invoice.lines.map(({ amounts: ofDays }) => ofDays[i] ?? '')));
    });
  });

  it.each(KEYS)('%s opens to what adds up to the day', async (priceKey) => {
    const own = invoice.lines.filter((line) => line.priceKey.replace(/-since$/, '') === priceKey);
    // Lines of one price are opened alike: the one that cost most, and where it has two names, each of them.
    const most = new Map<string, Line>();
    for (const line of own) {
      const before = most.get(line.priceKey);
      if (before === undefined || exact(line.amountExact) > exact(before.amountExact)) most.set(line.priceKey, line);
    }
    for (const line of most.values()) {
      const all = await Promise.all(daysToOpen(line).map((i) => faultsOfDay(line, i)));
      expect([line.priceKey, line.lineValues, all.flat()]).toEqual([line.priceKey, line.lineValues, []]);
    }
  });

  // Events of what runs reach over many days: those are told by what ran.
  it.each(KEYS.filter((key) => !RUNS.test(key)))('%s: the events of each day add up to it', async (priceKey) => {
    const own = invoice.lines.filter((line) => line.priceKey.replace(/-since$/, '') === priceKey);
    for (const { chargeId, amounts: ofDays } of own) {
      const { rows } = await new OpenedCharge(get, month.account.id, chargeId).events(200);
      const byDay = invoice.days.map(({ from, to }) =>
        amounts(rows.filter(({ eventTime }) => eventTime >= from && eventTime < to)),
      );
      expect(byDay).toEqual(ofDays.map((amount) => exact(amount ?? '')));
    }
  });
});

const costOf = (i: number) => exact(invoice.days[i]?.amount ?? '0');
const sum = (all: readonly bigint[]) => all.reduce((total, amount) => total + amount, 0n);

/** The days that cost most, that on which prices changed, the first and the last. */
function severalDays(): number[] {
  const ranked = invoice.days.map((_, i) => i).sort((a, b) => (costOf(a) < costOf(b) ? 1 : -1));
  const changed = invoice.days.findIndex(({ to }) => Date.parse(to) * 1000 > month.changed);
  return [...new Set([...ranked.slice(0, 4), changed, 0, invoice.days.length - 1])];
}

/** What pages tell of hours, while the invoice is a draft. */
const told: { path: string; hours: HoursOnPage | null }[] = [];
let cookie: string | null = null;

async function hoursAt(path: string): Promise<HoursOnPage | null> {
  cookie ??= await cookieOf(server.url, await operator.createUser([month.account]));
  const response = await fetch(`${server.url}${path}`, { headers: { cookie } });
  expect([path, response.status]).toEqual([path, 200]);
  return hoursOnPage(await response.text());
}

describe('the hours of a day', () => {
  it.each(['app', 'product'])('add up to it exactly, in all and by %s', async (by) => {
    for (const i of severalDays()) {
      const { day } = invoice.days[i] as InvoiceDays['days'][number];
      const path = `/accounts/${month.account.id}/days/${day}?by=${by}`;
      const hours = await hoursAt(path);
      told.push({ path, hours });
      if (costOf(i) === 0n) continue;
      const [all, ...groups] = hours?.columns ?? [];
      expect([day, all?.together]).toEqual([day, costOf(i)]);
      for (const { rows, together } of hours?.columns ?? []) expect([day, sum(rows)]).toEqual([day, together]);
      if (groups.length > 0) expect([day, sum(groups.map(({ together }) => together))]).toEqual([day, costOf(i)]);
      // Full hours are those of clocks there, which are a quarter past those of others.
      expect(hours?.names.filter((name) => name !== 'of no hour')).toEqual(
        Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`),
      );
    }
    expect(told.filter(({ hours }) => hours !== null)).not.toEqual([]);
  });
});

describe('a day of a charge', () => {
  it('is told of the final invoice as it was of the draft', async () => {
    const of = (id: string) => `/api/v1/accounts/${month.account.id}/invoices/${id}`;
    const draft = invoice;
    const final = (await operator.request('POST', `${of(month.key)}/finalize`)) as { id: string };
    const issued = await days(final.id);
    const told = ({ lines }: InvoiceDays) => lines.map(({ chargeId, base, amounts: each }) => [chargeId, base, each]);
    expect(told(issued)).toEqual(told(draft));
    invoice = issued;
    for (const priceKey of ['slots.capped', 'slots.licensed', 'sum.graduated', 'max.capped']) {
      const line = issued.lines.find((each) => each.priceKey === priceKey) as Line;
      expect([priceKey, await faultsOfDay(line, daysToOpen(line)[0] ?? 0)]).toEqual([priceKey, []]);
    }
  });

  it('is not there outside the period, of another account, or by a cursor of another day', async () => {
    const line = invoice.lines.find(({ priceKey }) => priceKey === 'slots.time') as Line;
    const [first, second] = invoice.days.map(({ day }) => day) as [string, string];
    await expect(get(dayPath(line.chargeId, '2019-01-01'))).rejects.toThrow('answered 404');
    await expect(get(dayPath(line.chargeId, '2026-02-30'))).rejects.toThrow('answered 400');
    const other = await operator.createAccount();
    const stolen = dayPath(line.chargeId, first).replace(month.account.id, other.id);
    await expect(get(stolen)).rejects.toThrow('answered 404');
    const busy = invoice.days.filter((_, i) => line.amounts[i] !== '0').slice(0, 6);
    const days = await Promise.all(busy.map(({ day }) => get(`${dayPath(line.chargeId, day)}?limit=1`)));
    const found = (days as DayOfCharge[]).find(({ spent }) => spent?.nextResources != null);
    const another = found?.day.day === first ? second : first;
    const cursor = found?.spent?.nextResources ?? '';
    expect(cursor).not.toBe('');
    const path = `${dayPath(line.chargeId, another)}?cursor=${encodeURIComponent(cursor)}`;
    await expect(get(path)).rejects.toThrow('answered 400');
  });
});

it('the hours of a day are told of the final invoice as they were of the draft', async () => {
  expect(invoice.state).toBe('final');
  for (const { path, hours } of told) expect([path, await hoursAt(path)]).toEqual([path, hours]);
});
