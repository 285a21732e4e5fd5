import { afterAll, beforeAll, expect, it } from 'vitest';
import { FIRST_OPENING_MS } from '../../database/testing/embedded-postgres.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { DAY, HOUR, MARCH } from '../../domain/rating/testing/rating-cases.ts';
import { readBody } from '../../events/body.ts';
import { type OpenMeasuring, openMeasuring } from '../../testing/open-measuring.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { lateEventsOf } from './late-events.ts';

const NOW = MARCH.to + DAY;
const dimensions = { app: '$.app', plan: '$.plan' };
let opened: OpenMeasuring;
beforeAll(async () => {
  const meters = {
    work: { ...{ description: 'Work', eventType: 'work', aggregation: 'count' as const, dimensions, unit: 'units' } },
    ran: {
      ...{ description: 'Ran', eventType: 'ran', aggregation: 'time_weighted' as const, levels: 'slots' as const },
      ...{ valuePath: '$.n', dimensions, unit: 's' },
    },
  };
  opened = await openMeasuring(meters, () => new Date(NOW / 1000));
}, FIRST_OPENING_MS);
afterAll(() => opened?.close());

interface Sent {
  type: 'work' | 'ran';
  subject: string;
  at: number;
  app: string;
  plan?: string;
}

let ids = 0;
/** @returns when the last of them was received */
async function send(events: readonly Sent[]): Promise<number> {
  const batch = events.map(({ type, subject, at, app, plan = 'one' }) => ({
    ...{ specversion: '1.0', id: String(ids++).padStart(6, '0'), source: 's', type, subject, time: toRfc3339(at) },
    data: { app, plan, n: 1 },
  }));
  const body = await readBody(Buffer.from(JSON.stringify(batch)));
  const { receipts } = await opened.measuring.ingest.ingest({ accountId: 'late' }, body, false);
  const last = Math.max(...receipts.map(({ receivedAt }) => receivedAt ?? 0));
  await opened.meteredThrough(last);
  return last;
}

function charge(meter: 'work' | 'ran', app: string, prices: readonly (Partial<Price> & { from: number })[]) {
  return {
    account: { id: 'late' },
    pricing: {
      account: { timeZone: 'UTC', currency: 'USD' },
      rulings: prices.map(({ from, ...price }, i) => ({
        ...{ from, rateCard: 'card', version: i + 1, discountPercent: '0', taxPercent: '0' },
        prices: [{ key: 'p', meter, description: 'P', model: 'per_unit', unitAmount: '1', lineBy: ['app'], ...price }],
      })),
      ...{ licenses: [], minorUnit: 2 },
    },
    ...{ period: { key: '2026-03', timeZone: 'UTC', ...MARCH }, through: MARCH.to },
    line: { priceKey: 'p', lineValues: { app } },
    meter: opened.measuring.registry.current(meter),
  } as unknown as FoundCharge;
}

it('many late events of another app hide none of a charge, and all of it are counted however few are told', async () => {
  const before = await send([{ type: 'work', subject: 'early', at: MARCH.from + HOUR, app: 'b' }]);
  const of = (app: string, count: number, from: number): Sent[] =>
    Array.from({ length: count }, (_, i) => ({ type: 'work', subject: `of-${app}`, at: from + i * 1_000_000, app }));
  const others = of('a', 10_000, MARCH.from + 2 * HOUR);
  for (let at = 0; at < others.length; at += 5_000) await send(others.slice(at, at + 5_000));
  const by = await send([
    ...of('b', 7, MARCH.from + 20 * DAY),
    ...of('b', 3, MARCH.to),
    ...of('b', 2, MARCH.from - DAY),
  ]);
  const found = charge('work', 'b', [{ from: MARCH.from - DAY }]);
  const store = opened.stores.measurements;
  const asked = (limit: number) => lateEventsOf(store, found, { after: before, by }, { resources: null, limit });
  const last = MARCH.from + 20 * DAY + 6_000_000;
  expect(await asked(3)).toMatchObject({ count: 7, last, events: [{}, {}, {}] });
  const all = await asked(10_000);
  expect(all.events.map(({ subject, time }) => [subject, time])).toEqual(
    Array.from({ length: 7 }, (_, i) => ['of-b', MARCH.from + 20 * DAY + i * 1_000_000]),
  );
  const none = { count: 0, last: null, events: [] };
  expect(await lateEventsOf(store, found, { after: by, by: by + HOUR }, { resources: null, limit: 1 })).toEqual(none);
});

it('are those that the version in force at their time takes', async () => {
  const before = await send([{ type: 'work', subject: 'early', at: MARCH.from + HOUR, app: 'v' }]);
  const told = (at: number, plan: string): Sent => ({ type: 'work', subject: plan, at, app: 'v', plan });
  const changed = MARCH.from + 10 * DAY;
  const by = await send([changed - 1, changed].flatMap((at) => [told(at, 'one'), told(at, 'two'), told(at, 'three')]));
  const found = charge('work', 'v', [
    { from: MARCH.from - DAY, match: { plan: 'one' } },
    { from: changed, match: { plan: 'two' } },
  ]);
  const store = opened.stores.measurements;
  const late = await lateEventsOf(store, found, { after: before, by }, { resources: null, limit: 10 });
  expect(late.events.map(({ time, subject }) => [time, subject])).toEqual([
    [changed - 1, 'one'],
    [changed, 'two'],
  ]);
});

it('of levels are those of the charge’s resources, also from before the period', async () => {
  const before = await send([{ type: 'ran', subject: 'web', at: MARCH.from + HOUR, app: 'l' }]);
  const by = await send([
    { type: 'ran', subject: 'web', at: MARCH.from - DAY, app: 'l' },
    { type: 'ran', subject: 'other', at: MARCH.from + DAY, app: 'm' },
    { type: 'ran', subject: 'web', at: MARCH.to, app: 'l' },
  ]);
  const found = charge('ran', 'l', [{ from: MARCH.from - DAY }]);
  const asked = (resources: ReadonlySet<string> | null) =>
    lateEventsOf(opened.stores.measurements, found, { after: before, by }, { resources, limit: 10 });
  const own = await asked(new Set(['web']));
  expect(own.events.map(({ time, subject }) => [time, subject])).toEqual([[MARCH.from - DAY, 'web']]);
  expect((await asked(null)).count).toBe(2);
  expect((await asked(new Set())).count).toBe(0);
});
