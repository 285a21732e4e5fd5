import type { Lane } from '../../../clickhouse/index.ts';
import { putAccount } from '../../../server/database/accounts/accounts.ts';
import { promoteMeter, putMeter } from '../../../server/database/prices/meters.ts';
import { saveProgress } from '../../../server/database/roller-progress.ts';
import { migrateStores, openStores } from '../../../server/stores.ts';
import { answerParent } from '../child.ts';
import { rollDay } from '../roll-day.ts';
import { ADDON_METER, DYNO_METER, METERS, MODELS, PLANS, SHARES, SIZES, TOKENS_METER } from '../spend-month.ts';

/** An open billing period of accounts with many resources, in a store that no server has open. */
export interface SpendSeedQuestion {
  dataDir: string;
  /** Each account's number of resources and of metered events. */
  accounts: { id: string; resources: number; events: number }[];
  /** Seconds since 1970: the period's start (a UTC midnight), and how far usage goes. */
  from: number;
  to: number;
}

const DAY = 86_400;
const TURN = 4 * DAY;
const EVENTS_AT_ONCE = 1_000_000;

answerParent(async ({ dataDir, accounts, from, to }: SpendSeedQuestion) => {
  const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
  try {
    await migrateStores(stores);
    const now = new Date();
    const { queries } = stores.database;
    for (const [key, definition] of Object.entries(METERS)) {
      const { meter } = await putMeter(queries, key, definition, now);
      await promoteMeter(queries, meter.key, meter.version);
    }
    const anchorDay = new Date(from * 1000).getUTCDate();
    const lane = stores.measurements.write;
    for (const { id, resources, events } of accounts) {
      const about = { name: id, kind: 'team', currency: 'USD', timeZone: 'UTC', anchorDay, taxPercent: '0' } as const;
      await putAccount(queries, { id, ...about }, now);
      const tenth = Math.floor(resources / 10);
      await insertFormations(lane, id, tenth * SHARES.formations, from, to);
      await insertAddons(lane, id, tenth * SHARES.addons, from);
      const metered = tenth * SHARES.metered;
      const step = Math.floor(((to - from) * 1_000_000) / events);
      for (let first = 0; first < events; first += EVENTS_AT_ONCE) {
        const count = Math.min(EVENTS_AT_ONCE, events - first);
        await insertTokens(lane, { id, start: from * 1_000_000, step, first, count, metered });
      }
    }
    for (let day = from; day < to; day += DAY) await rollDay(lane, day);
    await saveProgress(queries, 'usage', to * 1_000_000 - 1);
  } finally {
    await stores.close();
  }
  return null;
});

/** Each runs two slots of one size and changes every four days. */
async function insertFormations(lane: Lane, id: string, count: number, from: number, to: number): Promise<void> {
  const turns = Math.ceil((to - from) / TURN);
  await lane.command({
    name: 'seed_formations',
    sql: `INSERT INTO usage_intervals_v1
          SELECT {id:String}, '${DYNO_METER}', 1, concat('app-', toString(intDiv(r, 2)), if(r % 2 = 0, '/web', '/worker')) AS subject,
                 slot, toDateTime64({from:UInt32} + d * ${TURN} + if(d = 0, 0, r % 3600), 6, 'UTC'),
                 if(d + 1 = {turns:UInt32}, toDateTime64('2200-01-01 00:00:00', 6, 'UTC'),
                    toDateTime64({from:UInt32} + (d + 1) * ${TURN} + r % 3600, 6, 'UTC')),
                 1, [concat('app-', toString(intDiv(r, 2))), if(r % 2 = 0, 'web', 'worker'), concat('size-', toString(r % ${SIZES}))],
                 '/bench/platform', concat('f-', toString(r), '-', toString(d)), now64(6, 'UTC'), 0
          FROM (SELECT number AS r FROM numbers({count:UInt64})) AS r
          CROSS JOIN (SELECT toUInt32(number) AS d FROM numbers({turns:UInt32})) AS d
          CROSS JOIN (SELECT toUInt32(number + 1) AS slot FROM numbers(2)) AS s`,
    params: { id, count, from, turns },
  });
}

async function insertAddons(lane: Lane, id: string, count: number, from: number): Promise<void> {
  await lane.command({
    name: 'seed_addons',
    sql: `INSERT INTO usage_intervals_v1
          SELECT {id:String}, '${ADDON_METER}', 1, concat('addon-', toString(number)), 1,
                 toDateTime64({from:UInt32} + number % ${10 * DAY}, 6, 'UTC'), toDateTime64('2200-01-01 00:00:00', 6, 'UTC'),
                 1, [concat('app-', toString(number)), concat('plan-', toString(number % ${PLANS}))],
                 '/bench/platform', concat('a-', toString(number)), now64(6, 'UTC'), 0
          FROM numbers({count:UInt64})`,
    params: { id, count, from },
  });
}

type Tokens = { id: string; start: number; step: number; first: number; count: number; metered: number };

async function insertTokens(lane: Lane, params: Tokens): Promise<void> {
  const numbers = `(SELECT fromUnixTimestamp64Micro({start:Int64} + toInt64(number) * {step:Int64}, 'UTC') AS at,
      intHash32(number) % {metered:UInt32} AS r, concat('app-', toString(r)) AS app,
      concat('model-', toString(r % ${MODELS})) AS model, intHash32(number + 2) % 1024 AS tokens,
      lower(hex(sipHash128({id:String}, number))) AS id
    FROM numbers({first:UInt64}, {count:UInt64}))`;
  await lane.command({
    name: 'seed_events',
    sql: `INSERT INTO usage_events_raw_v1
          (account_id, received_at, time, key_hash, content_hash, source, id, type, subject, envelope)
          SELECT {id:String}, at, at, reinterpretAsUUID(sipHash128(id)), reinterpretAsUUID(sipHash128(id, 1)),
                 '/bench/inference', id, 'bench.request', app,
                 concat('{"specversion":"1.0","id":"', id, '","source":"/bench/inference","type":"bench.request","subject":"',
                        app, '","data":{"app":"', app, '","model":"', model, '","tokens":', toString(tokens), '}}')
          FROM ${numbers}`,
    params,
  });
  await lane.command({
    name: 'seed_contributions',
    sql: `INSERT INTO contributions_v1
          (account_id, meter, meter_version, minute, time, source, id, received_at, subject, dimensions, value, text_value)
          SELECT {id:String}, '${TOKENS_METER}', 1, toStartOfMinute(at), at, '/bench/inference', id, at, app, [app, model], tokens, ''
          FROM ${numbers}`,
    params,
  });
}
