import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { CreditDraw } from '../domain/credits.ts';
import { moneyText, parseAmount } from '../domain/money.ts';
import type { DecimalText } from '../domain/price.ts';
import { addQuantities, compareQuantities } from '../domain/quantity.ts';
import { type Account, getAccount } from './accounts.ts';
import { keepPeriods, setPeriodState } from './billing-periods.ts';
import type { Queries } from './connect.ts';
import { drawCredits, grantCredit, returnDraws, takeBackGrantOf } from './credits.ts';
import { billingPeriods } from './schema/billing-periods.ts';
import { invoiceCounters, invoiceLines, invoices } from './schema/invoices.ts';
import { timedId } from './timed-id.ts';

/** What every invoice's content holds; the rest is its maker's. */
export interface InvoiceContent {
  lines: readonly { chargeId: string; priceKey: string; amount: DecimalText }[];
  total: DecimalText;
  /** Decimals of the currency. */
  minorUnit: number;
  period: { timeZone: string };
}

/** Versions of meters, rate cards and licenses an invoice was computed with. */
export type InvoiceVersions = Record<string, unknown>;

/** An invoice without its content. Period bounds and watermark in microseconds since 1970. */
export interface InvoiceHead {
  id: string;
  accountId: string;
  number: string;
  sequence: number;
  state: 'final' | 'void';
  period: BillingPeriod;
  currency: string;
  /** Decimals of the currency when it was issued. */
  minorUnit: number;
  /** Of the period, then. */
  timeZone: string;
  total: DecimalText;
  meteredThroughMicros: number;
  versions: InvoiceVersions;
  finalizedAt: Date;
  voidedAt: Date | null;
  voidReason: string | null;
  /** The void invoice of the same period that this one stands in for. */
  replaces: string | null;
  contentSha256: string;
  /** In which form the content is written. */
  contentForm: number;
}

export interface Invoice extends InvoiceHead {
  /** Canonical JSON: what was issued, word for word. */
  content: string;
}

/** What an invoice is made final from. */
export interface Finalizing {
  account: Pick<Account, 'id' | 'currency'>;
  period: BillingPeriod;
  meteredThroughMicros: number;
  versions: InvoiceVersions;
  /** The sum of the rounded lines. Less than nothing becomes a credit, of as much before tax. */
  due: DecimalText;
  /** The form `build` writes the content in. */
  contentForm: number;
  minorUnit: number;
  /** What is drawn from credits, as it was chosen outside of the transaction from what there still is. */
  draws: readonly CreditDraw[];
  /** The content, once the number is known. Must depend on nothing that may change. */
  build: (number: string) => InvoiceContent;
}

const HEAD = {
  id: invoices.id,
  accountId: invoices.accountId,
  number: invoices.number,
  sequence: invoices.sequence,
  state: invoices.state,
  periodKey: invoices.periodKey,
  periodFrom: invoices.periodFrom,
  periodTo: invoices.periodTo,
  currency: invoices.currency,
  minorUnit: invoices.minorUnit,
  timeZone: invoices.timeZone,
  total: invoices.total,
  meteredThroughMicros: invoices.meteredThroughMicros,
  versions: invoices.versions,
  finalizedAt: invoices.finalizedAt,
  voidedAt: invoices.voidedAt,
  voidReason: invoices.voidReason,
  replaces: invoices.replaces,
  contentSha256: invoices.contentSha256,
  contentForm: invoices.contentForm,
};

/** PostgreSQL takes 65,535 parameters in a statement. */
const LINES_AT_ONCE = 5_000;

/**
 * Issues the invoice of a period: numbers it, draws credits, stores its content with its hash. A period that has a final
 * invoice keeps that one (`created` false). In a SERIALIZABLE transaction, so that numbers have no gaps, no period has
 * two final invoices and no credit is drawn twice; read the account, its settings and licenses in the same one, so that
 * a change of them at this moment is seen.
 * @throws when the lines do not add up to what is due, or when the account has no such period
 */
export async function finalizeInvoice(
  tx: Queries,
  { account, period, meteredThroughMicros, versions, due, contentForm, minorUnit, draws, build }: Finalizing,
  now: Date,
): Promise<{ invoice: Invoice; created: boolean }> {
  const earlier = await earlierOf(tx, account.id, period.key);
  if (earlier.issued) return { invoice: earlier.issued, created: false };
  await keepThePeriod(tx, account.id, period, now);

  const id = timedId('inv', now);
  const sequence = await nextSequence(tx, account.id);
  const number = `${account.id.toUpperCase()}-${String(sequence).padStart(4, '0')}`;
  await drawCredits(tx, account.id, id, draws, now);
  const built = build(number);
  const sum = addQuantities(built.lines.map((line) => line.amount));
  if (compareQuantities(sum, due) !== 0) throw new Error(`lines of ${sum} do not add up to the ${due} that is due`);

  const content = canonicalJson(built);
  const [row] = await tx
    .insert(invoices)
    .values({
      id,
      accountId: account.id,
      periodKey: period.key,
      periodFrom: new Date(period.from / 1000),
      periodTo: new Date(period.to / 1000),
      state: 'final',
      sequence,
      number,
      currency: account.currency,
      minorUnit: built.minorUnit,
      timeZone: built.period.timeZone,
      content,
      contentSha256: sha256(content),
      contentForm,
      meteredThroughMicros,
      versions,
      total: built.total,
      finalizedAt: now,
      replaces: earlier.voided,
    })
    .returning();
  if (!row) throw new Error('an insert returned no row');
  const lines = built.lines.map(({ chargeId, priceKey, amount }, position) => {
    return { invoiceId: id, chargeId, priceKey, amount, position };
  });
  for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
    await tx.insert(invoiceLines).values(lines.slice(at, at + LINES_AT_ONCE));
  }
  await setPeriodState(tx, account.id, period.key, 'final');
  if (parseAmount(built.total) < 0n) {
    const reason = `Invoice ${number} came to less than nothing`;
    const amount = moneyText(-parseAmount(built.total), minorUnit);
    // Its tax was given back with it: what it pays later is taxed in full.
    const granted = {
      amount,
      currency: account.currency,
      reason,
      expiresAt: null,
      pays: 'total',
      invoiceId: id,
    } as const;
    await grantCredit(tx, account.id, granted, now);
  }
  return { invoice: invoiceOf(row), created: true };
}

/** The row of the period is there before its invoice is, and has its bounds. */
async function keepThePeriod(tx: Queries, accountId: string, { key, from, to }: BillingPeriod, now: Date) {
  const [known] = await tx
    .select({ from: billingPeriods.from, to: billingPeriods.to })
    .from(billingPeriods)
    .where(and(eq(billingPeriods.accountId, accountId), eq(billingPeriods.key, key)));
  if (known?.from.getTime() === from / 1000 && known.to.getTime() === to / 1000) return;
  const account = await getAccount(tx, accountId);
  const periods = account && (await keepPeriods(tx, account, now.getTime() * 1000, from));
  const kept = periods?.find((each) => each.key === key);
  if (kept?.from !== from || kept.to !== to)
    throw new Error(`account ${accountId} has no period ${key} of these bounds`);
}

/**
 * Something later rests on this invoice: another one that corrects it, or that drew from the credit it became. What is
 * charged there would be charged again.
 */
export class CorrectedInvoiceError extends Error {}

/**
 * Makes the invoice void and gives its credits back. It keeps its number; its period may be invoiced again. `null` when
 * the account has no such invoice; a void one stays as it is (`voided` false). In a SERIALIZABLE transaction.
 * @throws CorrectedInvoiceError as long as another final invoice corrects it: undo in the order in which it was done
 */
export async function voidInvoice(
  tx: Queries,
  accountId: string,
  invoiceId: string,
  reason: string,
  now: Date,
): Promise<{ invoice: Invoice; voided: boolean } | null> {
  const mine = and(eq(invoices.accountId, accountId), eq(invoices.id, invoiceId));
  const corrected = await finalCorrecting(tx, accountId, invoiceId);
  if (corrected !== null) {
    throw new CorrectedInvoiceError(`invoice ${corrected} holds corrections of this one; make that one void first`);
  }
  const [row] = await tx
    .update(invoices)
    .set({ state: 'void', voidedAt: now, voidReason: reason })
    .where(and(mine, eq(invoices.state, 'final')))
    .returning();
  if (!row) {
    const before = await getInvoice(tx, accountId, invoiceId);
    return before && { invoice: before, voided: false };
  }
  await returnDraws(tx, accountId, invoiceId, now);
  if (!(await takeBackGrantOf(tx, accountId, invoiceId, now))) {
    throw new CorrectedInvoiceError(
      'a later invoice drew from the credit that this one became; make that one void first',
    );
  }
  await setPeriodState(tx, accountId, row.periodKey, 'void');
  return { invoice: invoiceOf(row), voided: true };
}

/** The invoice with its content; `null` when the account has none by this id. @throws when the stored content was altered */
export async function getInvoice(queries: Queries, accountId: string, invoiceId: string): Promise<Invoice | null> {
  const [row] = await queries
    .select()
    .from(invoices)
    .where(and(eq(invoices.accountId, accountId), eq(invoices.id, invoiceId)));
  return row ? invoiceOf(row) : null;
}

/** One page of the account's invoices, those issued last first; the ones before a sequence number. */
export async function listInvoices(
  queries: Queries,
  accountId: string,
  page: { before: number | null; limit: number },
): Promise<InvoiceHead[]> {
  const rows = await queries
    .select(HEAD)
    .from(invoices)
    .where(
      and(eq(invoices.accountId, accountId), page.before === null ? undefined : lt(invoices.sequence, page.before)),
    )
    .orderBy(desc(invoices.sequence))
    .limit(page.limit);
  return rows.map(headOf);
}

/** The account's final invoices by period: what is immutable, and through when it was metered. */
export async function finalPeriods(queries: Queries, accountId: string): Promise<InvoiceHead[]> {
  const rows = await queries
    .select(HEAD)
    .from(invoices)
    .where(and(eq(invoices.accountId, accountId), eq(invoices.state, 'final')))
    .orderBy(asc(invoices.periodFrom));
  return rows.map(headOf);
}

/** Final invoices of accounts whose period ends after an instant, in microseconds since 1970; by account. */
export async function finalsEndingAfter(
  queries: Queries,
  accountIds: readonly string[],
  instant: number,
): Promise<Map<string, InvoiceHead[]>> {
  const rows = await queries
    .select(HEAD)
    .from(invoices)
    .where(
      and(
        inArray(invoices.accountId, [...accountIds]),
        eq(invoices.state, 'final'),
        gt(invoices.periodTo, new Date(instant / 1000)),
      ),
    );
  const byAccount = new Map<string, InvoiceHead[]>();
  for (const head of rows.map(headOf)) byAccount.set(head.accountId, [...(byAccount.get(head.accountId) ?? []), head]);
  return byAccount;
}

/** The line a charge is on, of a final invoice of the account; `null` when none has it. */
export async function findChargeLine(
  queries: Queries,
  accountId: string,
  chargeId: string,
): Promise<{ invoiceId: string; number: string; periodKey: string; priceKey: string; amount: DecimalText } | null> {
  const [row] = await queries
    .select({
      invoiceId: invoices.id,
      number: invoices.number,
      periodKey: invoices.periodKey,
      priceKey: invoiceLines.priceKey,
      amount: invoiceLines.amount,
    })
    .from(invoiceLines)
    .innerJoin(invoices, eq(invoices.id, invoiceLines.invoiceId))
    .where(and(eq(invoices.accountId, accountId), eq(invoices.state, 'final'), eq(invoiceLines.chargeId, chargeId)))
    .orderBy(desc(invoices.sequence))
    .limit(1);
  return row ?? null;
}

/** Prices an invoice has lines of. */
export async function pricesWithLines(queries: Queries, invoiceId: string): Promise<Set<string>> {
  const rows = await queries
    .selectDistinct({ priceKey: invoiceLines.priceKey })
    .from(invoiceLines)
    .where(eq(invoiceLines.invoiceId, invoiceId));
  return new Set(rows.map(({ priceKey }) => priceKey));
}

/** The final invoice of the period, if there is one, and the last that was taken back. */
async function earlierOf(
  tx: Queries,
  accountId: string,
  periodKey: string,
): Promise<{ issued: Invoice | null; voided: string | null }> {
  const rows = await tx
    .select()
    .from(invoices)
    .where(and(eq(invoices.accountId, accountId), eq(invoices.periodKey, periodKey)))
    .orderBy(asc(invoices.sequence));
  const issued = rows.find(({ state }) => state === 'final');
  const voided = rows.findLast(({ state }) => state === 'void');
  return { issued: issued === undefined ? null : invoiceOf(issued), voided: voided?.id ?? null };
}

/** The number of a final invoice with a line, or usage without a price, that corrects this one. */
async function finalCorrecting(tx: Queries, accountId: string, invoiceId: string): Promise<string | null> {
  const [line, unpriced] = ['lines', 'unpriced'].map((of) => JSON.stringify({ [of]: [{ corrects: { invoiceId } }] }));
  // `jsonb` takes no NUL, which stands in contents of before it was refused at the door. Of an escaped backslash before `u0000`
  // this makes other text, but no other JSON, and what is looked for has neither.
  const content = sql`replace(${invoices.content}, ${'\\u0000'}, ${'\\ufffd'})`;
  const [row] = await tx
    .select({ number: invoices.number })
    .from(invoices)
    .where(
      and(
        eq(invoices.accountId, accountId),
        eq(invoices.state, 'final'),
        sql`(${content}::jsonb @> ${line}::jsonb or ${content}::jsonb @> ${unpriced}::jsonb)`,
      ),
    )
    .limit(1);
  return row?.number ?? null;
}

/** Whether an invoice of the period was taken back. */
export async function hasVoidInvoice(queries: Queries, accountId: string, periodKey: string): Promise<boolean> {
  return (await lastVoidOf(queries, accountId, periodKey)) !== null;
}

async function lastVoidOf(tx: Queries, accountId: string, periodKey: string): Promise<string | null> {
  const [row] = await tx
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.accountId, accountId), eq(invoices.periodKey, periodKey), eq(invoices.state, 'void')))
    .orderBy(desc(invoices.sequence))
    .limit(1);
  return row?.id ?? null;
}

async function nextSequence(tx: Queries, accountId: string): Promise<number> {
  const [row] = await tx
    .insert(invoiceCounters)
    .values({ accountId, last: 1 })
    .onConflictDoUpdate({ target: invoiceCounters.accountId, set: { last: sql`${invoiceCounters.last} + 1` } })
    .returning({ last: invoiceCounters.last });
  if (!row) throw new Error('an upsert returned no row');
  return row.last;
}

type HeadRow = Omit<typeof invoices.$inferSelect, 'content'>;

function headOf({ periodKey, periodFrom, periodTo, timeZone, ...row }: HeadRow): InvoiceHead {
  const [from, to] = [periodFrom.getTime() * 1000, periodTo.getTime() * 1000];
  const period = { key: periodKey, from, to, timeZone };
  return { ...row, timeZone, period };
}

function invoiceOf({ content, ...row }: typeof invoices.$inferSelect): Invoice {
  if (sha256(content) !== row.contentSha256) {
    throw new Error(`the content of invoice ${row.number} is not what was issued: its hash differs`);
  }
  return { ...headOf(row), content };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
