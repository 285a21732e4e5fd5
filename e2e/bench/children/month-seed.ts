import type { Lane } from '../../../clickhouse/index.ts';
import { putAccount } from '../../../server/database/accounts/accounts.ts';
import { promoteMeter, putMeter } from '../../../server/database/prices/meters.ts';
import { saveProgress } from '../../../server/database/roller-progress.ts';
import { migrateStores, openStores } from '../../../server/stores.ts';
import { answerParent } from '../child.ts';
import { EVENT_TYPE, METERS, TOKENS_METER } from '../inference-events.ts';
import { rollDay } from '../roll-day.ts';

/** A whole month of events in a store that no server has open. */
export interface SeedQuestion {
  dataDir: string;
  events: number;
  /** The account that has half of all events. */
  large: string;
  /** The account that has one in twenty. */
  medium: string;
  /** Seconds since 1970: the month's start and end. */
  from: number;
  to: number;
}

/** Whatever the two accounts named in the question leave over is spread over so many. */
const OTHER_ACCOUNTS = 198;

const EVENTS_AT_ONCE = 1_000_000;
const DAY = 86_400;

/** What the server would have made of each event, said in SQL: a hundred times faster than sending them. */
const EVENT = `
  if(number % 2 = 0, {large:String}, if(number % 20 = 1, {medium:String},
     concat('acct-', toString(intDiv(number, 2) % ${OTHER_ACCOUNTS})))) AS account_id,
  fromUnixTimestamp64Micro({start:Int64} + toInt64(number) * {step:Int64}, 'UTC') AS received_at,
  concat('app-', toString(intHash32(number) % 20)) AS app,
  if(intHash32(number + 1) % 2 = 0, 'small-instruct', 'large-instruct') AS model,
  intHash32(number + 2) % 1024 AS tokens,
  lower(hex(sipHash128(number))) AS id`;

answerParent(async ({ dataDir, events, large, medium, from, to }: SeedQuestion) => {
  const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
  try {
    await migrateStores(stores);
    const now = new Date();
    const { queries } = stores.database;
    const others = Array.from({ length: OTHER_ACCOUNTS }, (_, i) => `acct-${i}`);
    for (const id of [large, medium, ...others]) {
      const account = {
        id,
        name: id,
        kind: 'team',
        currency: 'USD',
        timeZone: 'UTC',
        anchorDay: 1,
        taxPercent: '0',
      } as const;
      await putAccount(queries, account, now);
    }
    const definition = METERS[TOKENS_METER];
    if (definition === undefined) throw new Error(`There is no meter ${TOKENS_METER}.`);
    const { meter } = await putMeter(queries, TOKENS_METER, definition, now);
    await promoteMeter(queries, meter.key, meter.version);

    const start = from * 1_000_000;
    const step = Math.floor(((to - from) * 1_000_000) / events);
    const lane = stores.measurements.write;
    for (let first = 0; first < events; first += EVENTS_AT_ONCE) {
      const count = Math.min(EVENTS_AT_ONCE, events - first);
      await insertMonthEvents(lane, { large, medium, start, step, first, count, version: meter.version });
    }
    for (let day = from; day < to; day += DAY) await rollDay(lane, day);
    await saveProgress(queries, 'usage', start + step * (events - 1));
  } finally {
    await stores.close();
  }
  return null;
});

async function insertMonthEvents(
  lane: Lane,
  params: Record<'large' | 'medium', string> & Record<'start' | 'step' | 'first' | 'count' | 'version', number>,
): Promise<void> {
  const numbers = `(SELECT ${EVENT} FROM numbers({first:UInt64}, {count:UInt64}))`;
  await lane.command({
    name: 'seed_events',
    sql: `INSERT INTO usage_events_raw_v1
          (account_id, received_at, time, key_hash, content_hash, source, id, type, subject, envelope)
          SELECT account_id, received_at, received_at, reinterpretAsUUID(sipHash128(id)), reinterpretAsUUID(sipHash128(id, 1)),
                 '/bench/inference', id, '${EVENT_TYPE}', app,
                 concat('{"specversion":"1.0","id":"', id, '","source":"/bench/inference","type":"${EVENT_TYPE}","subject":"',
                        app, '","data":{"app":"', app, '","model":"', model, '","generated_tokens":', toString(tokens),
                        ',"region":"eu-1","status":200}}')
          FROM ${numbers}`,
    params,
  });
  await lane.command({
    name: 'seed_contributions',
    sql: `INSERT INTO contributions_v1
          (account_id, meter, meter_version, minute, time, source, id, received_at, subject, dimensions, value, text_value)
          SELECT account_id, '${TOKENS_METER}', {version:UInt32}, toStartOfMinute(received_at), received_at,
                 '/bench/inference', id, received_at, app, [app, model], tokens, ''
          FROM ${numbers}`,
    params,
  });
}
