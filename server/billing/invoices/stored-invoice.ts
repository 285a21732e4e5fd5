import type { Invoice, InvoiceHead } from '../../database/invoices/invoices.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import type { InvoiceHeadView, InvoiceView } from '../invoice.types.ts';
import { readInvoice } from '../kept/invoice-content.ts';

/** A stored invoice: what was issued, word for word, with what became of it. */
export function storedView(invoice: Invoice): InvoiceView {
  return {
    ...readInvoice(invoice),
    id: invoice.id,
    state: invoice.state,
    finalizedAt: invoice.finalizedAt.toISOString(),
    contentSha256: invoice.contentSha256,
    ...(invoice.voidedAt === null
      ? {}
      : { voided: { at: invoice.voidedAt.toISOString(), reason: invoice.voidReason ?? '' } }),
  };
}

/** A stored invoice as it stands in a list. */
export function storedHead(head: InvoiceHead): InvoiceHeadView {
  const { key, from, to, timeZone } = head.period;
  return {
    id: head.id,
    number: head.number,
    state: head.state,
    period: { key, from: toRfc3339(from), to: toRfc3339(to), timeZone },
    currency: head.currency,
    minorUnit: head.minorUnit,
    total: head.total,
    meteredThrough: toRfc3339(head.meteredThroughMicros),
    finalizedAt: head.finalizedAt.toISOString(),
  };
}
