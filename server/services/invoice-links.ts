import type { InvoiceView } from './invoice.types.ts';

type Linked = Pick<InvoiceView, 'accountId' | 'id'>;

/** The page of an invoice, for whoever holds a file of it. */
export function invoiceUrl(publicUrl: string, { accountId, id }: Linked): string {
  return `${publicUrl}/accounts/${encodeURIComponent(accountId)}/invoices/${encodeURIComponent(id)}`;
}

/** Where a charge of an invoice is explained. */
export function chargeUrl(publicUrl: string, invoice: Linked, chargeId: string): string {
  return `${invoiceUrl(publicUrl, invoice)}#${encodeURIComponent(chargeId)}`;
}
