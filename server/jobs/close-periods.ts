import { accountsWithLateEvents, accountsWithUsage, type ClickHouse, type Micros } from '../../clickhouse/index.ts';
import { type Account, accountsCreatedAfter, listAccounts } from '../database/accounts.ts';
import type { Database } from '../database/connect.ts';
import { accountsWithExpiredGrants, lapseExpired } from '../database/credits.ts';
import { lastIssuedPeriods } from '../database/invoices.ts';
import { accountsDueWithoutUsage } from '../database/rate-cards.ts';
import { type BillingPeriod, neighbourOf, periodAt } from '../domain/billing-period.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { cutsOf, pricedAccount } from '../services/account-charges.ts';
import type { GatheredUsage } from '../services/charge-gathering.ts';
import { gatherUsage } from '../services/charge-usage.ts';
import { finalize } from '../services/finalize-invoice.ts';
import type { Invoices } from '../services/invoices.ts';
import { type Pricing, pricingOf } from '../services/pricing.ts';

export interface ClosingParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  invoices: Invoices;
  meteredThrough: () => Micros;
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
  for (const group of await dueGroups(parts)) {
    const { from, to } = group.period;
    const used = new Set([
      ...(await accountsWithUsage(store.read, from, to)),
      // Their corrections come on this invoice, also when nothing else does.
      ...(await accountsWithLateEvents(store.read, from)),
    ]);
    // What is due without usage is due from the period on in which the account was created.
    const isDue = (id: string) =>
      used.has(id) || (dueAnyway.get(id)?.getTime() ?? Number.POSITIVE_INFINITY) * 1000 < to;
    const accounts = group.accounts.filter(({ id }) => isDue(id) && !failed.has(id));
    for (let at = 0; at < accounts.length && !isStopping(); at += ACCOUNTS_AT_ONCE) {
      const batch = await withPricing(database, accounts.slice(at, at + ACCOUNTS_AT_ONCE));
      // The watermark first: what is received while the usage is read counts as late, never as included.
      const meteredThrough = parts.meteredThrough();
      const usageOfAll = await usageOf(parts, group.period, batch);
      for (const pricing of batch) {
        const accountId = pricing.account.id;
        let usage = usageOfAll.get(accountId);
        try {
          const result = await finalize(parts, accountId, async (account) => {
            if (usage === undefined) return parts.invoices.computed(account, group.period.key);
            // What was read with the others serves the first try.
            const read = { pricing, meteredThrough, usage };
            usage = undefined;
            return parts.invoices.draft(read, group.period);
          });
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

async function withPricing(database: Database, accounts: readonly Account[]): Promise<Pricing[]> {
  const pricings: Pricing[] = [];
  for (const account of accounts) pricings.push(await pricingOf(database.queries, account));
  // Without a rate card nothing has a price yet: no invoice, which is not an invoice of zero.
  return pricings.filter(({ rateCard }) => rateCard !== null);
}

function usageOf(
  { store, registry }: ClosingParts,
  period: BillingPeriod,
  pricings: readonly Pricing[],
): Promise<Map<string, GatheredUsage>> {
  const cuts = new Set(pricings.flatMap((pricing) => [...cutsOf(pricing, period, [])]));
  return gatherUsage(
    store,
    registry.currentMeters(),
    pricings.map((pricing) => pricedAccount(pricing, period)),
    { period, through: period.to, cuts: [...cuts], singleEvents: [] },
  );
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
