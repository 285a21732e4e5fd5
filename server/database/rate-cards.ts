import { and, asc, desc, eq, gt, inArray, max, sql } from 'drizzle-orm';
import type { DecimalText, RateCardVersion } from '../domain/price.ts';
import type { Queries } from './connect.ts';
import { ContentionError } from './errors.ts';
import { accounts } from './schema/accounts.ts';
import { invoices } from './schema/invoices.ts';
import { accountRateCards, rateCardVersions } from './schema/rate-cards.ts';

/** A version as it was written. */
export interface WrittenRateCard extends RateCardVersion {
  createdAt: string;
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
  | { refused: 'effective_from'; version: number }
  | { refused: 'final'; accountId: string; periodKey: string; number: string; periodTo: Date };

const WRITTEN = {
  key: rateCardVersions.key,
  version: rateCardVersions.version,
  effectiveFrom: rateCardVersions.effectiveFrom,
  currency: rateCardVersions.currency,
  prices: rateCardVersions.prices,
  createdAt: rateCardVersions.createdAt,
};

/**
 * Adds the next version of a card, or says why not. In a SERIALIZABLE transaction: an invoice that becomes final, or an
 * account that is put on the card, at the same time is seen.
 */
export async function addRateCardVersion(
  tx: Queries,
  card: Pick<RateCardVersion, 'key' | 'currency' | 'prices'> & { effectiveFrom: Date },
  now: Date,
): Promise<WrittenRateCard | RateCardRefusal> {
  const earlier = await rateCardVersionsOf(tx, card.key);
  const other = earlier.find((version) => version.currency !== card.currency);
  if (other) return { refused: 'currency', currency: other.currency };
  const taken = earlier.find((version) => version.effectiveFrom === card.effectiveFrom.toISOString());
  if (taken) return { refused: 'effective_from', version: taken.version };
  const charged = await finalPeriodAfter(tx, card.key, card.effectiveFrom);
  if (charged) return { refused: 'final', ...charged };

  const newest = earlier.reduce((highest, { version }) => Math.max(highest, version), 0);
  const [row] = await tx
    .insert(rateCardVersions)
    .values({ ...card, version: newest + 1, createdAt: now })
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

/** Puts the account on a card, with a discount, in place of what stood before. */
export async function putAccountRateCard(
  tx: Queries,
  assigned: AccountRateCard,
  now: Date,
): Promise<{ assigned: AccountRateCard; created: boolean }> {
  const before = await accountRateCard(tx, assigned.accountId);
  const { accountId, ...fields } = assigned;
  await tx
    .insert(accountRateCards)
    .values({ ...assigned, updatedAt: now })
    .onConflictDoUpdate({ target: accountRateCards.accountId, set: { ...fields, updatedAt: now } });
  return { assigned: { accountId, ...fields }, created: before === null };
}

/** The card the account is on; `null` when nothing is charged for its usage. */
export async function accountRateCard(queries: Queries, accountId: string): Promise<AccountRateCard | null> {
  return (await rateCardsOfAccounts(queries, [accountId])).get(accountId) ?? null;
}

/** The cards accounts are on; accounts on none are left out. */
export async function rateCardsOfAccounts(
  queries: Queries,
  accountIds: readonly string[],
): Promise<Map<string, AccountRateCard>> {
  const rows = await queries
    .select({
      accountId: accountRateCards.accountId,
      key: accountRateCards.key,
      discountPercent: accountRateCards.discountPercent,
    })
    .from(accountRateCards)
    .where(inArray(accountRateCards.accountId, [...accountIds]));
  return new Map(rows.map((row) => [row.accountId, row]));
}

/** Accounts on a card with a price that is due without usage, and when each was created. */
export async function accountsDueWithoutUsage(queries: Queries): Promise<Map<string, Date>> {
  const cards = await queries
    .selectDistinct({ key: rateCardVersions.key })
    .from(rateCardVersions)
    .where(sql`${rateCardVersions.prices}::jsonb @> '[{"flatAtZero": true}]'`);
  if (cards.length === 0) return new Map();
  const rows = await queries
    .select({ id: accounts.id, createdAt: accounts.createdAt })
    .from(accounts)
    .innerJoin(accountRateCards, eq(accountRateCards.accountId, accounts.id))
    .where(
      inArray(
        accountRateCards.key,
        cards.map(({ key }) => key),
      ),
    );
  return new Map(rows.map(({ id, createdAt }) => [id, createdAt]));
}

/** The last final period, of any account on the card, that ends after the instant. */
async function finalPeriodAfter(
  tx: Queries,
  key: string,
  instant: Date,
): Promise<{ accountId: string; periodKey: string; number: string; periodTo: Date } | null> {
  const [row] = await tx
    .select({
      accountId: invoices.accountId,
      periodKey: invoices.periodKey,
      number: invoices.number,
      periodTo: invoices.periodTo,
    })
    .from(invoices)
    .innerJoin(accountRateCards, eq(accountRateCards.accountId, invoices.accountId))
    .where(and(eq(accountRateCards.key, key), eq(invoices.state, 'final'), gt(invoices.periodTo, instant)))
    .orderBy(desc(invoices.periodTo), asc(invoices.accountId))
    .limit(1);
  return row ?? null;
}

function writtenOf(row: typeof rateCardVersions.$inferSelect): WrittenRateCard {
  return { ...row, effectiveFrom: row.effectiveFrom.toISOString(), createdAt: row.createdAt.toISOString() };
}
