import { and, asc, eq, sql } from 'drizzle-orm';
import type { BillingPeriod } from '../../domain/billing-period.ts';
import { microsOf } from '../../domain/instant.ts';
import type { CreditDraw } from '../../domain/invoice/credits.ts';
import { moneyText, parseAmount } from '../../domain/money.ts';
import type { DecimalText } from '../../domain/pricing/price-common.ts';
import { addQuantities, compareQuantities } from '../../domain/quantity.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import { type Account, getAccount } from '../accounts/accounts.ts';
import { keepPeriods, setPeriodState } from '../accounts/billing-periods.ts';
import type { Queries } from '../database.types.ts';
import { billingPeriods } from '../schema/billing-periods.ts';
import { invoiceCounters, invoiceLines, invoices } from '../schema/invoices.ts';
import { timedId } from '../timed-id.ts';
import { drawCredits, grantCredit, returnDraws, takeBackGrantOf } from './credits.ts';
import { getInvoice, type Invoice, type InvoiceVersions, invoiceOf, sha256 } from './invoices.ts';

/** What every invoice's content holds; the rest is its maker's. */
export interface InvoiceContent {
  lines: readonly { chargeId: string; priceKey: string; amount: DecimalText }[];
  total: DecimalText;
  /** Decimals of the currency. */
  minorUnit: number;
  period: { timeZone: string };
}

/** What an invoice is made final from. */
export interface Finalizing {
  account: Pick<Account, 'id' | 'currency'>;
  period: BillingPeriod;
  meteredThroughMicros: number;
  versions: InvoiceVersions;
  /** The sum of the rounded lines. What the invoice holds must add up to it. */
  due: DecimalText;
  /** The form `build` writes the content in. */
  contentForm: number;
  minorUnit: number;
  /** What is drawn from credits, as it was chosen outside of the transaction from what there still is. */
  draws: readonly CreditDraw[];
  /** The content, once the number is known. Must depend on nothing that may change. */
  build: (number: string) => InvoiceContent;
}

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
  const before = await beforeOf(tx, account.id, period, now);
  const issued = before.issued && (await getInvoice(tx, account.id, before.issued));
  if (issued) return { invoice: issued, created: false };

  const id = timedId('inv', now);
  const sequence = await nextSequence(tx, account.id);
  const number = `${account.id.toUpperCase()}-${String(sequence).padStart(4, '0')}`;
  await drawCredits(tx, account.id, id, draws, now);
  const built = build(number);
  const sum = addQuantities(built.lines.map((line) => line.amount));
  if (compareQuantities(sum, due) !== 0) throw new Error(`lines of ${sum} do not add up to the ${due} that is due`);

  const content = canonicalJson(built);
  const lines = built.lines.map(({ chargeId, priceKey, amount }, position) => {
    return { invoiceId: id, chargeId, priceKey, amount, position };
  });
  const row = {
    id,
    accountId: account.id,
    periodKey: period.key,
    periodFrom: new Date(period.from / 1000),
    periodTo: new Date(period.to / 1000),
    state: 'final' as const,
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
    replaces: before.voided,
  };
  const written = await write(tx, row, lines.slice(0, LINES_AT_ONCE));
  for (let at = LINES_AT_ONCE; at < lines.length; at += LINES_AT_ONCE) {
    await tx.insert(invoiceLines).values(lines.slice(at, at + LINES_AT_ONCE));
  }
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
  return { invoice: written, created: true };
}

/** The invoice with its lines, and its period final: one statement, as closing makes many. */
async function write(
  tx: Queries,
  row: typeof invoices.$inferInsert,
  lines: readonly (typeof invoiceLines.$inferInsert)[],
): Promise<Invoice> {
  const ofPeriod = and(eq(billingPeriods.accountId, row.accountId), eq(billingPeriods.key, row.periodKey));
  const subqueries = [
    tx
      .$with('closed')
      .as(
        tx
          .update(billingPeriods)
          .set({ state: 'final', graceFrom: null })
          .where(ofPeriod)
          .returning({ key: billingPeriods.key }),
      ),
    ...(lines.length === 0
      ? []
      : [
          tx.$with('charged').as(
            tx
              .insert(invoiceLines)
              .values([...lines])
              .returning({ position: invoiceLines.position }),
          ),
        ]),
  ];
  const [written] = await tx
    .with(...subqueries)
    .insert(invoices)
    .values(row)
    .returning();
  if (!written) throw new Error('an insert returned no row');
  return invoiceOf(written);
}

/** First of all that is written: whoever issues another invoice of the account meanwhile waits here, or is told to try again. */
async function nextSequence(tx: Queries, accountId: string): Promise<number> {
  const [row] = await tx
    .insert(invoiceCounters)
    .values({ accountId, last: 1 })
    .onConflictDoUpdate({ target: invoiceCounters.accountId, set: { last: sql`${invoiceCounters.last} + 1` } })
    .returning({ last: invoiceCounters.last });
  if (!row) throw new Error('an upsert returned no row');
  return row.last;
}

interface Before {
  /** Ids of the final invoice of the period, and of the last that was taken back. */
  issued: string | null;
  voided: string | null;
}

/** What there is before a period's invoice. Its row is kept from now on, and has its bounds. */
async function beforeOf(tx: Queries, accountId: string, period: BillingPeriod, now: Date): Promise<Before> {
  const { key, from, to } = period;
  const read = () =>
    tx
      .select({
        from: billingPeriods.from,
        to: billingPeriods.to,
        id: invoices.id,
        state: invoices.state,
      })
      .from(billingPeriods)
      .leftJoin(
        invoices,
        and(eq(invoices.accountId, billingPeriods.accountId), eq(invoices.periodKey, billingPeriods.key)),
      )
      .where(and(eq(billingPeriods.accountId, accountId), eq(billingPeriods.key, key)))
      .orderBy(asc(invoices.sequence));
  let rows = await read();
  if (rows.length === 0) {
    const account = await getAccount(tx, accountId);
    if (account !== null) await keepPeriods(tx, account, microsOf(now), from);
    rows = await read();
  }
  const [row] = rows;
  if (row?.from.getTime() !== from / 1000 || row.to.getTime() !== to / 1000)
    throw new Error(`account ${accountId} has no period ${key} of these bounds`);
  return {
    issued: rows.find(({ state }) => state === 'final')?.id ?? null,
    voided: rows.findLast(({ state }) => state === 'void')?.id ?? null,
  };
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
