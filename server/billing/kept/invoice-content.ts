import { z } from 'zod';
import type { InvoiceView } from '../invoice.types.ts';
import { type Kind, newestForm, readKeptText } from './forms.ts';

/** What an invoice says, as it was issued: all but what becomes of it later. */
export type IssuedInvoice = Omit<InvoiceView, 'id'>;

const amount = z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a decimal');

/** What is relied on; everything else of a line or an invoice is handed on as it stands. */
const schema = z.looseObject({
  accountId: z.string(),
  number: z.string(),
  period: z.looseObject({ key: z.string(), from: z.string(), to: z.string(), timeZone: z.string() }),
  currency: z.string(),
  minorUnit: z.int().min(0).max(12),
  meteredThrough: z.string(),
  lines: z.array(
    z.looseObject({
      chargeId: z.string(),
      description: z.string(),
      priceKey: z.string(),
      lineValues: z.record(z.string(), z.string()),
      quantity: amount,
      amountExact: amount,
      amount,
      steps: z.array(z.looseObject({ name: z.string() })),
      corrects: z.looseObject({ invoiceId: z.string(), number: z.string(), chargeId: z.string() }).optional(),
    }),
  ),
  unpriced: z.array(z.unknown()),
  creditDraws: z.array(z.looseObject({ grantId: z.string(), amount })),
  ...{ subtotal: amount, credits: amount, taxPercent: amount, tax: amount, total: amount },
});

const INVOICE: Kind<IssuedInvoice> = {
  name: 'the content of an invoice',
  steps: [],
  schema,
};

/**
 * The form contents are written in now. It is kept beside the content: whoever hashes the invoice as the API tells it comes to
 * the hash that stands on it.
 */
export const INVOICE_FORM = newestForm(INVOICE);

/** What was issued, from what was kept of it. @throws KeptFormError */
export function readInvoice({ content, contentForm }: { content: string; contentForm: number }): IssuedInvoice {
  return readKeptText(INVOICE, content, contentForm);
}
