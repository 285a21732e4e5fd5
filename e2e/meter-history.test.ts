import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { newDataDirectory } from '../server/database/testing/embedded-template.ts';
import { type CloudEvent, cloudEvent, sendEvents } from './support/events/cloud-event.ts';
import { eventKey, faultsOf } from './support/explanations/charge-faults.ts';
import { type PastMonth, pastMonth } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { runCommand } from './support/servers/commands.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

let dataDir: string;
let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  dataDir = await newDataDirectory();
  server = await startServer({ dataDir });
  operator = new Operator(server);
});
afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const get = (path: string) => operator.request('GET', path);
const SUM = { aggregation: 'sum', valuePath: '$.v' };
const MAX = { aggregation: 'max', valuePath: '$.v' };
const UNIQUE = { aggregation: 'unique', valuePath: '$.u' };
const LEVELS = { aggregation: 'time_weighted', levels: 'amount', valuePath: '$.v' };

/** A meter of its own, the events it reads, and a past month of an account priced by it. */
interface Metered {
  key: string;
  type: string;
  month: PastMonth;
  define: (more: object) => Promise<{ version: number; effectiveFrom: string | null }>;
  event: (hours: number, data: Record<string, unknown>, more?: Partial<CloudEvent>) => CloudEvent;
}

async function metered(
  first: object,
  versions: (key: string) => { hours: number; prices: object[] }[] = (meter) => [
    { hours: 0, prices: [{ ...PRICE, meter }] },
  ],
): Promise<Metered> {
  const key = `m-${randomUUID()}`;
  const type = `type.${key}`;
  const same = { description: 'Changing', eventType: type, dimensions: { app: '$.app' }, unit: 'units' };
  const define = (more: object) =>
    operator.request('PUT', `/api/v1/meters/${key}`, { ...same, ...more }) as ReturnType<Metered['define']>;
  await define(first);
  await operator.defineMeter('other', OTHER);
  const month = await pastMonth(operator, server.url, versions(key));
  const event: Metered['event'] = (hours, data, more) =>
    cloudEvent({ type, subject: 'r', time: month.at(hours), data: { app: 'shop', ...data }, ...more });
  return { key, type, month, define, event };
}

/** A meter that nothing is counted by: accounts are on a card with a price of it. */
const OTHER = { description: 'Other', eventType: 'other', aggregation: 'count', dimensions: {}, unit: 'units' };
const OTHERS = { key: 'other', meter: 'other', description: 'Other', model: 'per_unit', unitAmount: '1' };
const PRICE = { key: 'p', description: 'Used', model: 'per_unit', unitAmount: '1' };
const H = 3_600;

/** Hours into the month, and what was told. */
type Told = [number, Record<string, unknown>];
const CHANGE = 240;

describe('a meter that changes in the middle of a month', () => {
  it.each<[string, object, object, Told[], number]>([
    [
      'sum, other path',
      SUM,
      { ...SUM, valuePath: '$.w' },
      [
        [10, { v: 3, w: 900 }],
        [CHANGE, { v: 70, w: 5 }],
        [300, { v: 80, w: 6 }],
      ],
      14,
    ],
    [
      'max, other path',
      MAX,
      { ...MAX, valuePath: '$.w' },
      [
        [10, { v: 3, w: 900 }],
        [300, { v: 70, w: 2 }],
        [310, { v: 1, w: 9 }],
      ],
      9,
    ],
    [
      'max, other path, lower',
      MAX,
      { ...MAX, valuePath: '$.w' },
      [
        [10, { v: 3, w: 900 }],
        [300, { v: 70, w: 2 }],
      ],
      3,
    ],
    [
      'unique, other path',
      UNIQUE,
      { ...UNIQUE, valuePath: '$.n' },
      [
        [10, { u: 'a', n: 'x' }],
        [20, { u: 'b', n: 'x' }],
        [300, { u: 'q', n: 'b' }],
        [310, { u: 'q', n: 'c' }],
      ],
      3,
    ],
    [
      'latest, other path',
      { ...MAX, aggregation: 'latest' },
      { aggregation: 'latest', valuePath: '$.w' },
      [
        [10, { v: 8, w: 1 }],
        [300, { v: 1, w: 5 }],
      ],
      5,
    ],
    [
      'levels, other path',
      LEVELS,
      { ...LEVELS, valuePath: '$.w' },
      [
        [10, { v: 2, w: 9 }],
        [300, { v: 9, w: 1 }],
        [310, { v: 9, w: 0 }],
      ],
      (2 * 290 + 10) * H,
    ],
    [
      'sum, then max',
      SUM,
      MAX,
      [
        [10, { v: 3 }],
        [20, { v: 4 }],
        [CHANGE, { v: 5 }],
        [310, { v: 2 }],
      ],
      12,
    ],
    [
      'max, then sum',
      MAX,
      SUM,
      [
        [10, { v: 4 }],
        [20, { v: 3 }],
        [300, { v: 5 }],
        [310, { v: 2 }],
      ],
      11,
    ],
    [
      'count, then sum',
      { aggregation: 'count' },
      SUM,
      [
        [10, { v: 4 }],
        [20, { v: 3 }],
        [300, { v: 5 }],
      ],
      7,
    ],
    [
      'unique, then count',
      UNIQUE,
      { aggregation: 'count' },
      [
        [10, { u: 'a' }],
        [20, { u: 'a' }],
        [300, { u: 'a' }],
        [310, { u: 'a' }],
      ],
      3,
    ],
    [
      'latest, then max',
      { ...MAX, aggregation: 'latest' },
      MAX,
      [
        [10, { v: 9 }],
        [20, { v: 4 }],
        [300, { v: 5 }],
        [310, { v: 2 }],
      ],
      9,
    ],
    [
      'levels, then sum',
      LEVELS,
      SUM,
      [
        [10, { v: 1 }],
        [300, { v: 5 }],
      ],
      230 * H + 5,
    ],
    [
      'sum, then levels',
      SUM,
      LEVELS,
      [
        [10, { v: 3 }],
        [300, { v: 2 }],
        [310, { v: 0 }],
      ],
      3 + 20 * H,
    ],
  ])('counts each part as it was defined then: %s', async (_, first, second, told, quantity) => {
    const { key, month, define, event } = await metered(first);
    const effectiveFrom = month.at(CHANGE);
    expect(await define({ ...second, effectiveFrom })).toMatchObject({ version: 2, effectiveFrom });
    const events = told.map(([hours, data]) => event(hours, data));
    // What happened last comes first, and some of it late.
    await month.send(events.slice(1).reverse());
    await month.send(events.slice(0, 1));
    const lines = await month.lines();
    expect(lines.map((line) => line.quantity)).toEqual([String(quantity)]);
    const reading = { get, accountId: month.account.id, resources: 2, rows: 2, events: () => events.map(eventKey) };
    for (const line of lines) expect(await faultsOf(line, reading)).toEqual([]);
    const to = month.at(24 * 28);
    const query = `/api/v1/meters/${key}/query?accountId=${month.account.id}&from=${month.at(0)}&to=${to}`;
    expect(await get(query)).toMatchObject({ data: [{ valueExact: String(quantity) }] });
    const byDay = (await get(`${query}&windowSize=DAY&groupBy=app`)) as { data: { windowStart: string }[] };
    expect(new Set(byDay.data.map(({ windowStart }) => windowStart)).size).toBe(byDay.data.length);
  });

  it('lets what runs go on under another event type', async () => {
    const { type, month, define, event } = await metered(LEVELS);
    const eventType = `${type}.new`;
    await define({ ...LEVELS, eventType, effectiveFrom: month.at(CHANGE) });
    await month.send([
      event(10, { v: 2 }),
      // Of the old type after the change, and of the new one before: nothing is told by these.
      event(250, { v: 7 }),
      event(20, { v: 9 }, { type: eventType }),
      event(300, { v: 0 }, { type: eventType }),
    ]);
    expect((await month.lines()).map(({ quantity }) => quantity)).toEqual([String(580 * H)]);
  });

  it('is the same to whoever asks while it is rolled again and events come in', async () => {
    const { key, month, define, event } = await metered(SUM);
    const batches = Array.from({ length: 12 }, (_, i) =>
      Array.from({ length: 40 }, (_, j) => event((i * 40 + j) % 500, { v: 1, w: 1000 })),
    );
    const sending = (async () => {
      for (const batch of batches) await sendEvents(server.url, month.key, batch);
    })();
    await define({ ...SUM, valuePath: '$.w', effectiveFrom: month.at(CHANGE), amend: { reason: 'Counted otherwise' } });
    await sending;
    const last = event(1, { v: 1, w: 1000 });
    await month.send([last]);
    expect((await month.lines()).map(({ quantity }) => quantity)).toEqual([String(241 + 240 * 1000)]);
    expect(await get(`/api/v1/meters/${key}/history`)).toMatchObject({
      data: [
        { effectiveFrom: null, value: { valuePath: '$.v' }, changedBy: expect.stringMatching(/^key:/) },
        { effectiveFrom: month.at(CHANGE), value: { valuePath: '$.w' }, reason: 'Counted otherwise' },
      ],
    });
  });
});

describe('a month that is over', () => {
  const invoice = async ({ account }: PastMonth, id: string) =>
    (await get(`/api/v1/accounts/${account.id}/invoices/${id}`)) as InvoiceView;
  const next = ({ period }: PastMonth) => {
    const [year, month] = period.split('-').map(Number) as [number, number];
    return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7);
  };

  it.each<[string, object, object]>([
    ['value path', SUM, { ...SUM, valuePath: '$.w' }],
    ['aggregation', SUM, MAX],
    ['event type', SUM, { ...SUM, eventType: 'something.else' }],
    ['dimensions', SUM, { ...SUM, dimensions: { app: '$.other', zone: '$.zone' } }],
    ['unit', SUM, { ...SUM, unit: 'others' }],
    ['levels by another path', { ...LEVELS, levels: 'slots' }, { ...LEVELS, levels: 'slots', valuePath: '$.w' }],
  ])('is corrected by what a late event adds under the definition of then: %s', async (_, first, second) => {
    const { month, define, event } = await metered(first);
    await month.send([event(10, { v: 1, w: 1000 }), event(20, { v: 0, w: 9000 })]);
    const [line] = await month.lines();
    await define(second);
    expect(await month.lines()).toEqual([line]);
    await operator.request('POST', `/api/v1/accounts/${month.account.id}/invoices/${month.period}/finalize`);
    await month.send([event(15, { v: 2, w: 5000 })]);
    const corrections = (await invoice(month, next(month))).lines.filter(({ corrects }) => corrects !== undefined);
    // Levels: two slots from the 15th to the 20th hour where there was one.
    expect(corrections.map(({ amountExact }) => amountExact)).toEqual([first === SUM ? '2' : String(5 * H)]);
  });

  it('is not changed unless somebody says why; then a draft changes', async () => {
    const { key, month, define, event } = await metered(SUM);
    await month.send([event(10, { v: 1, w: 1000 })]);
    const change = { ...SUM, valuePath: '$.w', effectiveFrom: null };
    await expect(define(change)).rejects.toThrow(
      new RegExp(` 409: .*Period ${month.period} of account ${month.account.id} has ended`),
    );
    expect((await month.lines()).map(({ amount }) => amount)).toEqual(['1.00']);
    await define({ ...change, amend: { reason: 'It always meant that' } });
    expect((await month.lines()).map(({ amount }) => amount)).toEqual(['1000.00']);
    // Where nobody used it, nothing has ended.
    expect(await define({ ...SUM, effectiveFrom: month.at(40) })).toMatchObject({ effectiveFrom: month.at(40) });
    expect(await get(`/api/v1/meters/${key}/history`)).toMatchObject({ data: { length: 3 } });
  });
});

it('an archived meter measures no more, and what it measured stays', async () => {
  const { key, month, define, event } = await metered(SUM, () => [{ hours: 0, prices: [OTHERS] }]);
  const now = () => new Date().toISOString();
  const total = async () => {
    const query = `/api/v1/meters/${key}/query?accountId=${month.account.id}&from=${month.at(0)}`;
    const { data } = (await get(query)) as { data: { valueExact: string }[] };
    return data.map(({ valueExact }) => valueExact);
  };
  await month.send([event(10, { v: 1 })]);
  const { archivedAt } = (await operator.request('POST', `/api/v1/meters/${key}/archive`, {})) as {
    archivedAt: string;
  };
  expect(await get(`/api/v1/meters/${key}`)).toMatchObject({ archivedAt });
  await month.send([event(20, { v: 2 }), event(0, { v: 'no number' }, { time: now() })]);
  expect(await total()).toEqual(['3']);
  expect(await define(SUM)).toMatchObject({ version: 3, archivedAt: null });
  await month.send([event(0, { v: 10 }, { time: now() })]);
  expect(await total()).toEqual(['13']);
});

describe('usage no price takes', () => {
  const priced = (meter: string, more: object = {}) => ({ ...PRICE, meter, ...more });

  it.each<[string, object, Told[], string]>([
    [
      'a maximum',
      MAX,
      [
        [10, { v: 3 }],
        [200, { v: 5 }],
        [210, { v: 2 }],
      ],
      '5',
    ],
    [
      'a latest value',
      { ...MAX, aggregation: 'latest' },
      [
        [10, { v: 3 }],
        [200, { v: 5 }],
        [210, { v: 2 }],
      ],
      '2',
    ],
    [
      'different values',
      UNIQUE,
      [
        [10, { u: 'a' }],
        [200, { u: 'b' }],
        [210, { u: 'a' }],
      ],
      '2',
    ],
    [
      'a sum',
      SUM,
      [
        [10, { v: 3 }],
        [200, { v: 5 }],
      ],
      '8',
    ],
  ])(
    'is told in the quantity of its meter, of two versions without its price: %s',
    async (_, first, told, quantity) => {
      const { key, month, event } = await metered(first, (meter) => [
        { hours: 0, prices: [OTHERS] },
        { hours: 100, prices: [{ ...OTHERS, unitAmount: '2' }] },
        { hours: 220, prices: [priced(meter)] },
      ]);
      await month.send([...told.map(([hours, data]) => event(hours, data)), event(300, { v: 7, u: 'z' })]);
      const { unpriced, lines } = (await get(
        `/api/v1/accounts/${month.account.id}/invoices/${month.period}`,
      )) as InvoiceView;
      expect(unpriced).toMatchObject([{ meter: key, quantity }]);
      expect(lines).toHaveLength(1);
    },
  );

  it('is not what another kind of line of the same meter takes', async () => {
    const { key, month, event } = await metered({ ...MAX, dimensions: { app: '$.app', size: '$.size' } }, (meter) => [
      {
        hours: 0,
        prices: [
          priced(meter, { key: 'small', match: { size: 's' } }),
          priced(meter, { key: 'large', match: { size: 'l' }, lineBy: ['app'] }),
        ],
      },
    ]);
    await month.send([
      event(10, { v: 3, size: 's' }),
      event(20, { v: 4, size: 'l' }),
      event(30, { v: 5, size: 'xl' }),
      event(40, { v: 2, size: 'xl' }),
    ]);
    const { unpriced, lines } = (await get(
      `/api/v1/accounts/${month.account.id}/invoices/${month.period}`,
    )) as InvoiceView;
    expect(lines.map(({ priceKey, quantity }) => [priceKey, quantity]).sort()).toEqual([
      ['large', '4'],
      ['small', '3'],
    ]);
    expect(unpriced).toMatchObject([{ meter: key, quantity: '5', dimensions: { app: 'shop', size: 'xl' } }]);
  });
});

it('all of it is what the stored events say', async () => {
  await server.stop();
  const verified = await runCommand('verify', dataDir);
  server = await startServer({ dataDir });
  expect(verified.output).toContain(' 0 differences');
  expect(verified.code).toBe(0);
});
