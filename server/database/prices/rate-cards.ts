import { and, asc, eq, gt, inArray, lte, max } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import type { RateCardVersion } from '../../domain/pricing/price.ts';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import { rulingAt } from '../../domain/timeline.ts';
import { type AccountSettings, type Change, settingsOfAccount, writeSetting } from '../accounts/account-settings.ts';
import type { Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';
import { rateCardVersions } from '../schema/rate-cards.ts';

/** A version as it was written. */
export interface WrittenRateCard extends RateCardVersion {
  createdAt: string;
  /** The principal; `null` of versions from before it was kept. */
  changedBy: string | null;
  /** Why a period that had ended was amended. */
  reason: string | null;
}

/** The rate card an account is charged by; `discountPercent` comes off every charge. */
export interface AccountRateCard {
  accountId: string;
  key: string;
  discountPercent: DecimalText;
}

/** Why a version cannot be added: it would change what has been charged, or what it means. */
export type RateCardRefusal =
  | { refused: 'currency'; currency: string }
  | { refused: 'effective_from'; version: number };

const WRITTEN = {
  key: rateCardVersions.key,
  version: rateCardVersions.version,
  effectiveFrom: rateCardVersions.effectiveFrom,
  currency: rateCardVersions.currency,
  prices: rateCardVersions.prices,
  createdAt: rateCardVersions.createdAt,
  changedBy: rateCardVersions.changedBy,
  reason: rateCardVersions.reason,
};

/** Adds the next version of a card, or says why not. In a SERIALIZABLE transaction. */
export async function addRateCardVersion(
  tx: Queries,
  card: Pick<RateCardVersion, 'key' | 'currency' | 'prices'> & { effectiveFrom: Date },
  now: Date,
  { changedBy = null, reason = null }: Partial<Change> = {},
): Promise<WrittenRateCard | RateCardRefusal> {
  const earlier = await rateCardVersionsOf(tx, card.key);
  const other = earlier.find((version) => version.currency !== card.currency);
  if (other) return { refused: 'currency', currency: other.currency };
  const taken = earlier.find((version) => version.effectiveFrom === card.effectiveFrom.toISOString());
  if (taken) return { refused: 'effective_from', version: taken.version };
  const newest = earlier.reduce((highest, { version }) => Math.max(highest, version), 0);
  const [row] = await tx
    .insert(rateCardVersions)
    .values({ ...card, version: newest + 1, createdAt: now, changedBy, reason })
    // Another may take the version meanwhile: a SERIALIZABLE transaction is then told 40001 here, not a unique violation.
    .onConflictDoNothing()
    .returning(WRITTEN);
  if (!row) throw new ContentionError(1, { cause: new Error(`versions of rate card ${card.key}`) });
  return writtenOf(row);
}

/** All versions of a card in the order they take effect; none when there is no such card. */
export async function rateCardVersionsOf(queries: Queries, key: string): Promise<WrittenRateCard[]> {
  const rows = await queries
    .select(WRITTEN)
    .from(rateCardVersions)
    .where(eq(rateCardVersions.key, key))
    .orderBy(asc(rateCardVersions.effectiveFrom));
  return rows.map(writtenOf);
}

/** All versions of each of these cards, or those written by an instant, in the order they take effect. */
export async function versionsOfRateCards(
  queries: Queries,
  keys: readonly string[],
  by?: Date,
): Promise<Map<string, WrittenRateCard[]>> {
  const versions = new Map<string, WrittenRateCard[]>(keys.map((key) => [key, []]));
  if (keys.length === 0) return versions;
  const rows = await queries
    .select(WRITTEN)
    .from(rateCardVersions)
    .where(and(inArray(rateCardVersions.key, [...keys]), by && lte(rateCardVersions.createdAt, by)))
    .orderBy(asc(rateCardVersions.key), asc(rateCardVersions.effectiveFrom));
  for (const row of rows) versions.get(row.key)?.push(writtenOf(row));
  return versions;
}

/** The currency all versions of the card are in; `null` when there is no such card. */
export async function currencyOfRateCard(queries: Queries, key: string): Promise<string | null> {
  const [row] = await queries
    .select({ currency: rateCardVersions.currency })
    .from(rateCardVersions)
    .where(eq(rateCardVersions.key, key))
    .limit(1);
  return row?.currency ?? null;
}

/** One page of cards by key, with the number of their newest version. */
export async function listRateCards(
  queries: Queries,
  page: { after: string | null; limit: number },
): Promise<{ key: string; currency: string; versions: number }[]> {
  const rows = await queries
    .select({
      key: rateCardVersions.key,
      currency: rateCardVersions.currency,
      versions: max(rateCardVersions.version),
    })
    .from(rateCardVersions)
    .where(page.after === null ? undefined : gt(rateCardVersions.key, page.after))
    .groupBy(rateCardVersions.key, rateCardVersions.currency)
    .orderBy(asc(rateCardVersions.key))
    .limit(page.limit);
  return rows.map((row) => ({ ...row, versions: row.versions ?? 0 }));
}

/**
 * Puts the account on a card, and gives it a discount where one is told, from the change's instant on: by default now, and
 * from the beginning where the account was on none. In a SERIALIZABLE transaction.
 */
export async function putAccountRateCard(
  tx: Queries,
  { accountId, key, discountPercent }: Omit<AccountRateCard, 'discountPercent'> & { discountPercent?: DecimalText },
  now: Date,
  change: Partial<Change> = {},
): Promise<{ assigned: AccountRateCard; created: boolean; effectiveFrom: Date | null }> {
  const before = await settingsOfAccount(tx, accountId);
  const isFirst = before.rate_card.length === 0;
  const effectiveFrom = change.effectiveFrom ?? (isFirst ? null : now);
  const written = { changedBy: change.changedBy ?? null, reason: change.reason ?? null, effectiveFrom };
  await writeSetting(tx, accountId, 'rate_card', { key }, written, now);
  const discount = discountPercent ?? (isFirst ? '0' : undefined);
  if (discount !== undefined)
    await writeSetting(tx, accountId, 'discount', { discountPercent: discount }, written, now);
  const at = effectiveFrom === null ? Number.NEGATIVE_INFINITY : microsOf(effectiveFrom);
  const after = await settingsOfAccount(tx, accountId);
  const assigned = assignedAt(accountId, after, at);
  if (assigned === null) throw new Error(`account ${accountId} is on no rate card after being put on one`);
  return { assigned, created: isFirst, effectiveFrom };
}

/** The card the account is on at an instant; `null` when nothing is charged for its usage then. */
export async function accountRateCard(queries: Queries, accountId: string, at: Date): Promise<AccountRateCard | null> {
  return assignedAt(accountId, await settingsOfAccount(queries, accountId), microsOf(at));
}

function assignedAt(accountId: string, settings: AccountSettings, at: number): AccountRateCard | null {
  const card = rulingAt(settings.rate_card, at);
  const discountPercent = rulingAt(settings.discount, at)?.value.discountPercent ?? '0';
  return card && { accountId, key: card.value.key, discountPercent };
}

function writtenOf(row: typeof rateCardVersions.$inferSelect): WrittenRateCard {
  return { ...row, effectiveFrom: row.effectiveFrom.toISOString(), createdAt: row.createdAt.toISOString() };
}
