import { accountsWithLateEvents, accountsWithUsage, type ClickHouse, type Micros } from '../../clickhouse/index.ts';
import { type Account, accountsCreatedAfter, listAccounts } from '../database/accounts.ts';
import type { Database } from '../database/connect.ts';
import { accountsWithExpiredGrants, lapseExpired, openGrantsOfAccounts } from '../database/credits.ts';
import { accountsWithVoidInvoices, lastIssuedPeriods } from '../database/invoices.ts';
import { accountsDueWithoutUsage } from '../database/rate-cards.ts';
import { type Stamp, stampsOf } from '../database/stamps.ts';
import { type BillingPeriod, neighbourOf, periodAt } from '../domain/billing-period.ts';
import { lastInstantOf } from '../domain/credits.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import { cutsOf, pricedAccount } from '../services/account-charges.ts';
import { gatherUsage } from '../services/charge-usage.ts';
import { finalize } from '../services/finalize-invoice.ts';
import type { Invoices, Reading } from '../services/invoices.ts';
import { pricingsOf } from '../services/pricing.ts';

export interface ClosingParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  invoices: Invoices;
  meteredThrough: () => Micros;
  readings: Readings;
  now: () => Date;
  /** How long after its end a period stays open to late events, in milliseconds. */
  graceMs: number;
  onError: (error: unknown) => void;
}

/** Accounts whose periods begin and end at the same instants are read together. */
interface Group {
  period: BillingPeriod;
  accounts: Account[];
}

/** How long a period that is over stays open to late events before its invoice is final. */
export const GRACE_MS = 48 * 3_600_000;

const MONTHS_BACK = 13;
const ACCOUNTS_AT_ONCE = 100;

/**
 * Makes the invoice of every period final whose grace time is over, oldest first, then lets expired credits lapse. Safe
 * to run at any time, to be cut short anywhere, and on several nodes at once: each invoice is one transaction that finds
 * out whether it is still to be made.
 * @returns how many invoices it made
 */
export async function closePeriods(parts: ClosingParts, isStopping: () => boolean = () => false): Promise<number> {
  const { database, store, now } = parts;
  const failed = new Set<string>();
  let made = 0;
  const dueAnyway = await accountsDueWithoutUsage(database.queries);
  const voided = await accountsWithVoidInvoices(database.queries);
  for (const group of await dueGroups(parts)) {
    const { from, to } = group.period;
    // Their corrections come on this invoice, also when nothing else does.
    const late = new Set(await accountsWithLateEvents(store.read, from));
    const used = new Set([...(await accountsWithUsage(store.read, from, to)), ...late]);
    // What is due without usage is due from the period on in which the account was created.
    const isDue = (id: string) =>
      used.has(id) || (dueAnyway.get(id)?.getTime() ?? Number.POSITIVE_INFINITY) * 1000 < to;
    const accounts = group.accounts.filter(({ id }) => isDue(id) && !failed.has(id));
    for (let at = 0; at < accounts.length && !isStopping(); at += ACCOUNTS_AT_ONCE) {
      const batch = await readTogether(parts, group.period, accounts.slice(at, at + ACCOUNTS_AT_ONCE));
      for (const { stamp, read } of batch) {
        const accountId = read.pricing.account.id;
        try {
          // What became of a void invoice's corrections is found out account by account.
          const nothingLate = !late.has(accountId) && !voided.has(accountId);
          const computed = await parts.invoices.draft({ ...read, nothingLate }, group.period);
          const again = (account: Account) => parts.invoices.computed(account, group.period.key);
          const result = await finalize(parts, accountId, again, { stamp, computed });
          if (result?.created) made++;
        } catch (error) {
          // One account's trouble is not the others'; its later periods wait for this one.
          failed.add(accountId);
          parts.onError(error);
        }
      }
    }
  }
  for (const accountId of await accountsWithExpiredGrants(
    database.queries,
    new Date(now().getTime() - parts.graceMs),
  )) {
    if (!failed.has(accountId) && !isStopping())
      await database.serializable((tx) => lapseExpired(tx, accountId, now()));
  }
  return made;
}

/**
 * Every period that is due, by its bounds, oldest first. Accounts that are newer than the grace time have none: their
 * history may still be coming in.
 */
async function dueGroups({ database, meteredThrough, now, graceMs }: ClosingParts): Promise<Group[]> {
  const groups = new Map<string, Group>();
  const nowMicros = now().getTime() * 1000;
  // A period whose invoice was made void is invoiced again by hand only: whoever took it back decides when.
  const last = await lastIssuedPeriods(database.queries);
  const settling = await accountsCreatedAfter(database.queries, new Date(now().getTime() - graceMs));
  let after: string | null = null;
  for (;;) {
    const accounts: Account[] = await listAccounts(database.queries, { after, limit: 500 });
    for (const account of accounts) {
      if (settling.has(account.id)) continue;
      let period = periodAt(nowMicros, account);
      for (let i = 0; i < MONTHS_BACK; i++) {
        period = neighbourOf(period, -1, account);
        if (period.from < (last.get(account.id) ?? 0)) break;
        if (period.to + graceMs * 1000 > nowMicros || period.to > meteredThrough()) continue;
        const key = `${period.from} ${period.to}`;
        const group = groups.get(key) ?? { period, accounts: [] };
        group.accounts.push(account);
        groups.set(key, group);
      }
    }
    after = accounts.at(-1)?.id ?? null;
    if (accounts.length < 500) break;
  }
  return [...groups.values()].sort((a, b) => a.period.from - b.period.from || a.period.to - b.period.to);
}

/**
 * Reads what the invoices of many accounts are computed from: stamps first, so that a change is found out, then their usage
 * as it stands at one watermark.
 */
async function readTogether(
  { database, store, registry, readings }: ClosingParts,
  period: BillingPeriod,
  accounts: readonly Account[],
): Promise<{ stamp: Stamp; read: Reading }[]> {
  const { queries } = database;
  const ids = accounts.map(({ id }) => id);
  const stamps = await stampsOf(queries, ids);
  // Without a rate card nothing has a price yet: no invoice, which is not an invoice of zero.
  const pricings = (await pricingsOf(queries, accounts)).filter(({ rateCard }) => rateCard !== null);
  const cuts = new Set(pricings.flatMap((pricing) => [...cutsOf(pricing, period, [])]));
  const priced = pricings.map((pricing) => pricedAccount(pricing, period));
  const scope = { period, through: period.to, cuts: [...cuts], singleEvents: [] };
  const { through, usage } = await readings.read(async (through) => ({
    through,
    usage: await gatherUsage(store, registry.currentMeters(), priced, scope),
  }));
  const grants = await openGrantsOfAccounts(queries, ids, lastInstantOf(period));
  return pricings.flatMap((pricing) => {
    const { id } = pricing.account;
    const stamp = stamps.get(id);
    const used = usage.get(id);
    if (stamp === undefined || used === undefined) return [];
    return [{ stamp, read: { pricing, meteredThrough: through, usage: used, grants: grants.get(id) ?? [] } }];
  });
}

/** Runs the closing again and again; the next run starts a while after the last one ended. */
export interface Closer {
  /** Waits for the invoice being made, then stops. */
  stop: () => Promise<void>;
}

export function startClosing(parts: ClosingParts, everyMs: number): Closer {
  let stopping = false;
  let wake: () => void = () => {};
  const loop = async () => {
    while (!stopping) {
      try {
        await closePeriods(parts, () => stopping);
      } catch (error) {
        parts.onError(error);
      }
      if (stopping) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping = true;
      wake();
      await running;
    },
  };
}
