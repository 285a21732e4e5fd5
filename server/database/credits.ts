import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { type CreditDraw, chooseDraws, type OpenGrant } from '../domain/credits.ts';
import { amountText, parseAmount } from '../domain/money.ts';
import type { DecimalText } from '../domain/price.ts';
import type { Queries } from './connect.ts';
import { creditEntries, creditGrants } from './schema/credits.ts';
import { timedId } from './timed-id.ts';

/** Money granted, and what became of it: `amount` = `drawn` + `lapsed` + `balance`. Decimals without needless zeros. */
export interface CreditGrant {
  id: string;
  amount: DecimalText;
  /** By invoices, less what their voids gave back. */
  drawn: DecimalText;
  lapsed: DecimalText;
  balance: DecimalText;
  currency: string;
  reason: string;
  expiresAt: Date | null;
  createdAt: Date;
}

/** One line of the ledger; `amount` is what the balance of the grant changed by. */
export interface CreditEntry {
  id: number;
  grantId: string;
  kind: 'grant' | 'draw' | 'lapse' | 'return';
  amount: DecimalText;
  currency: string;
  invoiceId: string | null;
  at: Date;
}

/** How much entries of these kinds took from the balance. */
const takenBy = (kinds: string) =>
  sql<DecimalText>`trim_scale(coalesce(-sum(${creditEntries.amount}) filter (where ${creditEntries.kind} in (${sql.raw(kinds)})), 0))`;

const BALANCE = sql<DecimalText>`trim_scale(sum(${creditEntries.amount}))`;

const GRANT = {
  id: creditGrants.id,
  amount: sql<DecimalText>`trim_scale(${creditGrants.amount})`,
  drawn: takenBy(`'draw', 'return'`),
  lapsed: takenBy(`'lapse'`),
  balance: BALANCE,
  currency: creditGrants.currency,
  reason: creditGrants.reason,
  expiresAt: creditGrants.expiresAt,
  createdAt: creditGrants.createdAt,
};

const ENTRY = {
  id: creditEntries.id,
  grantId: creditEntries.grantId,
  kind: creditEntries.kind,
  amount: sql<DecimalText>`trim_scale(${creditEntries.amount})`,
  currency: creditGrants.currency,
  invoiceId: creditEntries.invoiceId,
  at: creditEntries.at,
};

const OF_ITS_GRANT = and(
  eq(creditEntries.accountId, creditGrants.accountId),
  eq(creditEntries.grantId, creditGrants.id),
);

/** Grants money to the account and writes the first entry of the grant's ledger. */
export async function grantCredit(
  tx: Queries,
  accountId: string,
  granted: { amount: DecimalText; currency: string; reason: string; expiresAt: Date | null },
  now: Date,
): Promise<CreditGrant> {
  const id = timedId('crd', now);
  await tx.insert(creditGrants).values({ id, accountId, ...granted, createdAt: now });
  await tx.insert(creditEntries).values({ accountId, grantId: id, kind: 'grant', amount: granted.amount, at: now });
  const amount = amountText(parseAmount(granted.amount));
  return { id, ...granted, amount, drawn: '0', lapsed: '0', balance: amount, createdAt: now };
}

/** One page of grants, newest first; those before a grant's id. */
export async function listGrants(
  queries: Queries,
  accountId: string,
  page: { before: string | null; limit: number },
): Promise<CreditGrant[]> {
  const before = page.before === null ? undefined : lt(creditGrants.id, page.before);
  const rows = await grantsOf(queries, [accountId], before).orderBy(desc(creditGrants.id)).limit(page.limit);
  return rows.map(({ accountId: _, ...grant }) => grant);
}

/** Every entry of these grants, oldest first: of each they add up to its balance. */
export async function entriesOfGrants(
  queries: Queries,
  accountId: string,
  grantIds: readonly string[],
): Promise<CreditEntry[]> {
  if (grantIds.length === 0) return [];
  return queries
    .select(ENTRY)
    .from(creditEntries)
    .innerJoin(creditGrants, OF_ITS_GRANT)
    .where(and(eq(creditEntries.accountId, accountId), inArray(creditEntries.grantId, [...grantIds])))
    .orderBy(asc(creditEntries.id));
}

/** One page of the account's ledger, newest first; the entries before one. */
export async function listEntries(
  queries: Queries,
  accountId: string,
  page: { before: number | null; limit: number },
): Promise<CreditEntry[]> {
  return queries
    .select(ENTRY)
    .from(creditEntries)
    .innerJoin(creditGrants, OF_ITS_GRANT)
    .where(
      and(eq(creditEntries.accountId, accountId), page.before === null ? undefined : lt(creditEntries.id, page.before)),
    )
    .orderBy(desc(creditEntries.id))
    .limit(page.limit);
}

/**
 * Grants with something left that reach beyond `at`, in the order they are drawn: what expires first goes first, what
 * never does last; then by age.
 */
export async function openGrants(queries: Queries, accountId: string, at: Date): Promise<OpenGrant[]> {
  return (await openGrantsOfAccounts(queries, [accountId], at)).get(accountId) ?? [];
}

/** The same of many accounts; those without any are left out. */
export async function openGrantsOfAccounts(
  queries: Queries,
  accountIds: readonly string[],
  at: Date,
): Promise<Map<string, OpenGrant[]>> {
  const reaching = or(isNull(creditGrants.expiresAt), gt(creditGrants.expiresAt, at));
  const rows = await grantsOf(queries, accountIds, reaching)
    .having(sql`${BALANCE} > 0`)
    .orderBy(sql`${creditGrants.expiresAt} asc nulls last`, asc(creditGrants.createdAt), asc(creditGrants.id));
  const grants = new Map<string, OpenGrant[]>();
  for (const { accountId, id, reason, balance } of rows) {
    grants.set(accountId, [...(grants.get(accountId) ?? []), { id, reason, balance }]);
  }
  return grants;
}

/**
 * Draws what is due for an invoice, as far as the grants that reach beyond `at` go; no grant goes below zero. In the
 * SERIALIZABLE transaction that writes the invoice. A second draw for the same invoice violates `credit_entries_once`.
 */
export async function drawCredits(
  tx: Queries,
  accountId: string,
  invoiceId: string,
  due: DecimalText,
  at: Date,
  now: Date,
): Promise<CreditDraw[]> {
  const draws = chooseDraws(await openGrants(tx, accountId, at), due);
  if (draws.length > 0) {
    await tx.insert(creditEntries).values(
      draws.map(({ grantId, amount }) => ({
        accountId,
        grantId,
        kind: 'draw' as const,
        amount: `-${amount}`,
        invoiceId,
        at: now,
      })),
    );
  }
  return draws;
}

/** Gives back what a void invoice had drawn; what was given back before is left alone. Returns the number of grants. */
export async function returnDraws(tx: Queries, accountId: string, invoiceId: string, now: Date): Promise<number> {
  const drawn = await tx
    .select({ grantId: creditEntries.grantId, amount: sql<DecimalText>`- ${creditEntries.amount}` })
    .from(creditEntries)
    .where(
      and(
        eq(creditEntries.accountId, accountId),
        eq(creditEntries.invoiceId, invoiceId),
        eq(creditEntries.kind, 'draw'),
      ),
    )
    .orderBy(asc(creditEntries.id));
  if (drawn.length === 0) return 0;
  const returned = await tx
    .insert(creditEntries)
    .values(drawn.map((draw) => ({ accountId, ...draw, kind: 'return' as const, invoiceId, at: now })))
    .onConflictDoNothing()
    .returning({ id: creditEntries.id });
  return returned.length;
}

/**
 * Takes out of the balance what has expired by `now`. A grant still pays for the period it expires with, so first make
 * the invoices of periods that have ended final. Returns the number of grants that lapsed.
 */
export async function lapseExpired(tx: Queries, accountId: string, now: Date): Promise<number> {
  const expired = await grantsOf(tx, [accountId], lte(creditGrants.expiresAt, now)).having(sql`${BALANCE} > 0`);
  if (expired.length === 0) return 0;
  await tx.insert(creditEntries).values(
    expired.map(({ id, balance }) => ({
      accountId,
      grantId: id,
      kind: 'lapse' as const,
      amount: `-${balance}`,
      at: now,
    })),
  );
  return expired.length;
}

/** Accounts with something left of a grant that expired by `at`. */
export async function accountsWithExpiredGrants(queries: Queries, at: Date): Promise<string[]> {
  const rows = await queries
    .select({ accountId: creditGrants.accountId })
    .from(creditGrants)
    .innerJoin(creditEntries, OF_ITS_GRANT)
    .where(lte(creditGrants.expiresAt, at))
    .groupBy(creditGrants.id, creditGrants.accountId)
    .having(sql`${BALANCE} > 0`);
  return [...new Set(rows.map(({ accountId }) => accountId))].sort();
}

function grantsOf(queries: Queries, accountIds: readonly string[], condition: ReturnType<typeof and>) {
  return queries
    .select({ accountId: creditGrants.accountId, ...GRANT })
    .from(creditGrants)
    .innerJoin(creditEntries, OF_ITS_GRANT)
    .where(and(inArray(creditGrants.accountId, [...accountIds]), condition))
    .groupBy(creditGrants.id)
    .$dynamic();
}
