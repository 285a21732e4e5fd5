import { accountsWithLateEvents, accountsWithUsage, type ClickHouse } from '../../clickhouse/index.ts';
import { cutsOf, pricedAccount } from '../billing/charge-scope.ts';
import { gatherUsage } from '../billing/charge-usage.ts';
import type { Reading } from '../billing/invoices/charged-period.ts';
import { finalize } from '../billing/invoices/finalize-invoice.ts';
import type { Invoices } from '../billing/invoices/invoices.ts';
import { isDueWithoutUsage, type Pricing, pricingsOf } from '../billing/pricing.ts';
import { type Account, getAccounts } from '../database/accounts/accounts.ts';
import { amendedAccounts } from '../database/accounts/amendments.ts';
import { type AccountPeriodRow, periodsDue, settlePeriods } from '../database/accounts/billing-periods.ts';
import { type Stamp, stampsOf } from '../database/accounts/stamps.ts';
import type { Database } from '../database/database.types.ts';
import { accountsWithExpiredGrants, lapseExpired, payingGrantsOfAccounts } from '../database/invoices/credits.ts';
import type { Micros } from '../domain/instant.ts';
import { GRACE_MS } from '../domain/policy.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import { advanceAll, keepMissingPeriods, noticeLateEvents } from './period-watch.ts';
import { type Running, startRunning } from './run-and-rest.ts';

/** What closing reads and writes; one account's trouble goes to `onError` and leaves the others alone. */
export interface ClosingDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  invoices: Invoices;
  meteredThrough: () => Micros;
  readings: Readings;
  now: () => Date;
  onError: (error: unknown) => void;
}

const ACCOUNTS_AT_ONCE = 100;

/** Periods that begin and end at the same instants: what they are computed from is read together. */
type Group = (AccountPeriodRow & { accountId: string })[];

/**
 * Makes the invoice of every period final whose grace time is over, oldest first, then lets expired credits lapse. Safe
 * to run at any time, to be cut short anywhere, and on several nodes at once: each invoice is one transaction that finds
 * out whether it is still to be made. What is due is found by an index: where nothing is, no account is looked at.
 * @returns how many invoices it made
 */
export async function closePeriods(deps: ClosingDeps, isStopping: () => boolean = () => false): Promise<number> {
  const { database, now, meteredThrough } = deps;
  await advanceAll(deps);
  await noticeLateEvents(deps);
  const failed = new Set<string>();
  let made = 0;
  const endedBy = new Date(Math.min(now().getTime(), Math.floor(meteredThrough() / 1000)));
  const due = await periodsDue(database.queries, new Date(now().getTime() - GRACE_MS), endedBy);
  for (const group of groupsOf(due)) {
    const some = group.filter(({ accountId }) => !failed.has(accountId));
    if (some.length > 0) made += await closeGroup(deps, some, failed, isStopping);
  }
  for (const accountId of await accountsWithExpiredGrants(database.queries, now())) {
    if (!failed.has(accountId) && !isStopping())
      await database.serializable((tx) => lapseExpired(tx, accountId, now()));
  }
  return made;
}

function groupsOf(due: readonly Group[number][]): Group[] {
  const groups = new Map<string, Group>();
  for (const period of due) {
    const key = `${period.from} ${period.to}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [period]);
    else group.push(period);
  }
  return [...groups.values()];
}

async function closeGroup(
  deps: ClosingDeps,
  group: Group,
  failed: Set<string>,
  isStopping: () => boolean,
): Promise<number> {
  const { database, store } = deps;
  const [{ from, to }] = group as [Group[number]];
  // Their corrections come on this invoice, also when nothing else does; what they rest on is read of one state.
  const late = new Set(await accountsWithLateEvents(store.read, from));
  const used = new Set(await accountsWithUsage(store.read, from, to));
  const isDue = (pricing: Pricing) => used.has(pricing.account.id) || isDueWithoutUsage(pricing, { from, to });
  const readSome = async (periods: Group) => {
    const amended = await amendedAccounts(
      database.queries,
      periods.map(({ accountId }) => accountId),
    );
    const isCorrected = (id: string) => late.has(id) || amended.has(id);
    const alike = periods.filter(({ accountId }) => !isCorrected(accountId));
    const read = await readTogether(deps, alike, isDue);
    return { isCorrected, read: new Map(read.map((each) => [each.read.pricing.account.id, each])) };
  };
  const readFrom = (at: number) => {
    const reading = readSome(group.slice(at, at + ACCOUNTS_AT_ONCE));
    // Its error is thrown where it is waited for.
    reading.catch(() => undefined);
    return reading;
  };
  let made = 0;
  let reading = readFrom(0);
  for (let at = 0; at < group.length && !isStopping(); at += ACCOUNTS_AT_ONCE) {
    const periods = group.slice(at, at + ACCOUNTS_AT_ONCE);
    const { isCorrected, read } = await reading;
    // The engine reads the next while these are written.
    reading = readFrom(at + ACCOUNTS_AT_ONCE);
    const settled = new Map(periods.map((period) => [period.accountId, period]));
    for (const period of periods) {
      const { accountId } = period;
      const known = read.get(accountId);
      if (known === undefined && !isCorrected(accountId)) continue;
      try {
        const computed = known && (await deps.invoices.draft(known.read, period));
        const prepared = known && computed ? { stamp: known.stamp, computed } : null;
        const again = (account: Account) => deps.invoices.computed(account, period.key);
        const result = await finalize(deps, accountId, again, { prepared, isByItself: true });
        if (result !== null) settled.delete(accountId);
        if (result?.created) made++;
      } catch (error) {
        // One account's trouble is not the others'; its later periods wait for this one.
        settled.delete(accountId);
        failed.add(accountId);
        deps.onError(error);
      }
    }
    await settlePeriods(database.queries, [...settled.values()]);
  }
  await reading;
  return made;
}

/**
 * Reads what the invoices of many accounts are computed from: stamps first, so that a change is found out, then their usage
 * as it stands at one watermark.
 */
async function readTogether(
  { database, store, registry, readings }: ClosingDeps,
  periods: Group,
  isDue: (pricing: Pricing) => boolean,
): Promise<{ stamp: Stamp; read: Reading; period: AccountPeriodRow }[]> {
  const [period] = periods;
  if (period === undefined) return [];
  const { queries } = database;
  const ids = periods.map(({ accountId }) => accountId);
  const stamps = await stampsOf(queries, ids);
  // Without a rate card nothing has a price yet: no invoice, which is not an invoice of zero.
  const pricings = (await pricingsOf(queries, await getAccounts(queries, ids))).filter(
    (pricing) => pricing.rulings.length > 0 && isDue(pricing),
  );
  if (pricings.length === 0) return [];
  const cuts = new Set(pricings.flatMap((pricing) => [...cutsOf(pricing, period, [])]));
  const priced = pricings.map((pricing) => pricedAccount(pricing, period));
  const scope = { period, through: period.to, cuts: [...cuts], singleEvents: [] };
  const { meteredThrough, usage } = await readings.read(async (meteredThrough) => ({
    meteredThrough,
    usage: await gatherUsage(store, registry.currentMeters(), priced, scope),
  }));
  const grants = await payingGrantsOfAccounts(queries, ids, null);
  return pricings.flatMap((pricing) => {
    const { id } = pricing.account;
    const [stamp, used] = [stamps.get(id), usage.get(id)];
    const own = periods.find(({ accountId }) => accountId === id);
    if (stamp === undefined || used === undefined || own === undefined) return [];
    const read = {
      pricing,
      meteredThrough,
      usage: used,
      grants: grants.get(id) ?? [],
      nothingLate: true,
    };
    return [{ stamp, read, period: own }];
  });
}

/** Runs the closing again and again; the next run starts a while after the last one ended. */
export function startClosing(deps: ClosingDeps, everyMs: number): Running {
  let isKept = false;
  const close = async (isStopping: () => boolean) => {
    if (!isKept) await keepMissingPeriods(deps);
    isKept = true;
    await closePeriods(deps, isStopping);
  };
  return startRunning(close, () => everyMs, deps.onError);
}
