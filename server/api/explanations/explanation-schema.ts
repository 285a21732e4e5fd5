import { z } from 'zod';
import { nameOfSegment } from '../../domain/text/name-in-path.ts';
import { callerIdSchema, chargeIdSchema, filterSchema, timestampSchema } from '../endpoint/schemas.ts';
import { decimal, instant, invoiceLineSchema, period, state } from '../invoices/invoice-schema.ts';
import { priceSchema } from '../prices/price-schema.ts';

/** Which charge. */
export const chargeParams = z.object({ accountId: callerIdSchema, chargeId: chargeIdSchema });
/** Which resource of a charge; its name escaped as `domain/text/name-in-path.ts` says. */
export const resourceParams = chargeParams.extend({
  resource: filterSchema(2_000).min(1).transform(nameOfSegment).meta({
    type: 'string',
    description: 'Escaped like every part of a path; `.` and `..`, which no path can hold, are written `~.` and `~..`.',
  }),
});
const LONGEST_PAGE = 200;
/** Cursors of these lists hold what they continue after. */
export const pageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, `Must be a whole number from 1 to ${LONGEST_PAGE}.`)
    .transform((text) => Number.parseInt(text, 10))
    .refine((limit) => limit >= 1 && limit <= LONGEST_PAGE, `Must be a whole number from 1 to ${LONGEST_PAGE}.`)
    .default(50)
    .meta({ type: 'integer', minimum: 1, maximum: LONGEST_PAGE, default: 50 }),
  cursor: z.string().max(8_000).optional().meta({ description: '`nextCursor` of the page before' }),
});
/** Which events of a charge: of one resource, of a time; all when left out. */
export const eventsQuery = pageQuery.extend({
  resource: filterSchema(2_000).min(1).optional(),
  from: timestampSchema.optional(),
  to: timestampSchema.optional(),
});

const step = z.object({
  name: z.string(),
  licenseId: z.string().optional(),
  quantity: decimal.optional(),
  amount: decimal.optional(),
  quantityAfter: decimal.optional(),
  amountAfter: decimal.optional(),
});
/** What one resource adds to a charge. */
export const resourceSchema = z.object({
  resource: z.string(),
  quantity: decimal,
  covered: decimal,
  included: decimal,
  amountExact: decimal,
  events: z.number().int(),
});
/** What the parts of a charge come to beside its line; `difference` must be 0. */
export const checksSchema = z.object({
  sumOfParts: decimal,
  line: decimal,
  difference: decimal,
  rounding: decimal,
  parts: z.number().int(),
  events: z.number().int(),
  milliseconds: z.number().int(),
});
/** Something that bore on a charge at an instant. */
export const markSchema = z.object({
  kind: z.string(),
  at: instant,
  text: z.string(),
  resource: z.string().nullable(),
  licenseId: z.string().optional(),
  by: z.string().optional().meta({ description: 'Who or what did it, where the event says so.' }),
});
/** What an event says happened. */
const saidSchema = z.object({
  what: z.string().meta({ description: 'What the event is about: `formation`.' }),
  change: z.string().meta({ description: 'What it went from and to, `1 → 5`; empty where the event does not say.' }),
  by: z.string().nullable().meta({ description: 'Who or what did it, where the event says so.' }),
  cause: z.string().optional(),
});
/** What a slot ran at one level, as far as it was charged alike. */
export const intervalSchema = z.object({
  resource: z.string(),
  slot: z.number().int(),
  from: instant,
  to: instant,
  seconds: decimal,
  level: decimal,
  dimensions: z.record(z.string(), z.string()),
  open: z.boolean(),
  source: z.string(),
  eventId: z.string(),
  begun: saidSchema.optional().meta({ description: 'What the event that began it says.' }),
  endedBy: z.object({ source: z.string(), id: z.string(), said: saidSchema.optional() }).nullable().meta({
    description:
      'The event that ended it; `null` while it goes on, and where a price, a license or the period cuts it.',
  }),
  quantity: decimal,
  covered: decimal,
  included: decimal,
  amountExact: decimal,
});
const costingEventSchema = z.object({
  ...{ source: z.string(), id: z.string(), resource: z.string(), eventTime: instant },
  ...{ quantity: decimal, amountExact: decimal, said: saidSchema.optional() },
});
/** The rows that cost most, and what all others come to. */
const firstRowsOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    rows: z.array(row),
    by: z.enum(['amount', 'quantity']).meta({ description: 'What they are first by.' }),
    others: z.number().int(),
    othersAmountExact: decimal,
    free: z.number().int().meta({ description: 'How many cost nothing.' }),
  });
const runsSchema = z.object({
  lanes: z.array(
    z.object({
      ...{ resource: z.string(), slot: z.number().int(), quantity: decimal, amountExact: decimal },
      stretches: z.array(z.object({ from: instant, to: instant, level: decimal, isCharged: z.boolean() })),
      isWhole: z.boolean().meta({ description: 'Whether that is every stretch; else short pauses are left out.' }),
    }),
  ),
  others: z.number().int().meta({ description: 'How many more slots and resources ran.' }),
});
/** The first level of a charge opened, with a page of its resources. */
export const explanationSchema = z
  .object({
    account: z.object({ id: z.string(), name: z.string(), timeZone: z.string(), kind: z.string() }),
    invoice: z.object({
      id: z.string(),
      number: z.string().nullable(),
      state,
      period,
      currency: z.string(),
      minorUnit: z.number().int(),
    }),
    charge: invoiceLineSchema,
    meter: z.object({
      key: z.string(),
      version: z.number().int(),
      description: z.string(),
      aggregation: z.string(),
      unit: z.string(),
      levels: z.string().optional(),
    }),
    sentence: z.string(),
    steps: z.array(step),
    prices: z.array(
      z.object({
        ...{ version: z.number().int(), from: instant, to: instant, price: priceSchema },
        charged: decimal.optional().meta({ description: 'Where the price changed: how much was charged by this one.' }),
      }),
    ),
    discountPercent: decimal,
    licenses: z.array(
      z.object({
        id: z.string(),
        version: z.number().int(),
        product: z.string(),
        unit: z.string(),
        weight: decimal.meta({ description: 'How many of its units one of this charge takes.' }),
        exhaustedAt: instant.nullable(),
      }),
    ),
    base: decimal.meta({ description: 'Due without usage; of no resource.' }),
    resourceCount: z.number().int(),
    resources: z.array(resourceSchema),
    nextResources: z.string().nullable(),
    ran: runsSchema.optional().meta({ description: 'Of levels: when those ran that cost most.' }),
    firstIntervals: firstRowsOf(intervalSchema).optional(),
    firstEvents: firstRowsOf(costingEventSchema).optional(),
    marks: z.array(markSchema),
    comparison: z
      .object({
        previous: z.object({ chargeId: z.string(), periodKey: z.string(), amountExact: decimal }),
        difference: decimal,
        drivers: z.array(
          z.object({ kind: z.string(), resource: z.string().nullable(), amountExact: decimal, text: z.string() }),
        ),
      })
      .nullable()
      .meta({
        description:
          'What made the difference to the period before, or to the same part of it while the period is open; `null` where nothing of the charge was there, and on later pages.',
      }),
    checks: checksSchema,
    meteredThrough: instant,
    versions: z.object({
      rateCard: z.object({ key: z.string(), versions: z.array(z.number().int()) }).nullable(),
      meter: z.number().int(),
      licenses: z.record(z.string(), z.number().int()),
    }),
  })
  .meta({ id: 'Explanation' });

/** A page of a list below a charge, with the exact sum of what it shows. */
export const explanationPageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    data: z.array(row),
    pageTotal: decimal.meta({ description: 'Exact sum of the amounts of this page.' }),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable().optional().meta({
      description: 'Of the page before; `null` where that is the first one, or this is.',
    }),
  });
/** Counted usage of a resource within an hour, and what it adds. */
export const hourSchema = z.object({
  from: instant,
  to: instant,
  events: z.number().int(),
  quantity: decimal,
  amountExact: decimal,
});
/** An event of a charge and what it adds, with the quantity reached after it. */
export const eventSchema = z.object({
  source: z.string(),
  id: z.string(),
  resource: z.string(),
  eventTime: instant,
  receiveTime: instant,
  event: z.record(z.string(), z.unknown()).nullable(),
  said: saidSchema.optional().meta({ description: 'What the event says, in words.' }),
  quantity: decimal,
  runningQuantity: decimal,
  tier: z.number().int().nullable(),
  covered: decimal,
  included: decimal,
  amountExact: decimal,
});
