import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClickHouse, chargeUsage, type Lane } from '../../clickhouse/index.ts';
import { FIRST_OPENING_MS } from '../database/testing/embedded-postgres.ts';
import { toRfc3339 } from '../domain/instant.ts';
import type { MeterDefinition } from '../domain/meter.ts';
import type { Contribution } from '../domain/rating/contribution.ts';
import { rateAccount } from '../domain/rating/rate-account.ts';
import type { ChargeUsage, Rating } from '../domain/rating/rating.types.ts';
import { DAY, HOUR, MARCH, MARCH_DAYS } from '../domain/rating/testing/rating-cases.ts';
import { readBody } from '../events/body.ts';
import { readingOf } from '../metering/registry.ts';
import { type OpenMeasuring, openMeasuring } from '../testing/open-measuring.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { createChargesReader } from './account-charges.ts';
import { ratingScope } from './charge-scope.ts';
import type { Pricing } from './pricing.ts';

const NOW = MARCH.to + DAY;
const meter = (aggregation: 'count' | 'unique'): MeterDefinition => ({
  ...{ description: aggregation, eventType: `told.${aggregation}`, aggregation, dimensions: { app: '$.app' } },
  ...{ unit: 'units', ...(aggregation === 'unique' ? { valuePath: '$.who' } : {}) },
});

let opened: OpenMeasuring;
beforeAll(async () => {
  opened = await openMeasuring({ calls: meter('count'), people: meter('unique') }, () => new Date(NOW / 1000));
}, FIRST_OPENING_MS);
afterAll(() => opened?.close());

interface Told {
  of: 'count' | 'unique';
  id: string;
  time: number;
  app: string;
  who: string;
}

const random = seededRandom(7);
const any = (most: number) => Math.floor(random() * most);
/** In the order they count. */
const TOLD: Told[] = Array.from({ length: 900 }, (_, i): Told => {
  const time = MARCH.from + any(31 * 24 * 60) * 60_000_000 + any(60) * 1_000_000;
  return { of: i % 3 === 0 ? 'unique' : 'count', id: `${i}`, time, app: `app-${any(6)}`, who: `who-${any(150)}` };
}).sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));

async function send(accountId: string): Promise<void> {
  const batch = TOLD.map(({ of, id, time, app, who }) => ({
    ...{ specversion: '1.0', id, source: 's', type: `told.${of}`, subject: app, time: toRfc3339(time) },
    data: { app, who },
  }));
  const { receipts } = await opened.measuring.ingest.ingest(
    { accountId },
    await readBody(Buffer.from(JSON.stringify(batch))),
    false,
  );
  await opened.meteredThrough(Math.max(...receipts.map(({ receivedAt }) => receivedAt ?? 0)));
}

const price = (key: string, of: string, unitAmount: string) =>
  ({ key, meter: of, description: key, model: 'per_unit', unitAmount, lineBy: ['app'] }) as const;
const PRICING = {
  account: { id: 'sharing', timeZone: 'UTC', currency: 'USD' },
  rulings: [
    {
      ...{ from: Number.NEGATIVE_INFINITY, rateCard: 'card', version: 1, discountPercent: '0', taxPercent: '0' },
      prices: [price('calls', 'calls', '0.01'), price('people', 'people', '0.5')],
    },
  ],
  licenses: [
    {
      ...{ id: 'l', version: 1, product: 'Both', quantity: '430', unit: 'things', measure: 'sum' },
      ...{ weights: { calls: '1', people: '0.5' }, from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
    },
  ],
  minorUnit: 2,
} as unknown as Pricing;
const PERIOD = { key: '2026-03', timeZone: 'UTC', ...MARCH };

/** The same store, once it is open, with the names of the questions it was asked. */
function listenedLater(store: () => ClickHouse): { store: ClickHouse; asked: string[] } {
  const asked: string[] = [];
  const query: Lane['query'] = (statement) => {
    asked.push(statement.name);
    return store().read.query(statement);
  };
  return { asked, store: { read: { query } } as unknown as ClickHouse };
}

/** Each event by itself, with what it adds: of people the first of each name in each app. */
function charges(): ChargeUsage[] {
  const seen = new Set<string>();
  const lines = new Map<string, ChargeUsage & { contributions: Contribution[] }>();
  for (const { of, id, time, app, who } of TOLD) {
    const priceKey = of === 'count' ? 'calls' : 'people';
    const key = `${priceKey} ${app}`;
    const line = lines.get(key) ?? { priceKey, lineValues: { app }, contributions: [] };
    lines.set(key, line);
    if (of === 'unique' && seen.has(`${app} ${who}`)) continue;
    if (of === 'unique') seen.add(`${app} ${who}`);
    line.contributions.push({
      ...{ kind: 'event', from: time, to: time, quantity: 10n ** 18n, slot: '', events: 1, source: 's', id },
      ...{ subject: app, dimensions: { app } },
    });
  }
  return [...lines.values()];
}

/** What charges come to, in an order of their own. */
const told = ({ charges: all }: Rating) =>
  all
    .map(({ priceKey, lineValues, quantity, amountExact, steps }) => ({
      ...{ line: `${priceKey} ${lineValues.app}`, quantity, amountExact, steps },
    }))
    .sort((a, b) => (a.line < b.line ? -1 : 1));

/** The same pricing, whose license holds so much. */
const holding = (quantity: string) =>
  ({ ...PRICING, licenses: PRICING.licenses.map((license) => ({ ...license, quantity })) }) as Pricing;

describe('a license that counts and different values share', () => {
  const { store, asked } = listenedLater(() => opened.stores.measurements);
  let read: ReturnType<typeof createChargesReader>;
  beforeAll(async () => {
    await send('sharing');
    read = createChargesReader(store, opened.measuring.registry);
  });

  /** Holds what is read against each event by itself. @returns how many questions reading took */
  async function expectToBeRight(pricing: Pricing): Promise<number> {
    asked.length = 0;
    const { rating } = await read({ pricing, period: PERIOD, through: MARCH.to });
    const naive = rateAccount({ ...ratingScope(pricing, PERIOD), charges: charges() });
    expect(rating.licenses).toEqual(naive.licenses);
    expect(rating.licenses[0]?.exhaustedAt).not.toBeNull();
    expect(told(rating)).toEqual(told(naive));
    expect(rating.charges).toHaveLength(12);
    return asked.length;
  }

  it('is split event by event, with few questions, and at once with fewer', async () => {
    // Once as a whole, the different values as their events, and then days, hours, minutes and events of what counts.
    const first = await expectToBeRight(PRICING);
    expect(first).toBeLessThanOrEqual(12);
    expect(await expectToBeRight(PRICING)).toBeLessThan(first);
  });

  it('is split where it runs out then, wherever it did before', async () => {
    for (const quantity of ['431', '120', '500', '33', '430']) await expectToBeRight(holding(quantity));
  });
});

it('running numbers of different values are those of all that was seen before, however it is cut', async () => {
  await send('seen');
  const store = opened.stores.measurements;
  const found = opened.measuring.registry.current('people');
  if (found === undefined) throw new Error('no such meter');
  const cuts = [
    MARCH_DAYS,
    [MARCH.from, MARCH.from + 40 * HOUR + 1_234_567, MARCH.from + 40 * HOUR + 90_000_000, MARCH.to],
    [MARCH.from + 3 * DAY + 5, MARCH.from + 3 * DAY + HOUR, MARCH.to - 1],
  ];
  for (const bounds of cuts) {
    for (const reading of [readingOf(found), { ...readingOf(found), asOf: NOW * 2 }]) {
      const entry = { ...reading, aggregation: 'unique', groupBy: [1], standing: true } as const;
      const rows = await chargeUsage(store.read, ['seen'], [entry], bounds);
      const expected = bounds.slice(0, -1).flatMap((window, i) => {
        const until = bounds[i + 1] as number;
        const before = TOLD.filter(({ of, time }) => of === 'unique' && time >= (bounds[0] as number) && time < until);
        const apps = [...new Set(before.filter(({ time }) => time >= window).map(({ app }) => app))].sort();
        return apps.map((app) => {
          const own = before.filter((each) => each.app === app);
          const events = own.filter(({ time }) => time >= window).length;
          return { window, group: [app], value: `${new Set(own.map(({ who }) => who)).size}`, events: `${events}` };
        });
      });
      expect(rows.map(({ window, group, value, events }) => ({ window, group, value, events }))).toEqual(expected);
    }
  }
});
