import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import {
  firstPeriod,
  type PeriodInRow,
  type PeriodRule,
  periodAfter,
  periodBefore,
  periodPast,
} from '../../domain/billing-period.ts';
import { microsOf } from '../../domain/instant.ts';
import type { Queries } from '../database.types.ts';
import { accounts } from '../schema/accounts.ts';
import { billingPeriods } from '../schema/billing-periods.ts';
import { invoices } from '../schema/invoices.ts';

/** `ended` while there is no invoice of it, or none any more that would be made by itself: then `void`. */
export type PeriodState = 'open' | 'ended' | 'final' | 'void';

/** A billing period of an account, as it is kept. */
export interface AccountPeriodRow extends PeriodInRow {
  state: PeriodState;
  /** Ended, and found to have nothing to invoice: nothing is done about it until something of it changes. */
  settled: boolean;
  /**
   * Since when it has been waiting for late events, or will be, in microseconds since 1970. `null`: it has its invoice, is settled, or is
   * not kept.
   */
  graceFrom: number | null;
}

/** Whose periods these are, and how they go on. Instants in microseconds since 1970. */
export interface PeriodOwner extends PeriodRule {
  id: string;
  /** Where its last period ends; `null` while it goes on. */
  endedAt: Date | null;
  /** Its grace begins no sooner: its history may still be coming in. */
  createdAt?: Date;
}

const PERIOD = {
  key: billingPeriods.key,
  from: billingPeriods.from,
  to: billingPeriods.to,
  timeZone: billingPeriods.timeZone,
  anchorDay: billingPeriods.anchorDay,
  bridging: billingPeriods.bridging,
  state: billingPeriods.state,
  graceFrom: billingPeriods.graceFrom,
};

/**
 * An account's periods from the first kept one, or from the one that `reach` lies in, to the one that `now` lies in: what
 * is kept, and beyond it what will be. The one place where periods come from.
 */
export async function periodsOfAccount(
  queries: Queries,
  owner: PeriodOwner,
  now: number,
  reach: number = now,
): Promise<AccountPeriodRow[]> {
  return extended(await keptPeriods(queries, owner), owner, now, reach);
}

/** The same, kept from now on. In a SERIALIZABLE transaction. */
export async function keepPeriods(
  tx: Queries,
  owner: PeriodOwner,
  now: number,
  reach: number = now,
): Promise<AccountPeriodRow[]> {
  const kept = await storedPeriods(tx, [owner.id]);
  const before = kept.get(owner.id) ?? (await fromInvoices(tx, owner));
  const all = extended(before, owner, now, reach);
  await store(tx, [{ owner, kept: kept.get(owner.id) ?? [], all }], now);
  return all;
}

/** Goes on with the periods of accounts whose open one has ended, all at once. In a SERIALIZABLE transaction. */
export async function advancePeriods(tx: Queries, owners: readonly PeriodOwner[], now: number): Promise<void> {
  const stored = await storedPeriods(
    tx,
    owners.map(({ id }) => id),
  );
  const rows = owners.flatMap((owner) => {
    const kept = stored.get(owner.id);
    return kept === undefined ? [] : [{ owner, kept, all: extended(kept, owner, now, now) }];
  });
  await store(tx, rows, now);
}

interface RowOfPeriods {
  owner: PeriodOwner;
  /** What is stored. */
  kept: readonly AccountPeriodRow[];
  /** What is to be stored: the same, and more at either end. */
  all: readonly AccountPeriodRow[];
}

async function store(tx: Queries, rows: readonly RowOfPeriods[], now: number): Promise<void> {
  const ended: { accountId: string; key: string }[] = [];
  const added: (typeof billingPeriods.$inferInsert)[] = [];
  for (const { owner, kept, all } of rows) {
    const stored = new Map(kept.map(({ key, state }) => [key, state]));
    const [first] = all;
    const [formerFirst] = kept;
    for (const { from, to, settled: _, graceFrom: __, ...period } of all) {
      const { key, state } = period;
      if (stored.get(key) === 'open' && state === 'ended') ended.push({ accountId: owner.id, key });
      if (stored.has(key)) continue;
      // What is found only now had no grace yet.
      const grace = formerFirst !== undefined && from < formerFirst.from ? Math.max(to, now) : to;
      const created = owner.createdAt?.getTime() ?? 0;
      added.push({
        accountId: owner.id,
        ...period,
        from: new Date(from / 1000),
        to: new Date(to / 1000),
        previousTo: key === first?.key ? null : new Date(from / 1000),
        graceFrom: state === 'open' || state === 'ended' ? new Date(Math.max(grace / 1000, created)) : null,
      });
    }
    if (formerFirst !== undefined && formerFirst.key !== first?.key) {
      await tx
        .update(billingPeriods)
        .set({ previousTo: new Date(formerFirst.from / 1000) })
        .where(and(eq(billingPeriods.accountId, owner.id), eq(billingPeriods.key, formerFirst.key)));
    }
  }
  if (ended.length > 0) await tx.update(billingPeriods).set({ state: 'ended' }).where(isOneOf(ended));
  for (let at = 0; at < added.length; at += ROWS_AT_ONCE) {
    await tx.insert(billingPeriods).values(added.slice(at, at + ROWS_AT_ONCE));
  }
}

/** PostgreSQL takes 65,535 parameters in a statement. */
const ROWS_AT_ONCE = 2_000;

function isOneOf(periods: readonly { accountId: string; key: string }[]) {
  const pairs = sql.join(
    periods.map(({ accountId, key }) => sql`(${accountId}, ${key})`),
    sql`, `,
  );
  return sql`(${billingPeriods.accountId}, ${billingPeriods.key}) in (${pairs})`;
}

/** Accounts whose open period has ended; at most `limit`, those after an id. */
export async function accountsToAdvance(
  queries: Queries,
  now: Date,
  page: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await queries
    .select({ id: billingPeriods.accountId })
    .from(billingPeriods)
    .where(
      and(
        eq(billingPeriods.state, 'open'),
        lte(billingPeriods.to, now),
        page.after === null ? undefined : gt(billingPeriods.accountId, page.after),
      ),
    )
    .orderBy(asc(billingPeriods.accountId))
    .limit(page.limit);
  return rows.map(({ id }) => id);
}

/** Accounts without any kept period: made by a version that kept none. */
export async function accountsWithoutPeriods(queries: Queries, limit: number): Promise<string[]> {
  const rows = await queries
    .select({ id: accounts.id })
    .from(accounts)
    .leftJoin(billingPeriods, eq(billingPeriods.accountId, accounts.id))
    .where(isNull(billingPeriods.accountId))
    .orderBy(asc(accounts.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Periods whose grace began by an instant and that ended by another, oldest first. */
export async function periodsDue(
  queries: Queries,
  graceFrom: Date,
  endedBy: Date,
): Promise<(AccountPeriodRow & { accountId: string })[]> {
  const rows = await queries
    .select({ accountId: billingPeriods.accountId, ...PERIOD })
    .from(billingPeriods)
    .where(
      and(
        isNotNull(billingPeriods.graceFrom),
        lte(billingPeriods.graceFrom, graceFrom),
        lte(billingPeriods.to, endedBy),
      ),
    )
    .orderBy(asc(billingPeriods.from), asc(billingPeriods.to), asc(billingPeriods.accountId));
  return rows.map(({ accountId, ...row }) => ({ accountId, ...rowOf(row) }));
}

/** Notes that there was nothing to invoice: nothing is done about these periods until something of them changes. */
export async function settlePeriods(
  queries: Queries,
  periods: readonly { accountId: string; key: string }[],
): Promise<void> {
  if (periods.length === 0) return;
  await queries
    .update(billingPeriods)
    .set({ graceFrom: null })
    .where(and(isOneOf(periods), eq(billingPeriods.state, 'ended')));
}

/**
 * Has another look at what ended after an instant without an invoice: something of it changed. In a SERIALIZABLE
 * transaction.
 */
export async function reopenPeriods(
  tx: Queries,
  owners: readonly PeriodOwner[],
  since: Date,
  now: Date,
): Promise<void> {
  for (let at = 0; at < owners.length; at += ROWS_AT_ONCE) {
    const some = owners.slice(at, at + ROWS_AT_ONCE);
    const ids = some.map(({ id }) => id);
    await tx
      .update(billingPeriods)
      .set({ graceFrom: now })
      .where(
        and(
          inArray(billingPeriods.accountId, ids),
          eq(billingPeriods.state, 'ended'),
          isNull(billingPeriods.graceFrom),
          gt(billingPeriods.to, since),
        ),
      );
    const over = some.filter((owner) => endOf(owner) <= microsOf(now));
    if (over.length > 0) await goOnPastEnd(tx, over, microsOf(now));
  }
}

/**
 * Once the last invoice of an account that has ended is issued, what changes about any of them still needs an invoice to
 * stand on: that of one more period, in which nothing is used and nothing is due, from the end to that of the present month.
 */
async function goOnPastEnd(tx: Queries, owners: readonly PeriodOwner[], now: number): Promise<void> {
  const stored = await storedPeriods(
    tx,
    owners.map(({ id }) => id),
  );
  const rows = owners.flatMap((owner): RowOfPeriods[] => {
    const kept = stored.get(owner.id) ?? [];
    const last = kept.at(-1);
    if (last?.state !== 'final') return [];
    return [{ owner, kept, all: [...kept, inRow(periodPast(last, now, owner), 'open')] }];
  });
  await store(tx, rows, now);
}

/** Writes what became of a period: its invoice was issued, or taken back. */
export async function setPeriodState(
  tx: Queries,
  accountId: string,
  key: string,
  state: 'final' | 'void',
): Promise<void> {
  const rows = await tx
    .update(billingPeriods)
    .set({ state, graceFrom: null })
    .where(and(eq(billingPeriods.accountId, accountId), eq(billingPeriods.key, key)))
    .returning({ key: billingPeriods.key });
  if (rows.length !== 1) throw new Error(`account ${accountId} has no period ${key}`);
}

/** Cuts the period short that the account ends in, which is its last. */
export async function endPeriodAt(tx: Queries, accountId: string, at: Date): Promise<void> {
  await tx
    .update(billingPeriods)
    .set({ to: at, graceFrom: at })
    .where(and(eq(billingPeriods.accountId, accountId), eq(billingPeriods.state, 'open'), gt(billingPeriods.to, at)));
}

async function keptPeriods(queries: Queries, owner: PeriodOwner): Promise<AccountPeriodRow[]> {
  return (await storedPeriods(queries, [owner.id])).get(owner.id) ?? fromInvoices(queries, owner);
}

async function storedPeriods(
  queries: Queries,
  accountIds: readonly string[],
): Promise<Map<string, AccountPeriodRow[]>> {
  const rows = await queries
    .select({ accountId: billingPeriods.accountId, ...PERIOD })
    .from(billingPeriods)
    .where(inArray(billingPeriods.accountId, [...accountIds]))
    .orderBy(asc(billingPeriods.from));
  const periods = new Map<string, AccountPeriodRow[]>();
  for (const { accountId, ...row } of rows) {
    const known = periods.get(accountId);
    if (known === undefined) periods.set(accountId, [rowOf(row)]);
    else known.push(rowOf(row));
  }
  return periods;
}

/** Of an account that a version without kept periods made: its invoices' periods, and what lies between them. */
async function fromInvoices(queries: Queries, owner: PeriodOwner): Promise<AccountPeriodRow[]> {
  const issued = await queries
    .select({ key: invoices.periodKey, from: invoices.periodFrom, to: invoices.periodTo, state: invoices.state })
    .from(invoices)
    .where(eq(invoices.accountId, owner.id))
    .orderBy(asc(invoices.periodFrom), asc(invoices.sequence));
  const { timeZone, anchorDay } = owner;
  const periods: AccountPeriodRow[] = [];
  for (const { key, from: begin, to: end, state } of issued) {
    const [from, to] = [microsOf(begin), microsOf(end)];
    const last = periods.at(-1);
    if (last !== undefined && last.from === from && last.to === to) {
      // Made void and made again.
      last.state = state;
      continue;
    }
    if (last !== undefined && from < last.to) continue;
    for (let before = periods.at(-1); before !== undefined && before.to < from; before = periods.at(-1)) {
      const next = periodAfter(before, owner);
      if (next.key >= key) break;
      periods.push({
        ...next,
        to: Math.min(next.to, from),
        bridging: next.bridging || next.to > from,
        state: 'ended',
        settled: false,
        graceFrom: null,
      });
    }
    // Hours that a change of zone had left between two invoices are the later one's: what was used then corrects it.
    periods.push({
      key,
      from: periods.at(-1)?.to ?? from,
      to,
      timeZone,
      anchorDay,
      bridging: false,
      state,
      settled: false,
      graceFrom: null,
    });
  }
  return periods;
}

function extended(
  kept: readonly AccountPeriodRow[],
  owner: PeriodOwner,
  now: number,
  reach: number,
): AccountPeriodRow[] {
  const last = Math.min(now, endOf(owner) - 1);
  const periods: AccountPeriodRow[] = kept.length > 0 ? [...kept] : [upToEnd(firstPeriod(last, owner), owner, now)];
  for (let end = periods.at(-1); end !== undefined && end.to <= last; end = periods.at(-1)) {
    periods.push(upToEnd(periodAfter(end, owner), owner, now));
  }
  for (let first = periods[0]; first !== undefined && first.from > reach; first = periods[0]) {
    periods.unshift(upToEnd(periodBefore(first), owner, now));
  }
  return periods.map((period) =>
    period.state === 'open' && period.to <= now ? { ...period, state: 'ended' } : period,
  );
}

function endOf({ endedAt }: PeriodOwner): number {
  return endedAt == null ? Number.POSITIVE_INFINITY : microsOf(endedAt);
}

function upToEnd(period: PeriodInRow, owner: PeriodOwner, now: number): AccountPeriodRow {
  const to = Math.min(period.to, endOf(owner));
  return inRow({ ...period, to }, to <= now ? 'ended' : 'open');
}

/** A period that is not kept yet. */
function inRow(period: PeriodInRow, state: PeriodState): AccountPeriodRow {
  return { ...period, state, settled: false, graceFrom: null };
}

interface Row extends Omit<AccountPeriodRow, 'from' | 'to' | 'settled' | 'graceFrom'> {
  from: Date;
  to: Date;
  graceFrom: Date | null;
}

function rowOf({ from, to, graceFrom, ...row }: Row): AccountPeriodRow {
  const settled = row.state === 'ended' && graceFrom === null;
  const grace = graceFrom === null ? null : microsOf(graceFrom);
  return { ...row, settled, graceFrom: grace, from: microsOf(from), to: microsOf(to) };
}
