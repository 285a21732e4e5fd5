import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClickHouse } from './connection.ts';
import { OPEN_END } from './instant.ts';
import type { ClickHouse } from './lane.ts';
import { migrateClickHouse } from './migrate.ts';
import {
  type Contribution,
  contributionsAlreadyThere,
  insertContributions,
  minuteOf,
} from './queries/contributions.ts';
import { levelUsageInWindows, replaceIntervals, type UsageInterval } from './queries/intervals.ts';
import { rollHours, rollMinutes } from './queries/roll-usage.ts';
import { emptyStaging, prepareStaging, publishStaged, stagedPartitions } from './queries/staged-usage.ts';
import { type UsageQuestion, usageInWindows } from './queries/usage-in-windows.ts';

let dataDir: string;
let store: ClickHouse;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plainbill-clickhouse-'));
  store = await openClickHouse({ url: null, dataDir });
  await migrateClickHouse(store);
  await prepareStaging(store.roll);
});
afterAll(async () => {
  await store?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const tables = async () => {
  const rows = await store.read.query<{ name: string }>({
    name: 'tables',
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name`,
  });
  return rows.map(({ name }) => name);
};

describe('migrating', () => {
  it('runs each file once, and again changes nothing', async () => {
    const before = await tables();
    const applied = () => store.read.query({ name: 'applied', sql: 'SELECT * FROM migrations_v1 ORDER BY file' });
    const records = await applied();
    await migrateClickHouse(store);
    expect(await tables()).toEqual(before);
    expect(await applied()).toEqual(records);
    const files = (await readdir(new URL('./migrations/', import.meta.url))).filter((file) => file.endsWith('.sql'));
    expect(records).toHaveLength(files.length);
  });

  it('survives a crash between a file and its record, and keeps what is stored', async () => {
    await insertContributions(store.roll, [contribution('survivor', '2026-06-01T00:00:00Z', '1')]);
    await published();
    await store.write.command({ name: 'forget', sql: 'TRUNCATE TABLE migrations_v1' });
    await migrateClickHouse(store);
    const received = at('2026-06-01T00:00:00Z');
    expect((await contributionsAlreadyThere(store.roll, received, received)).size).toBe(1);
  });
});

const at = (text: string) => Date.parse(text) * 1000;

function contribution(
  accountId: string,
  time: string | number,
  value: string,
  more: Partial<Contribution> = {},
): Contribution {
  const micros = typeof time === 'number' ? time : at(time);
  return {
    accountId,
    meter: 'm',
    meterVersion: 1,
    time: micros,
    source: '/s',
    id: `e${micros}`,
    receivedAt: micros,
    subject: 'one',
    dimensions: ['web'],
    value,
    textValue: value,
    ...more,
  };
}

let rolledAt = at('2026-11-24T00:00:00Z');
async function rolled(contributions: Contribution[]) {
  await insertContributions(store.roll, contributions);
  const buckets = (unit: number) =>
    contributions.map(({ accountId, meter, meterVersion, time }) => {
      const start = minuteOf(time) - (minuteOf(time) % unit);
      return { accountId, meter, meterVersion, start };
    });
  await rollMinutes(store.roll, buckets(60), [{ meter: 'm', meterVersion: 1 }], ++rolledAt);
  await rollHours(store.roll, buckets(3600), rolledAt);
  await published();
}

async function published(): Promise<void> {
  const staged = await stagedPartitions(store.roll);
  await publishStaged(store.roll, staged);
  await emptyStaging(store.roll, staged);
}

const question = (bounds: (string | number)[], more: Partial<UsageQuestion> = {}): UsageQuestion => ({
  meter: 'm',
  meterVersion: 1,
  aggregation: 'sum',
  bounds: bounds.map((bound) => (typeof bound === 'number' ? bound : at(bound))),
  groupBy: [],
  only: [],
  keep: null,
  ...more,
});

describe('usage in windows', () => {
  const noon = at('2026-06-01T12:00:00Z');
  beforeAll(() =>
    rolled([
      contribution('acme', '2026-06-01T10:59:59.999Z', '1'),
      contribution('acme', '2026-06-01T11:00:00Z', '10', { subject: 'two' }),
      contribution('acme', noon - 1, '100', { dimensions: ['worker'] }),
      contribution('acme', noon, '1000', { subject: 'two', dimensions: ['worker'] }),
      contribution('acme', noon, '0.000000000001', { id: 'f', subject: 'three', dimensions: [''] }),
      contribution('other', noon, '5000'),
      contribution('acme', noon, '7000', { meterVersion: 2 }),
    ]),
  );
  const sums = async (accountId: string, asked: UsageQuestion) =>
    (await usageInWindows(store.read, accountId, asked)).map(({ group, value }) => [...group, value].join(' '));

  it.each<[string, (string | number)[], string[]]>([
    ['a day', ['2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z'], ['1111.000000000001']],
    ['two halves of it', ['2026-06-01T00:00:00Z', noon, '2026-06-02T00:00:00Z'], ['111', '1000.000000000001']],
    ['up to a microsecond before', ['2026-06-01T00:00:00Z', noon - 1], ['11']],
    ['one microsecond', [noon - 1, noon], ['100']],
    ['one microsecond on', [noon, noon + 1], ['1000.000000000001']],
    ['a cut in a minute', ['2026-06-01T10:59:30Z', '2026-06-01T11:59:30Z'], ['11']],
    ['cuts in two minutes of one hour', [noon - 3_599_999_999, noon - 1, noon], ['100']],
    ['a cut at a minute', ['2026-06-01T10:59:00Z', '2026-06-01T11:59:00Z'], ['11']],
    ['nothing', ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z'], []],
    ['no window', [noon], []],
  ])('of %s', async (_, bounds, expected) => expect(await sums('acme', question(bounds))).toEqual(expected));

  const day = ['2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z'];

  it.each<[Partial<UsageQuestion>, string[]]>([
    [{ groupBy: [0] }, ['one 101', 'three 0.000000000001', 'two 1010']],
    [{ groupBy: [1, 0] }, [' three 0.000000000001', 'web one 1', 'web two 10', 'worker one 100', 'worker two 1000']],
    [{ only: [{ on: 0, values: ['one', 'three'] }] }, ['101.000000000001']],
    [
      {
        only: [
          { on: 0, values: ['one'] },
          { on: 1, values: ['worker'] },
        ],
      },
      ['100'],
    ],
    [{ only: [{ on: 1, values: [''] }] }, ['0.000000000001']],
    [{ only: [{ on: 1, values: [] }] }, []],
    [{ groupBy: [0], keep: ['two'] }, ['101.000000000001', 'two 1010']],
    [{ aggregation: 'count' }, ['5']],
    [{ aggregation: 'max' }, ['1000']],
    [{ aggregation: 'latest', groupBy: [1] }, [' 0.000000000001', 'web 10', 'worker 1000']],
    [{ aggregation: 'unique' }, ['5']],
  ])('asked with %j', async (more, expected) => expect(await sums('acme', question(day, more))).toEqual(expected));

  it.each([
    [["quote ' in it"]],
    [['back \\ slash']],
    [["'; DROP TABLE usage_events_raw_v1 --"]],
    [['{account:String}']],
  ])('finds none under the name %j', async (values) =>
    expect(await sums('acme', question(day, { only: [{ on: 0, values }] }))).toEqual([]),
  );

  it("is nobody else's", async () => {
    expect(await sums('other', question(day))).toEqual(['5000']);
    expect(await sums('nobody', question(day))).toEqual([]);
    expect(await sums('', question(day))).toEqual([]);
  });

  it('has an answer for thousands of windows that cut every hour', async () => {
    const bounds = Array.from({ length: 9000 }, (_, i) => at('2026-01-01T00:15:00Z') + i * 3_600_000_000);
    expect(await sums('acme', question(bounds))).toEqual(['11', '1100.000000000001']);
  });
});

describe('levels in windows', () => {
  const noon = at('2026-06-01T12:00:00Z');
  const SECOND = 1_000_000;
  const interval = (startsAt: number, endsAt: number, level: string, slot = 0): UsageInterval => ({
    slot,
    startsAt,
    endsAt,
    level,
    dimensions: ['web'],
    source: '/s',
    id: `e${startsAt}`,
  });
  const write = async (accountId: string, written: UsageInterval[], removed: UsageInterval[] = []) => {
    const resource = { accountId, meter: 'm', meterVersion: 1, subject: 'one' };
    const of = (intervals: UsageInterval[]) => intervals.map((one) => ({ ...one, ...resource }));
    await replaceIntervals(store.roll, of(written), of(removed), ++rolledAt);
    await published();
  };
  const asked = async (accountId: string, bounds: number[], through: number) =>
    (await levelUsageInWindows(store.read, accountId, { ...question(bounds), through })).map(
      ({ window, levelMicros }) => `${(window - noon) / SECOND}: ${Number(levelMicros) / SECOND}`,
    );

  it('are cut at the windows; what is open lasts until the watermark', async () => {
    await write('levels', [interval(noon, noon + 10 * SECOND, '2'), interval(noon + 10 * SECOND, OPEN_END, '0.5')]);
    const bounds = [noon - 5 * SECOND, noon + 5 * SECOND, noon + 15 * SECOND, noon + 100 * SECOND];
    expect(await asked('levels', bounds, noon + 20 * SECOND)).toEqual(['-5: 10', '5: 12.5', '15: 2.5']);
    expect(await asked('levels', bounds, noon + 15 * SECOND)).toEqual(['-5: 10', '5: 12.5']);
    expect(await asked('levels', [noon + 1, noon + 2], noon + 20 * SECOND)).toEqual(['0.000001: 0.000002']);
  });

  it('that begin after the watermark are none yet', async () => {
    await write('ahead', [
      interval(noon + 60 * SECOND, noon + 70 * SECOND, '2'),
      interval(noon + 70 * SECOND, OPEN_END, '1'),
    ]);
    expect(await asked('ahead', [noon - 3600 * SECOND, noon + 3600 * SECOND], noon)).toEqual([]);
    expect(await asked('ahead', [noon - 3600 * SECOND, noon + 3600 * SECOND], noon + 61 * SECOND)).toEqual([
      '-3600: 2',
    ]);
  });

  it('that were taken back are gone', async () => {
    await write('gone', [interval(noon, OPEN_END, '2')]);
    await write('gone', [interval(noon + SECOND, OPEN_END, '1')], [interval(noon, OPEN_END, '2')]);
    expect(await asked('gone', [noon, noon + 10 * SECOND], noon + 5 * SECOND)).toEqual(['0: 4']);
  });
});
