import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import type { PayingGrant, Reservation } from '../../domain/invoice/credit-allotment.ts';
import type { CreditDraw, Pays } from '../../domain/invoice/credits.ts';
import { amountText, parseAmount } from '../../domain/money.ts';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import type { Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';
import { billingPeriods } from '../schema/billing-periods.ts';
import { creditEntries, creditGrants } from '../schema/credits.ts';
import { invoices } from '../schema/invoices.ts';
import { timedId } from '../timed-id.ts';

/** Money granted, and what became of it: `amount` = `drawn` + `lapsed` + `balance`. Decimals without needless zeros. */
export interface CreditGrant {
  id: string;
  amount: DecimalText;
  pays: Pays;
  /** By invoices, less what their voids gave back. */
  drawn: DecimalText;
  lapsed: DecimalText;
  balance: DecimalText;
  currency: string;
  reason: string;
  expiresAt: Date | null;
  /** How whoever granted it is known; `null` where an invoice did, and where it was not recorded. */
  grantedBy: string | null;
  createdAt: Date;
}

/** Who grants: a person or a key, and how people know it. */
export interface Grantor {
  principal: string;
  name: string;
}

/** One line of the ledger; `amount` is what the balance of the grant changed by. */
export interface CreditEntry {
  id: number;
  grantId: string;
  /**
   * `restore` undoes as much of a lapse as an invoice of a time before it draws; `revoke` takes back what an invoice had granted that
   * is void now.
   */
  kind: 'grant' | 'draw' | 'lapse' | 'return' | 'restore' | 'revoke';
  amount: DecimalText;
  currency: string;
  invoiceId: string | null;
  at: Date;
}

/** What is granted. */
interface Granted {
  amount: DecimalText;
  currency: string;
  reason: string;
  expiresAt: Date | null;
  /** By default charges. */
  pays?: Pays;
  /** Where an invoice that came to less than nothing grants it. */
  invoiceId?: string;
  /** Absent where nobody does, but an invoice or the demo. */
  by?: Grantor;
}

/** How much entries of these kinds took from the balance. */
const takenBy = (kinds: string) =>
  sql<DecimalText>`trim_scale(coalesce(-sum(${creditEntries.amount}) filter (where ${creditEntries.kind} in (${sql.raw(kinds)})), 0))`;

const BALANCE = sql<DecimalText>`trim_scale(sum(${creditEntries.amount}))`;
/** What invoices have left of it, whether or not it has lapsed. */
const UNDRAWN = sql<DecimalText>`trim_scale(sum(${creditEntries.amount}) filter (where ${creditEntries.kind} not in ('lapse', 'restore')))`;

const GRANT = {
  id: creditGrants.id,
  amount: sql<DecimalText>`trim_scale(${creditGrants.amount})`,
  pays: creditGrants.pays,
  drawn: takenBy(`'draw', 'return'`),
  lapsed: takenBy(`'lapse', 'restore', 'revoke'`),
  balance: BALANCE,
  undrawn: UNDRAWN,
  currency: creditGrants.currency,
  reason: creditGrants.reason,
  expiresAt: creditGrants.expiresAt,
  grantedBy: creditGrants.grantedByName,
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

/**
 * Grants money to the account and writes the first entry of the grant's ledger.
 */
export async function grantCredit(tx: Queries, accountId: string, granted: Granted, now: Date): Promise<CreditGrant> {
  const id = timedId('crd', now);
  const { invoiceId, by, pays = 'charges', ...shown } = granted;
  const row = { id, accountId, ...shown, pays, invoiceId: invoiceId ?? null, createdAt: now };
  await tx.insert(creditGrants).values({ ...row, grantedBy: by?.principal ?? null, grantedByName: by?.name ?? null });
  await tx.insert(creditEntries).values({ accountId, grantId: id, kind: 'grant', amount: granted.amount, at: now });
  const amount = amountText(parseAmount(granted.amount));
  const grantedBy = by?.name ?? null;
  return { id, ...shown, pays, amount, drawn: '0', lapsed: '0', balance: amount, grantedBy, createdAt: now };
}

/** What one principal granted an account in a currency in `[from, to)`: exact decimal text. */
export async function grantedBetween(
  queries: Queries,
  accountId: string,
  { principal, currency }: { principal: string; currency: string },
  { from, to }: { from: Date; to: Date },
): Promise<DecimalText> {
  const [row] = await queries
    .select({ sum: sql<DecimalText>`trim_scale(coalesce(sum(${creditGrants.amount}), 0))` })
    .from(creditGrants)
    .where(
      and(
        eq(creditGrants.accountId, accountId),
        eq(creditGrants.grantedBy, principal),
        eq(creditGrants.currency, currency),
        gte(creditGrants.createdAt, from),
        lt(creditGrants.createdAt, to),
      ),
    );
  return row?.sum ?? '0';
}

/** One page of grants, newest first; those before a grant's id. */
export async function listGrants(
  queries: Queries,
  accountId: string,
  page: { before: string | null; limit: number },
): Promise<CreditGrant[]> {
  const before = page.before === null ? undefined : lt(creditGrants.id, page.before);
  const rows = await grantsOf(queries, [accountId], before).orderBy(desc(creditGrants.id)).limit(page.limit);
  return rows.map(({ accountId: _, undrawn: __, ...grant }) => grant);
}

/** These grants of the account, oldest first. */
export async function grantsById(queries: Queries, accountId: string, ids: readonly string[]): Promise<CreditGrant[]> {
  const rows = await grantsOf(queries, [accountId], inArray(creditGrants.id, [...ids])).orderBy(asc(creditGrants.id));
  return rows.map(({ accountId: _, undrawn: __, ...grant }) => grant);
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
 * Grants in the order they are drawn, each with what no invoice has drawn of it: what expires first goes first, what never
 * does last; then by age. What has lapsed counts as there: a grant pays for a time it was in force in, whenever the invoice is made.
 * @param after only grants that are still in force after this instant
 */
export async function payingGrants(
  queries: Queries,
  accountId: string,
  after: Date | null = null,
): Promise<PayingGrant[]> {
  return (await payingGrantsOfAccounts(queries, [accountId], after)).get(accountId) ?? [];
}

/** The same of many accounts; those without any are left out. */
export async function payingGrantsOfAccounts(
  queries: Queries,
  accountIds: readonly string[],
  after: Date | null,
): Promise<Map<string, PayingGrant[]>> {
  const reaching = after === null ? undefined : or(isNull(creditGrants.expiresAt), gt(creditGrants.expiresAt, after));
  const rows = await grantsOf(queries, accountIds, reaching)
    .having(sql`${UNDRAWN} > 0`)
    .orderBy(sql`${creditGrants.expiresAt} asc nulls last`, asc(creditGrants.createdAt), asc(creditGrants.id));
  const grants = new Map<string, PayingGrant[]>();
  for (const { accountId, id, reason, pays, undrawn, expiresAt } of rows) {
    const grant = {
      id,
      reason,
      pays,
      balance: undrawn,
      expiresAt: expiresAt === null ? null : microsOf(expiresAt),
    };
    grants.set(accountId, [...(grants.get(accountId) ?? []), grant]);
  }
  return grants;
}

/** What void invoices gave back, of periods that no other invoice has been issued for since. */
export async function reservationsOf(queries: Queries, accountId: string): Promise<Reservation[]> {
  const rows = await queries
    .select({ periodKey: invoices.periodKey, grantId: creditEntries.grantId, amount: creditEntries.amount })
    .from(creditEntries)
    .innerJoin(invoices, and(eq(invoices.accountId, creditEntries.accountId), eq(invoices.id, creditEntries.invoiceId)))
    .innerJoin(
      billingPeriods,
      and(eq(billingPeriods.accountId, invoices.accountId), eq(billingPeriods.key, invoices.periodKey)),
    )
    .where(
      and(
        eq(creditEntries.accountId, accountId),
        eq(creditEntries.kind, 'return'),
        eq(billingPeriods.state, 'void'),
        // Of several that were made void one after another, the last: the earlier ones' draws were drawn again by it.
        sql`not exists (select 1 from ${invoices} later where later.account_id = ${invoices.accountId}
          and later.period_key = ${invoices.periodKey} and later.sequence > ${invoices.sequence})`,
      ),
    )
    .orderBy(asc(creditEntries.id));
  return rows;
}

/**
 * Draws what an invoice takes; no grant goes below zero. What is drawn of a grant that has lapsed is restored first. In the
 * SERIALIZABLE transaction that writes the invoice, in which the grants still are what the draws were chosen from. A second
 * draw for the same invoice violates `credit_entries_once`.
 * @throws ContentionError when a grant has less left than is drawn
 */
export async function drawCredits(
  tx: Queries,
  accountId: string,
  invoiceId: string,
  draws: readonly CreditDraw[],
  now: Date,
): Promise<void> {
  if (draws.length === 0) return;
  const rows = await grantsOf(
    tx,
    [accountId],
    inArray(
      creditGrants.id,
      draws.map(({ grantId }) => grantId),
    ),
  );
  const grants = new Map(rows.map((row) => [row.id, row]));
  const entries = draws.flatMap(({ grantId, amount }) => {
    const grant = grants.get(grantId);
    const wanted = parseAmount(amount);
    if (grant === undefined || parseAmount(grant.undrawn) < wanted) {
      throw new ContentionError(1, { cause: new Error(`grant ${grantId} has less left than ${amount}`) });
    }
    const missing = wanted - parseAmount(grant.balance);
    const entry = { accountId, grantId, invoiceId, at: now };
    return [
      ...(missing > 0n ? [{ ...entry, kind: 'restore' as const, amount: amountText(missing) }] : []),
      { ...entry, kind: 'draw' as const, amount: `-${amount}` },
    ];
  });
  await tx.insert(creditEntries).values(entries);
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
 * Takes out of the balance what has expired by `now` and that no period without an invoice can draw from any more.
 * Returns the number of grants that lapsed.
 */
export async function lapseExpired(tx: Queries, accountId: string, now: Date): Promise<number> {
  const expired = await grantsOf(tx, [accountId], and(lte(creditGrants.expiresAt, now), isAwaitedNoMore())).having(
    sql`${BALANCE} > 0`,
  );
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

/** Accounts of which `lapseExpired` would let something lapse. */
export async function accountsWithExpiredGrants(queries: Queries, now: Date): Promise<string[]> {
  const rows = await queries
    .select({ accountId: creditGrants.accountId })
    .from(creditGrants)
    .innerJoin(creditEntries, OF_ITS_GRANT)
    .where(and(lte(creditGrants.expiresAt, now), isAwaitedNoMore()))
    .groupBy(creditGrants.id, creditGrants.accountId)
    .having(sql`${BALANCE} > 0`);
  return [...new Set(rows.map(({ accountId }) => accountId))].sort();
}

/** Whether no period that began before the grant expired is still without its invoice. */
function isAwaitedNoMore() {
  return sql`not exists (select 1 from ${billingPeriods} where ${billingPeriods.accountId} = ${creditGrants.accountId}
    and ${billingPeriods.from} < ${creditGrants.expiresAt}
    and (${billingPeriods.state} in ('open', 'void') or ${billingPeriods.graceFrom} is not null))`;
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

/** Takes back what an invoice that is made void had granted. @returns `false` when something of it has been drawn */
export async function takeBackGrantOf(tx: Queries, accountId: string, invoiceId: string, now: Date): Promise<boolean> {
  const [grant] = await grantsOf(tx, [accountId], eq(creditGrants.invoiceId, invoiceId));
  if (grant === undefined || grant.balance === '0') return grant === undefined || grant.drawn === '0';
  if (grant.balance !== grant.amount) return false;
  await tx
    .insert(creditEntries)
    .values({ accountId, grantId: grant.id, kind: 'revoke', amount: `-${grant.balance}`, at: now });
  return true;
}
