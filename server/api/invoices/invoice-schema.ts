import { z } from 'zod';
import { callerIdSchema } from '../endpoint/schemas.ts';

/** Parts of what the API says of invoices. */
export const decimal = z.string().meta({ description: 'Exact decimal.', examples: ['12.50'] });
/** An instant of an invoice or an explanation, RFC 3339 in UTC. */
export const instant = z.iso.datetime();
/** `projected` while the period is open, `draft` in its grace, then `final`, or `void` when taken back. */
export const state = z.enum(['projected', 'draft', 'final', 'void']);
/** A billing period, half-open, named by the month it begins in. */
export const period = z.object({
  ...{ key: z.string(), from: instant, to: instant, timeZone: z.string() },
  bridging: z
    .literal(true)
    .optional()
    .meta({ description: 'Between an old rhythm of the account and a new one: shorter or longer than a month.' }),
});

const step = z.object({
  name: z.string(),
  licenseId: z.string().optional(),
  quantity: decimal.optional(),
  amount: decimal.optional(),
});

/** A charge on an invoice. */
export const invoiceLineSchema = z
  .object({
    chargeId: z.string(),
    description: z.string(),
    priceKey: z.string(),
    lineValues: z.record(z.string(), z.string()),
    quantity: decimal,
    unit: z.string(),
    amountExact: decimal,
    amount: decimal,
    estimated: z.boolean(),
    steps: z.array(step),
    corrects: z.object({ invoiceId: z.string(), number: z.string(), chargeId: z.string() }).optional(),
    amended: z.string().optional().meta({ description: 'Why the period that this corrects was amended, if it was.' }),
    taxed: z
      .array(z.object({ taxPercent: decimal, amount: decimal }))
      .optional()
      .meta({ description: 'Where not all of it is taxed at the invoice’s `taxPercent`: what is at which.' }),
  })
  .meta({ id: 'InvoiceLine' });

/** Which invoice. */
export const invoiceParamsSchema = z.object({
  accountId: callerIdSchema,
  invoiceId: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'Must be current, a period such as 2026-11, or the id of an invoice.')
    .meta({ description: '`current`, a period such as `2026-11`, or the id of an invoice.' }),
});

/** An invoice in a list. */
export const invoiceHeadSchema = z
  .object({
    id: z.string(),
    number: z.string().nullable(),
    state,
    period,
    currency: z.string(),
    minorUnit: z.int(),
    total: decimal,
    meteredThrough: instant,
    finalizedAt: instant.optional(),
  })
  .meta({ id: 'InvoiceHead' });

/** A whole invoice. */
export const invoiceSchema = invoiceHeadSchema
  .extend({
    accountId: z.string(),
    accountName: z.string(),
    lines: z.array(invoiceLineSchema),
    unpriced: z.array(
      z.object({
        meter: z.string(),
        description: z.string(),
        dimensions: z.record(z.string(), z.string()),
        quantity: decimal,
        unit: z.string(),
        corrects: z
          .object({ invoiceId: z.string(), number: z.string() })
          .optional()
          .meta({ description: 'Of the period of a final invoice: the difference to what was told of it.' }),
      }),
    ),
    subtotal: decimal,
    creditDraws: z.array(
      z.object({
        grantId: z.string(),
        reason: z.string(),
        amount: decimal,
        pays: z.literal('total').optional().meta({ description: 'Drawn after tax.' }),
      }),
    ),
    credits: decimal,
    taxPercent: decimal.meta({ description: 'At the end of the period.' }),
    tax: decimal,
    taxes: z
      .array(z.object({ taxPercent: decimal, base: decimal, tax: decimal }))
      .optional()
      .meta({
        description: 'Where there is more than one rate: what is taxed at which, after credits; together `tax`.',
      }),
    projection: z.object({ low: decimal, expected: decimal, high: decimal, method: z.string() }).optional(),
    finalAt: instant.optional(),
    voided: z.object({ at: instant, reason: z.string() }).optional(),
    contentSha256: z.string().optional(),
  })
  .meta({ id: 'Invoice' });
