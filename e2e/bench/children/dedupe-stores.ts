import {
  type ClickHouse,
  dateTimeText,
  findKeys,
  type Lane,
  migrateClickHouse,
  openClickHouse,
  type RawEvent,
} from '../../../clickhouse/index.ts';
import { contentHash, eventKey } from '../../../server/events/event-key.ts';
import { answerParent } from '../child.ts';
import { median, percentile } from '../figures.ts';
import { eventOf } from '../inference-events.ts';

export interface DedupeQuestion {
  dataDir: string;
  /** Half of them belong to one account, a thousandth to another. */
  storedEvents: number;
  insertedEvents: number;
  lookups: number;
}

type Rule = 'none' | 'projection' | 'keyTable';

export interface DedupeAnswer {
  inserts: { rule: Rule; rows: number; rate: number; rates: number[] }[];
  lookups: { rule: Rule; account: string; accountEvents: number; ids: number; p50: number; p95: number }[];
}

const ROUNDS = 3;
const IDS = 1_000;
const SEEDED_AT_ONCE = 1_000_000;
/** The table as it is, and the same without its projection. */
const WITH_PROJECTION = 'usage_events_raw_v1';
const PLAIN = 'bench_events_plain';
const KEYS = 'bench_event_keys';

let receivedAt = Date.now() * 1000;

answerParent(async ({ dataDir, storedEvents, insertedEvents, lookups }: DedupeQuestion): Promise<DedupeAnswer> => {
  const store = await openClickHouse({ url: null, dataDir });
  await migrateClickHouse(store);
  await createAlternatives(store);
  const answer: DedupeAnswer = { inserts: [], lookups: [] };

  for (const rows of [1_000, 8_000]) {
    const rates: Record<Rule, number[]> = { none: [], projection: [], keyTable: [] };
    // The first round warms up; turn by turn, so that a machine's drift cancels.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const rule of ['none', 'projection', 'keyTable'] as const) {
        const events = newEvents(`${rule} ${rows} ${round}`, insertedEvents);
        const started = performance.now();
        for (let at = 0; at < events.length; at += rows) await insert(store.write, rule, events.slice(at, at + rows));
        if (round > 0) rates[rule].push(insertedEvents / ((performance.now() - started) / 1000));
      }
    }
    for (const rule of ['none', 'projection', 'keyTable'] as const) {
      answer.inserts.push({ rule, rows, rate: median(rates[rule]), rates: rates[rule] });
    }
  }

  await seed(store.write, storedEvents);
  for (const [account, accountId, share] of [
    ['large', 'acct-large', 2],
    ['small', 'acct-small', 1_000],
  ] as const) {
    const times: Record<'projection' | 'keyTable', number[]> = { projection: [], keyTable: [] };
    let ids = 0;
    for (let i = -3; i < lookups; i++) {
      for (const rule of ['projection', 'keyTable'] as const) {
        const hashes = await someHashes(store.read, accountId);
        ids = hashes.length;
        const started = performance.now();
        const found =
          rule === 'projection'
            ? (await findKeys(store.read, accountId, hashes)).length
            : (await findInKeyTable(store.read, accountId, hashes)).length;
        if (found !== hashes.length) throw new Error(`${found} of ${hashes.length} keys were found.`);
        if (i >= 0) times[rule].push(performance.now() - started);
      }
    }
    for (const rule of ['projection', 'keyTable'] as const) {
      const [p50, p95] = [median(times[rule]), percentile(times[rule], 0.95)];
      answer.lookups.push({ rule, account, accountEvents: storedEvents / share, ids, p50, p95 });
    }
  }
  await store.close();
  return answer;
});

async function createAlternatives({ write }: ClickHouse): Promise<void> {
  await write.command({ name: 'plain', sql: `CREATE TABLE ${PLAIN} AS ${WITH_PROJECTION}` });
  await write.command({ name: 'plain', sql: `ALTER TABLE ${PLAIN} DROP PROJECTION by_key` });
  await write.command({
    name: 'keys',
    sql: `CREATE TABLE ${KEYS} (account_id LowCardinality(String), key_hash UUID CODEC(NONE),
            content_hash UUID CODEC(NONE), received_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)))
          ENGINE = MergeTree ORDER BY (account_id, key_hash)
          SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1`,
  });
}

function newEvents(series: string, count: number): RawEvent[] {
  const time = new Date();
  return Array.from({ length: count }, (_, number) => {
    const event = eventOf(series, number, time);
    const envelope = JSON.stringify(event);
    const { id, source, type, subject } = event;
    const keyHash = eventKey('acct-inserted', source, id).hash;
    const hashes = { keyHash, contentHash: contentHash(envelope) };
    return {
      accountId: 'acct-inserted',
      receivedAt: receivedAt++,
      time: receivedAt,
      ...hashes,
      source,
      id,
      type,
      subject,
      envelope,
    };
  });
}

async function insert(lane: Lane, rule: Rule, events: readonly RawEvent[]): Promise<void> {
  const names = [
    'account_id',
    'received_at',
    'time',
    'key_hash',
    'content_hash',
    'source',
    'id',
    'type',
    'subject',
    'envelope',
  ];
  await lane.insert({
    name: rule,
    table: rule === 'projection' ? WITH_PROJECTION : PLAIN,
    columns: names,
    rows: events
      .map((e) => {
        const [receivedAt, time] = [dateTimeText(e.receivedAt), dateTimeText(e.time)];
        const { accountId, keyHash, contentHash, source, id, type, subject, envelope } = e;
        return `${[accountId, receivedAt, time, keyHash, contentHash, source, id, type, subject, envelope].join('\t')}\n`;
      })
      .join(''),
  });
  if (rule !== 'keyTable') return;
  await lane.insert({
    name: rule,
    table: KEYS,
    columns: ['account_id', 'key_hash', 'content_hash', 'received_at'],
    rows: events.map((e) => `${e.accountId}\t${e.keyHash}\t${e.contentHash}\t${dateTimeText(e.receivedAt)}\n`).join(''),
  });
}

/** Events whose keys both rules then look for; what else they say does not matter here. */
async function seed(lane: Lane, events: number): Promise<void> {
  for (let first = 0; first < events; first += SEEDED_AT_ONCE) {
    const params = { first, count: Math.min(SEEDED_AT_ONCE, events - first), start: receivedAt };
    await lane.command({
      name: 'seed_events',
      sql: `INSERT INTO ${WITH_PROJECTION}
            (account_id, received_at, time, key_hash, content_hash, source, id, type, subject, envelope)
            SELECT if(number % 2 = 0, 'acct-large', if(number % 1000 = 1, 'acct-small', concat('acct-', toString(number % 199)))),
                   fromUnixTimestamp64Micro({start:Int64} + toInt64(number), 'UTC') AS at, at,
                   reinterpretAsUUID(sipHash128(number)), reinterpretAsUUID(sipHash128(number, 1)),
                   '/bench', hex(sipHash128(number)), 'bench', 'app-1', repeat(hex(sipHash128(number)), 8)
            FROM numbers({first:UInt64}, {count:UInt64})`,
      params,
    });
  }
  const copied = `SELECT account_id, key_hash, content_hash, received_at FROM ${WITH_PROJECTION}`;
  await lane.command({ name: 'seed_keys', sql: `INSERT INTO ${KEYS} ${copied} WHERE account_id != 'acct-inserted'` });
}

/** Other ids each time, from all over the account's history. */
async function someHashes(lane: Lane, accountId: string): Promise<string[]> {
  const rows = await lane.query<{ hash: string }>({
    name: 'some_hashes',
    sql: `SELECT toString(key_hash) AS hash FROM ${KEYS} WHERE account_id = {accountId:String} ORDER BY rand() LIMIT ${IDS}`,
    params: { accountId },
  });
  return rows.map(({ hash }) => hash);
}

async function findInKeyTable(lane: Lane, accountId: string, hashes: readonly string[]): Promise<object[]> {
  return lane.query<{ keyHash: string; contentHash: string; receivedAt: string }>({
    name: 'find_in_key_table',
    sql: `SELECT toString(key_hash) AS keyHash, toString(content_hash) AS contentHash,
                 toUnixTimestamp64Micro(received_at) AS receivedAt
          FROM ${KEYS}
          WHERE account_id = {accountId:String} AND key_hash IN (SELECT toUUID(arrayJoin({hashes:Array(String)})))`,
    params: { accountId, hashes },
  });
}
