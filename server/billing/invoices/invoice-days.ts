import { getAccount } from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { getInvoice } from '../../database/invoices/invoices.ts';
import type { InvoiceState } from '../../domain/invoice/invoice-state.ts';
import { type Amount, amountText, parseAmount } from '../../domain/money.ts';
import { chargeIdOf } from '../charge-id.ts';
import type { InvoiceLine, InvoiceView } from '../invoice.types.ts';
import type { SpendDay } from '../spend-days.ts';
import { daysOfPeriod } from '../spend-days.ts';
import type { Invoices } from './invoices.ts';
import type { ChargesByDay } from './issued-charges.ts';
import { storedView } from './stored-invoice.ts';

/** What each line of an invoice cost on each day, exactly. Decimals as text. */
export interface InvoiceDays {
  invoiceId: string;
  number: string | null;
  state: InvoiceState;
  period: InvoiceView['period'];
  currency: string;
  minorUnit: number;
  meteredThrough: string;
  /** With the amount of all lines; the days and `base` add up to all exact amounts. */
  days: SpendDay[];
  base: string;
  lines: LineDays[];
}

/** A line with what it cost on each day. */
export interface LineDays
  extends Pick<InvoiceLine, 'chargeId' | 'description' | 'priceKey' | 'lineValues' | 'amountExact' | 'corrects'> {
  /** What belongs to no day of the period: due without usage, or a correction of an earlier one. */
  base: string;
  /** In the order of the days; with `base` they add up to `amountExact`. `null` while a day has not come. */
  amounts: (string | null)[];
}

/** A stored invoice says what each line came to, and by its days it does not come to the same: an earlier version rated it otherwise. */
export class DaysUnknownError extends Error {}

/**
 * Tells the days of invoices: of one that was issued as it was issued, by what was known then.
 * @returns `null` when there is no such invoice
 * @throws DaysUnknownError when they do not add up to what was issued
 */
export async function invoiceDays(
  { queries, invoices }: { queries: Queries; invoices: Pick<Invoices, 'computed' | 'find' | 'issuedCharges'> },
  accountId: string,
  invoiceId: string,
): Promise<InvoiceDays | null> {
  const account = await getAccount(queries, accountId);
  if (account === null) return null;
  const view = invoiceId === 'current' ? null : await invoices.find(accountId, invoiceId);
  if (invoiceId !== 'current' && view === null) return null;
  const issued = view && (await getInvoice(queries, accountId, view.id));
  if (issued !== null) return daysOfInvoice(storedView(issued), await invoices.issuedCharges(account, issued));
  const computed = await invoices.computed(account, view?.period.key ?? null, { byDay: true });
  return computed.pricing.rulings.length === 0 ? null : daysOfInvoice(computed.view, computed);
}

/**
 * The days of an invoice's lines.
 * @param byDay the charges of the same period
 * @throws DaysUnknownError when they do not come to what the lines say
 */
export function daysOfInvoice(view: InvoiceView, byDay: ChargesByDay): InvoiceDays {
  const { charges: ofPeriod, through } = byDay;
  const days = daysOfPeriod(ofPeriod.days, byDay.period.timeZone, through);
  const charges = new Map(ofPeriod.rating.charges.map((charge) => [chargeIdOf(view.period.key, charge), charge]));
  const lines = view.lines.map(({ chargeId, description, priceKey, lineValues, amountExact, corrects }): LineDays => {
    const line = { chargeId, description, priceKey, lineValues, amountExact };
    const told = (amounts: readonly string[]) =>
      days.map(({ state }, i) => (state === 'future' ? null : (amounts[i] ?? '0')));
    if (corrects !== undefined) return { ...line, corrects, base: amountExact, amounts: told([]) };
    const charge = charges.get(chargeId);
    if (charge?.amountExact !== amountExact) {
      throw new DaysUnknownError(`charge ${chargeId} does not come to ${amountExact} by day`);
    }
    return { ...line, base: charge.base, amounts: told(charge.days) };
  });
  return {
    invoiceId: view.id,
    number: view.number,
    state: view.state,
    period: view.period,
    currency: view.currency,
    minorUnit: view.minorUnit,
    meteredThrough: view.meteredThrough,
    days: days.map((day, i) => ({
      ...day,
      amount: day.state === 'future' ? null : sumOfAmounts(lines.map(({ amounts }) => amounts[i] ?? '0')),
    })),
    base: sumOfAmounts(lines.map(({ base }) => base)),
    lines,
  };
}

/** Exact amounts, added up. */
export function sumOfAmounts(amounts: readonly string[]): string {
  return amountText(amounts.reduce((total: Amount, amount) => total + parseAmount(amount), 0n));
}
