import { and, asc, eq, gt, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import { GRACE_MS } from '../../domain/policy.ts';
import type { Queries } from '../database.types.ts';
import { accounts, apps, teams } from '../schema/accounts.ts';
import { type Change, writeSetting } from './account-settings.ts';
import { endPeriodAt, keepPeriods } from './billing-periods.ts';

/** The payer. `taxPercent` is an exact decimal from 0 to 100; `anchorDay` (1–31) is the day billing periods begin. */
export interface Account {
  id: string;
  name: string;
  kind: 'personal' | 'team' | 'enterprise';
  currency: string;
  timeZone: string;
  anchorDay: number;
  taxPercent: string;
  /** Where its last billing period ends; `null` while it goes on. */
  endedAt: Date | null;
  /** The last of several writes does not count. Absent while it is only being written. */
  createdAt?: Date;
}

/** A group in an account, which parts of licenses can be given to. */
export interface Team {
  accountId: string;
  id: string;
  name: string;
}

/** An application as it is named; usage may name others, which are shown by their id. */
export interface App {
  accountId: string;
  id: string;
  name: string;
  teamId: string | null;
}

const ACCOUNT = {
  id: accounts.id,
  name: accounts.name,
  kind: accounts.kind,
  currency: accounts.currency,
  timeZone: accounts.timeZone,
  anchorDay: accounts.anchorDay,
  taxPercent: accounts.taxPercent,
  endedAt: accounts.endedAt,
  createdAt: accounts.createdAt,
};
const TEAM = { accountId: teams.accountId, id: teams.id, name: teams.name };
const APP = { accountId: apps.accountId, id: apps.id, name: apps.name, teamId: apps.teamId };

/** A row that an upsert inserted has never been updated, so it has no `xmax`. */
const WAS_INSERTED = sql<boolean>`(xmax = 0)`;

/** An account as an operator writes it. */
export type WrittenAccount = Omit<Account, 'endedAt' | 'createdAt'>;

/** What came of writing an account. */
export interface AccountWritten {
  account: Account;
  created: boolean;
  /** From when its zone and anchor day make its periods; `null` when they did not change. */
  periodRuleFrom: Date | null;
}

/**
 * Writes the account as given, new or in place of what stood under its id. Tax and currency hold from the change's instant on, by
 * default now; zone and anchor day from the end of the open period on, since a period keeps its bounds. What a new account
 * says holds from the beginning. In a SERIALIZABLE transaction.
 */
export async function putAccount(
  tx: Queries,
  account: WrittenAccount,
  now: Date,
  change: Partial<Change> = {},
): Promise<AccountWritten> {
  const before = await getAccount(tx, account.id);
  const { id, ...fields } = account;
  // By the rule that held until now.
  const periods = before === null ? [] : await keepPeriods(tx, before, microsOf(now));
  const [row] = await tx
    .insert(accounts)
    .values({ id, ...fields, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({ target: accounts.id, set: { ...fields, updatedAt: now } })
    .returning(ACCOUNT);
  const written = rowOf(row);
  // With the one that is still in its grace: what is older is noticed as late.
  if (before === null) await keepPeriods(tx, written, microsOf(now), (now.getTime() - GRACE_MS) * 1000);
  const by = { changedBy: change.changedBy ?? null, reason: change.reason ?? null };
  const from = { ...by, effectiveFrom: before === null ? null : (change.effectiveFrom ?? now) };
  await writeSetting(tx, id, 'currency', { currency: account.currency }, from, now);
  await writeSetting(tx, id, 'tax', { taxPercent: account.taxPercent }, from, now);
  const end = periods.at(-1)?.to;
  const ruleFrom = end === undefined ? null : new Date(end / 1000);
  const { timeZone, anchorDay } = account;
  const isNewRule = before !== null && (before.timeZone !== timeZone || before.anchorDay !== anchorDay);
  await writeSetting(tx, id, 'period_rule', { timeZone, anchorDay }, { ...by, effectiveFrom: ruleFrom }, now);
  return { account: written, created: before === null, periodRuleFrom: isNewRule ? ruleFrom : null };
}

/** Ends the account: its open period is its last and ends then. In a SERIALIZABLE transaction. */
export async function endAccount(tx: Queries, account: Account, at: Date, now: Date): Promise<Account> {
  await keepPeriods(tx, account, microsOf(now));
  const [row] = await tx
    .update(accounts)
    .set({ endedAt: at, updatedAt: now })
    .where(eq(accounts.id, account.id))
    .returning(ACCOUNT);
  await endPeriodAt(tx, account.id, at);
  return rowOf(row);
}

/** The account, or `null` when there is none by this id. */
export async function getAccount(queries: Queries, id: string): Promise<Account | null> {
  const [row] = await queries.select(ACCOUNT).from(accounts).where(eq(accounts.id, id));
  return row ?? null;
}

/** These accounts, by id; ids without an account are left out. */
export async function getAccounts(queries: Queries, ids: readonly string[]): Promise<Account[]> {
  return queries
    .select(ACCOUNT)
    .from(accounts)
    .where(inArray(accounts.id, [...ids]))
    .orderBy(asc(accounts.id));
}

/** Where accounts that have ended end, in microseconds since 1970. */
export async function endsOfAccounts(queries: Queries): Promise<Map<string, number>> {
  const rows = await queries
    .select({ id: accounts.id, endedAt: accounts.endedAt })
    .from(accounts)
    .where(isNotNull(accounts.endedAt));
  return new Map(rows.map(({ id, endedAt }) => [id, (endedAt?.getTime() ?? 0) * 1000]));
}

/** Accounts that ended in a stretch of time, `(after, by]`. */
export async function accountsEndedIn(queries: Queries, after: Date, by: Date): Promise<string[]> {
  const rows = await queries
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(gt(accounts.endedAt, after), lte(accounts.endedAt, by)));
  return rows.map(({ id }) => id);
}

/** One page of accounts by id, those after `after`; of all accounts, or of `ids` only. */
export async function listAccounts(
  queries: Queries,
  page: { after: string | null; limit: number; ids?: readonly string[] },
): Promise<Account[]> {
  const filters = [
    ...(page.after === null ? [] : [gt(accounts.id, page.after)]),
    ...(page.ids === undefined ? [] : [inArray(accounts.id, [...page.ids])]),
  ];
  return queries
    .select(ACCOUNT)
    .from(accounts)
    .where(and(...filters))
    .orderBy(asc(accounts.id))
    .limit(page.limit);
}

/** These accounts by name; ids without an account are left out. */
export async function listAccountsByIds(queries: Queries, ids: readonly string[]): Promise<Account[]> {
  return queries
    .select(ACCOUNT)
    .from(accounts)
    .where(inArray(accounts.id, [...ids]))
    .orderBy(asc(accounts.name), asc(accounts.id));
}

/** Writes the team. Its account must exist, else constraint `teams_account_id_accounts_id_fk` is violated. */
export async function putTeam(queries: Queries, team: Team, now: Date): Promise<{ team: Team; created: boolean }> {
  const [row] = await queries
    .insert(teams)
    .values({ ...team, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({ target: [teams.accountId, teams.id], set: { name: team.name, updatedAt: now } })
    .returning({ ...TEAM, created: WAS_INSERTED });
  const { created, ...written } = rowOf(row);
  return { team: written, created };
}

/** Writes the app. A team that is not one of the same account violates constraint `apps_team`. */
export async function putApp(queries: Queries, app: App, now: Date): Promise<{ app: App; created: boolean }> {
  const [row] = await queries
    .insert(apps)
    .values({ ...app, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({
      target: [apps.accountId, apps.id],
      set: { name: app.name, teamId: app.teamId, updatedAt: now },
    })
    .returning({ ...APP, created: WAS_INSERTED });
  const { created, ...written } = rowOf(row);
  return { app: written, created };
}

/** The app, or `null` when the account has none by this id. */
export async function getApp(queries: Queries, accountId: string, id: string): Promise<App | null> {
  const [row] = await queries
    .select(APP)
    .from(apps)
    .where(and(eq(apps.accountId, accountId), eq(apps.id, id)));
  return row ?? null;
}

/** The account's teams by id. */
export async function listTeams(queries: Queries, accountId: string): Promise<Team[]> {
  return queries.select(TEAM).from(teams).where(eq(teams.accountId, accountId)).orderBy(asc(teams.id));
}

/** The account's apps by id; usage carries ids, so names are looked up here when shown. */
export async function listApps(queries: Queries, accountId: string): Promise<App[]> {
  return queries.select(APP).from(apps).where(eq(apps.accountId, accountId)).orderBy(asc(apps.id));
}

function rowOf<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('an upsert returned no row');
  return row;
}
