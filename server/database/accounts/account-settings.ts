import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { type Ruling, rulingAt, rulingsOf } from '../../domain/timeline.ts';
import type { Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';
import { accountSettings } from '../schema/account-settings.ts';

/** What each setting of an account says. */
export interface AccountSettingValues {
  currency: { currency: string };
  discount: { discountPercent: string };
  /** Holds for the periods that begin from its instant on. */
  period_rule: { timeZone: string; anchorDay: number };
  rate_card: { key: string };
  tax: { taxPercent: string };
}

/** A setting of an account that has a history. */
export type AccountSetting = keyof AccountSettingValues;

/** Who changes something, from when that holds, and why if it amends what had ended. */
export interface Change {
  /** `null`: from the beginning. */
  effectiveFrom: Date | null;
  /** The principal; `null` when the product itself writes. */
  changedBy: string | null;
  reason: string | null;
}

/** One writing, as a history tells it. */
export interface SettingWriting extends Change {
  setting: AccountSetting;
  version: number;
  value: Record<string, string | number>;
  changedAt: Date;
}

/** What an account's settings say when. */
export type AccountSettings = { [S in AccountSetting]: Ruling<AccountSettingValues[S]>[] };

const NONE: AccountSettings = { currency: [], discount: [], period_rule: [], rate_card: [], tax: [] };

/** The settings of accounts, or as they were written by an instant; every account has an entry. */
export async function settingsOfAccounts(
  queries: Queries,
  accountIds: readonly string[],
  by?: Date,
): Promise<Map<string, AccountSettings>> {
  const writings = (await writingsOf(queries, accountIds)).filter(
    ({ changedAt }) => by === undefined || changedAt <= by,
  );
  const bySetting = new Map<string, (typeof writings)[number][]>();
  for (const writing of writings) {
    const key = `${writing.accountId} ${writing.setting}`;
    const known = bySetting.get(key);
    if (known === undefined) bySetting.set(key, [writing]);
    else known.push(writing);
  }
  return new Map(
    accountIds.map((id) => {
      const settings = Object.keys(NONE).map((setting) => {
        const list = bySetting.get(`${id} ${setting}`) ?? [];
        return [setting, rulingsOf(list.map(timed))];
      });
      // Each value was written as what its setting says; the column knows only that it is JSON.
      return [id, Object.fromEntries(settings) as AccountSettings];
    }),
  );
}

/** The settings of one account. */
export async function settingsOfAccount(queries: Queries, accountId: string): Promise<AccountSettings> {
  return (await settingsOfAccounts(queries, [accountId])).get(accountId) ?? NONE;
}

/**
 * Writes what a setting says from an instant on; nothing when it says that there already. The first writing of a setting
 * holds from the beginning, unless it says otherwise. In a SERIALIZABLE transaction.
 * @returns whether anything was written
 */
export async function writeSetting<S extends AccountSetting>(
  tx: Queries,
  accountId: string,
  setting: S,
  value: AccountSettingValues[S],
  change: Change,
  now: Date,
): Promise<boolean> {
  const before = await settingHistory(tx, accountId, [setting]);
  const rulings = rulingsOf(before.map(timed));
  const at = change.effectiveFrom === null ? Number.NEGATIVE_INFINITY : microsOf(change.effectiveFrom);
  const says = rulingAt(rulings, at);
  if (says !== null && canonicalJson(says.value) === canonicalJson(value)) return false;
  const version = (before.at(-1)?.version ?? 0) + 1;
  const [row] = await tx
    .insert(accountSettings)
    .values({ accountId, setting, version, value: { ...value }, ...change, changedAt: now })
    // As for rate cards: 40001 in a SERIALIZABLE transaction, not a unique violation.
    .onConflictDoNothing()
    .returning({ version: accountSettings.version });
  if (!row) throw new ContentionError(1, { cause: new Error(`${setting} of account ${accountId}`) });
  return true;
}

/** Every writing of these settings of an account, in the order they were written. */
export async function settingHistory(
  queries: Queries,
  accountId: string,
  settings: readonly AccountSetting[],
): Promise<SettingWriting[]> {
  const rows = await writingsOf(queries, [accountId], settings);
  return rows.map(({ accountId: _, ...writing }) => writing);
}

/** Accounts that are charged by a rate card at any time from an instant on, each with when. */
export async function accountsOnRateCard(queries: Queries, key: string, since: Date): Promise<string[]> {
  const rows = await queries
    .selectDistinct({ accountId: accountSettings.accountId })
    .from(accountSettings)
    .where(and(eq(accountSettings.setting, 'rate_card'), sql`${accountSettings.value} ->> 'key' = ${key}`))
    .orderBy(asc(accountSettings.accountId));
  const ids = rows.map(({ accountId }) => accountId);
  const settings = await settingsOfAccounts(queries, ids);
  return ids.filter((id) =>
    settings.get(id)?.rate_card.some(({ to, value }) => value.key === key && to > microsOf(since)),
  );
}

async function writingsOf(
  queries: Queries,
  accountIds: readonly string[],
  settings?: readonly AccountSetting[],
): Promise<(SettingWriting & { accountId: string })[]> {
  if (accountIds.length === 0) return [];
  return queries
    .select({
      accountId: accountSettings.accountId,
      setting: accountSettings.setting,
      version: accountSettings.version,
      value: accountSettings.value,
      effectiveFrom: accountSettings.effectiveFrom,
      changedAt: accountSettings.changedAt,
      changedBy: accountSettings.changedBy,
      reason: accountSettings.reason,
    })
    .from(accountSettings)
    .where(
      and(
        inArray(accountSettings.accountId, [...accountIds]),
        settings === undefined ? undefined : inArray(accountSettings.setting, [...settings]),
      ),
    )
    .orderBy(asc(accountSettings.changedAt), asc(accountSettings.setting), asc(accountSettings.version));
}

function timed<Value>({
  version,
  effectiveFrom,
  value,
}: {
  version: number;
  effectiveFrom: Date | null;
  value: Value;
}) {
  return { version, value, effectiveFrom: effectiveFrom === null ? null : microsOf(effectiveFrom) };
}
