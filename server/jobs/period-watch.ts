import { type ClickHouse, earliestLateEvents, firstUseOfAccount } from '../../clickhouse/index.ts';
import { accountsEndedIn, getAccount, getAccounts } from '../database/accounts/accounts.ts';
import {
  accountsToAdvance,
  accountsWithoutPeriods,
  advancePeriods,
  keepPeriods,
  reopenPeriods,
} from '../database/accounts/billing-periods.ts';
import type { Database } from '../database/database.types.ts';
import { LATE_EVENTS, readProgress, saveProgress } from '../database/roller-progress.ts';
import type { Micros } from '../domain/instant.ts';
import { microsOf } from '../domain/instant.ts';
import { GRACE_MS } from '../domain/policy.ts';

/** What tells that a period is over, or that something came late for one. */
export interface PeriodWatchDeps {
  database: Database;
  store: ClickHouse;
  meteredThrough: () => Micros;
  now: () => Date;
}

const AT_ONCE = 200;

/** Gives every account whose open period is over its next one. */
export async function advanceAll({ database, now }: PeriodWatchDeps): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const ids: string[] = await accountsToAdvance(database.queries, now(), { after, limit: AT_ONCE });
    if (ids.length === 0) return;
    const micros = microsOf(now());
    await database.serializable(async (tx) => advancePeriods(tx, await getAccounts(tx, ids), micros));
    after = ids.at(-1) ?? null;
  }
}

/** Keeps the periods of accounts that a version which kept none has made, from their first use or invoice on. */
export async function keepMissingPeriods({ database, store, now }: PeriodWatchDeps): Promise<void> {
  for (;;) {
    const ids = await accountsWithoutPeriods(database.queries, AT_ONCE);
    if (ids.length === 0) return;
    for (const id of ids) {
      const micros = microsOf(now());
      const first = (await firstUseOfAccount(store.read, id)) ?? micros;
      await database.serializable(async (tx) => {
        const account = await getAccount(tx, id);
        if (account !== null) await keepPeriods(tx, account, micros, Math.min(first, micros));
      });
    }
  }
}

/**
 * Looks at what came for times whose grace is over: a period that had nothing to invoice may have now, and one from before
 * the account's first is one of its periods from now on.
 */
export async function noticeLateEvents({ database, store, meteredThrough, now }: PeriodWatchDeps): Promise<void> {
  const after = (await readProgress(database.queries, LATE_EVENTS))?.throughMicros ?? 0;
  const by = meteredThrough();
  if (by <= after) return;
  const before = (now().getTime() - GRACE_MS) * 1000;
  // The invoice of an account that has ended may have been issued by hand before its grace was over.
  const ended = await accountsEndedIn(database.queries, new Date(before / 1000), now());
  for (const { accountId, time } of await earliestLateEvents(store.read, { before, ended }, { after, by })) {
    await database.serializable(async (tx) => {
      const account = await getAccount(tx, accountId);
      if (account === null) return;
      await keepPeriods(tx, account, microsOf(now()), time);
      await reopenPeriods(tx, [account], new Date(time / 1000), now());
    });
  }
  await saveProgress(database.queries, LATE_EVENTS, by);
}
