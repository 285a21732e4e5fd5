import { createHash } from 'node:crypto';
import { and, asc, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import type { BillingPeriod } from '../../domain/billing-period.ts';
import { microsOf } from '../../domain/instant.ts';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import type { Queries } from '../database.types.ts';
import { invoiceLines, invoices } from '../schema/invoices.ts';

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

/** An invoice that was issued, with its stored text; `kept/invoice-content.ts` reads it. */
export interface Invoice extends InvoiceHead {
  /** Canonical JSON: what was issued, word for word. */
  content: string;
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

/** Whether an invoice of the period was taken back. */
export async function hasVoidInvoice(queries: Queries, accountId: string, periodKey: string): Promise<boolean> {
  const [row] = await queries
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.accountId, accountId), eq(invoices.periodKey, periodKey), eq(invoices.state, 'void')))
    .limit(1);
  return row !== undefined;
}

type HeadRow = Omit<typeof invoices.$inferSelect, 'content'>;

function headOf({ periodKey, periodFrom, periodTo, timeZone, ...row }: HeadRow): InvoiceHead {
  const [from, to] = [microsOf(periodFrom), microsOf(periodTo)];
  const period = { key: periodKey, from, to, timeZone };
  return { ...row, timeZone, period };
}

/** @throws when the stored content was altered */
export function invoiceOf({ content, ...row }: typeof invoices.$inferSelect): Invoice {
  if (sha256(content) !== row.contentSha256) {
    throw new Error(`the content of invoice ${row.number} is not what was issued: its hash differs`);
  }
  return { ...headOf(row), content };
}

/** In hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
