import type { InvoiceView } from '#server/billing/invoice.types.ts';
import { monthText } from '../format/time.ts';

/** What an invoice is called: its number, or the month it is of. */
export function invoiceName({ number, period }: Pick<InvoiceView, 'number' | 'period'>): string {
  return number === null ? `Invoice of ${monthText(period.key)}` : `Invoice ${number}`;
}
