import type { InvoiceView } from '../invoice.types.ts';

type Linked = Pick<InvoiceView, 'accountId' | 'id'>;

/** The page of an invoice, for whoever holds a file of it. */
export function invoiceUrl(publicUrl: string, { accountId, id }: Linked): string {
  return `${publicUrl}/accounts/${encodeURIComponent(accountId)}/invoices/${encodeURIComponent(id)}`;
}

/** Where a charge is explained: what it is made of, down to the events. */
export function chargeUrl(publicUrl: string, { accountId }: Linked, chargeId: string): string {
  return `${publicUrl}/accounts/${encodeURIComponent(accountId)}/charges/${encodeURIComponent(chargeId)}`;
}
