import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClickHouse } from '../../connection.ts';
import type { ClickHouse, Lane } from '../../lane.ts';
import { migrateClickHouse } from '../../migrate.ts';
import { findKeys } from './find-keys.ts';
import { insertEvents, type RawEvent, UnreadableInsertError } from './insert-events.ts';

let directory: string;
let store: ClickHouse;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plainbill-insert-'));
  store = await openClickHouse({ url: null, dataDir: directory });
  await migrateClickHouse(store);
});

afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

let last = Date.UTC(2026, 10, 24) * 1000;

function someEvents(count: number): RawEvent[] {
  return Array.from({ length: count }, () => {
    last += 1;
    return {
      accountId: 'a',
      receivedAt: last,
      time: last,
      keyHash: randomBytes(16).toString('hex'),
      contentHash: randomBytes(16).toString('hex'),
      source: '/s',
      id: randomUUID(),
      type: 't',
      subject: 's',
      // Random, so that compression does not make it small.
      envelope: JSON.stringify({ data: { pad: randomBytes(1000).toString('base64') } }),
    };
  });
}

const stored = async () =>
  store.read.query<{ events: string; bytes: string }>({
    name: 'test_count',
    sql: 'SELECT count() AS events, sum(length(envelope)) > 0 AS bytes FROM usage_events_raw_v1',
  });

/** From here on no file of this process may grow beyond this size: its writes fail, as under a quota. */
function limitFileSize(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]);
}

describe('an insert', () => {
  it('of many events is one part: there as a whole or not at all', async () => {
    const parts = async () =>
      store.read.query<{ name: string; rows: string }>({
        name: 'test_parts',
        sql: `SELECT name, rows FROM system.parts WHERE table = 'usage_events_raw_v1' AND active AND rows = 20000`,
      });
    await insertEvents(store.write, someEvents(20_000));
    expect(await parts()).toHaveLength(1);
  });

  it('gives keys, contents and receive times back as they were', async () => {
    const events = someEvents(3);
    await insertEvents(store.write, events);
    const found = await findKeys(store.read, 'a', [...events.map(({ keyHash }) => keyHash), '0'.repeat(32)]);
    const known = events.map(({ keyHash, contentHash, receivedAt }) => ({ keyHash, contentHash, receivedAt }));
    expect(found.sort((one, other) => one.receivedAt - other.receivedAt)).toEqual(known);
  });
});

/** Sends the rows within the statement, without the file they pass through: only the engine's own writes can fail. */
const withoutFile = (): Lane => ({
  ...store.write,
  insert: ({ name, table, columns, rows }) =>
    store.write.command({ name, sql: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT TabSeparated\n${rows}` }),
});

describe('an insert whose writes fail', () => {
  it.each([0, 1, 500, 100_000])('is an error with files of at most %d bytes, and reads go on', async (limit) => {
    await insertEvents(store.write, someEvents(2));
    const before = await stored();
    limitFileSize(limit);
    try {
      await expect(insertEvents(withoutFile(), someEvents(2000))).rejects.toThrow(UnreadableInsertError);
      await expect(insertEvents(store.write, someEvents(2000))).rejects.toThrow();
    } finally {
      limitFileSize('unlimited');
    }
    expect(await stored()).toEqual(before);
    await insertEvents(store.write, someEvents(3));
    expect(Number((await stored())[0]?.events)).toBe(Number(before[0]?.events) + 3);
    expect(await readdir(join(directory, 'clickhouse-inserts'))).toHaveLength(1);
  });
});
