import { sql } from 'drizzle-orm';
import type { Lane } from '../../../clickhouse/index.ts';
import { putAccount } from '../../../server/database/accounts/accounts.ts';
import { grantCredit } from '../../../server/database/invoices/credits.ts';
import { promoteMeter, putMeter } from '../../../server/database/prices/meters.ts';
import { addRateCardVersion, putAccountRateCard } from '../../../server/database/prices/rate-cards.ts';
import { closePeriods } from '../../../server/jobs/close-periods.ts';
import { migrateStores, openStores, type Stores } from '../../../server/stores.ts';
import { closingParts } from '../../support/closing/closing.ts';
import { answerParent } from '../child.ts';
import { ADDON_METER, DYNO_METER, METERS, MODELS, PLANS, SIZES, spendPrices, TOKENS_METER } from '../spend-month.ts';

export interface ClosingQuestion {
  dataDir: string;
  accounts: number;
  /** Beside them: accounts whose period is still open, so that nothing of them is due. */
  idle: number;
}
export interface ClosingAnswer {
  /** From the first look at what is due to the last invoice. */
  seconds: number;
  made: number;
  /** A second closing of the same month: nothing is left. */
  madeAgain: number;
  /** How long a pass takes that finds nothing due, in milliseconds: the median of several. */
  idlePassMs: number;
}

const FROM = Date.UTC(2026, 8, 1) / 1000;
const AS_OF = new Date('2026-10-04T00:00:00Z');
const DAY = 86_400;

/** A month of many small accounts, then closes it as the job does. */
answerParent(async ({ dataDir, accounts, idle }: ClosingQuestion) => {
  const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
  try {
    await migrateStores(stores);
    await fill(stores, accounts);
    await addIdleAccounts(stores, idle);
    const parts = await closingParts(stores, AS_OF);
    const began = performance.now();
    const made = await closePeriods(parts);
    const seconds = (performance.now() - began) / 1000;
    const madeAgain = await closePeriods(parts);
    return { seconds, made, madeAgain, idlePassMs: await idlePassOf(parts) } satisfies ClosingAnswer;
  } finally {
    await stores.close();
  }
});

/** Accounts that are in the middle of their period. */
async function addIdleAccounts({ database }: Stores, idle: number): Promise<void> {
  await database.queries.execute(sql`INSERT INTO accounts
    (id, name, kind, currency, time_zone, anchor_day, tax_percent, created_at, updated_at)
    SELECT 'idle-' || n, 'idle', 'personal', 'USD', 'UTC', 1, 0, '2026-10-01', '2026-10-01' FROM generate_series(1, ${idle}::int) n`);
  await database.queries.execute(sql`INSERT INTO billing_periods
    (account_id, key, period_from, period_to, time_zone, anchor_day, bridging, state, grace_from)
    SELECT 'idle-' || n, '2026-10', '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', 'UTC', 1, false, 'open', '2026-11-01T00:00:00Z'
    FROM generate_series(1, ${idle}::int) n`);
  await database.queries.execute(sql`ANALYZE`);
}

async function idlePassOf(parts: Awaited<ReturnType<typeof closingParts>>): Promise<number> {
  const passes: number[] = [];
  for (let i = 0; i < 9; i++) {
    const began = performance.now();
    if ((await closePeriods(parts)) !== 0) throw new Error('something was due after all');
    passes.push(performance.now() - began);
  }
  return passes.sort((a, b) => a - b)[4] ?? Number.NaN;
}

async function fill({ database, measurements }: Stores, accounts: number): Promise<void> {
  const { queries } = database;
  const since = new Date(FROM * 1000);
  for (const [key, definition] of Object.entries(METERS)) {
    const { meter } = await putMeter(queries, key, definition, since);
    await promoteMeter(queries, meter.key, meter.version);
  }
  const card = { key: 'bench', currency: 'USD', effectiveFrom: since, prices: spendPrices() };
  await database.serializable((tx) => addRateCardVersion(tx, card, since));
  for (let i = 0; i < accounts; i++) {
    const id = `payer-${i}`;
    const about = {
      name: id,
      kind: 'personal',
      currency: 'USD',
      timeZone: 'UTC',
      anchorDay: 1,
      taxPercent: '19',
    } as const;
    await database.serializable(async (tx) => {
      await putAccount(tx, { id, ...about }, since);
      await putAccountRateCard(tx, { accountId: id, key: 'bench', discountPercent: '0' }, since);
      const credit = { amount: '5.00', currency: 'USD', reason: 'Welcome', expiresAt: null };
      if (i % 10 === 0) await grantCredit(tx, id, credit, since);
    });
  }
  await insertUsage(measurements.write, accounts);
}

/** Each has two dynos that were resized once, an add-on, and tokens of two models in a hundred hours. */
async function insertUsage(lane: Lane, accounts: number): Promise<void> {
  const params = { accounts, from: FROM };
  const interval = (meter: string, subject: string, part: string, dimensions: string) =>
    `SELECT concat('payer-', toString(n)), '${meter}', 1, ${subject}, 1, ${part}, 1, ${dimensions}, '/bench/platform',
            concat('${meter}-', toString(n), '-', toString(turn)), now64(6, 'UTC'), 0
     FROM (SELECT number AS n FROM numbers({accounts:UInt64})) AS a`;
  const turns = `toDateTime64({from:UInt32} + turn * ${13 * DAY} + n % 3600, 6, 'UTC'),
    if(turn = 1, toDateTime64('2200-01-01 00:00:00', 6, 'UTC'), toDateTime64({from:UInt32} + ${13 * DAY} + n % 3600, 6, 'UTC'))`;
  await lane.command({
    name: 'seed_formations',
    sql: `INSERT INTO usage_intervals_v1
          ${interval(DYNO_METER, `concat('app/', process)`, turns, `['app', process, concat('size-', toString((n + turn) % ${SIZES}))]`)}
          CROSS JOIN (SELECT toUInt32(number) AS turn FROM numbers(2)) AS t
          CROSS JOIN (SELECT arrayJoin(['web', 'worker']) AS process) AS p`,
    params,
  });
  await lane.command({
    name: 'seed_addons',
    sql: `INSERT INTO usage_intervals_v1
          ${interval(ADDON_METER, `'addon'`, turns, `['app', concat('plan-', toString(n % ${PLANS}))]`)}
          CROSS JOIN (SELECT toUInt32(1) AS turn) AS t`,
    params,
  });
  await lane.command({
    name: 'seed_hours',
    sql: `INSERT INTO usage_per_hour_v1
          SELECT concat('payer-', toString(n)), '${TOKENS_METER}', 1, toDateTime({from:UInt32} + hour * ${6 * 3600}, 'UTC'), 'app',
                 ['app', concat('model-', toString((n + hour % 2) % ${MODELS}))], 10, 5000 + n, 1000,
                 tuple(toDateTime64({from:UInt32} + hour * ${6 * 3600}, 6, 'UTC'), '/bench/inference', 'e', toDecimal128(500, 12)),
                 arrayReduce('uniqExactState', emptyArrayString()), now64(6, 'UTC')
          FROM (SELECT number AS n FROM numbers({accounts:UInt64})) AS a
          CROSS JOIN (SELECT number AS hour FROM numbers(100)) AS h`,
    params,
  });
}
