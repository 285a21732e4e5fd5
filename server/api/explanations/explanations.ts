import { z } from 'zod';
import { readEventTime } from '../../domain/instant.ts';
import { nameOfSegment } from '../../domain/name-in-path.ts';
import type { Explanations } from '../../explanation/explanations.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { refused } from '../endpoint/input.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, chargeIdSchema, filterSchema, timestampSchema } from '../endpoint/schemas.ts';
import { decimal, instant, invoiceLineSchema, period, state } from '../invoices/invoice-schema.ts';
import { priceSchema } from '../prices/price-schema.ts';

/** Which charge. */
export const chargeParams = z.object({ accountId: callerIdSchema, chargeId: chargeIdSchema });
const resourceParams = chargeParams.extend({
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
const eventsQuery = pageQuery.extend({
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
const resource = z.object({
  resource: z.string(),
  quantity: decimal,
  covered: decimal,
  included: decimal,
  amountExact: decimal,
  events: z.number().int(),
});
const checksSchema = z.object({
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
const explanationSchema = z
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
    prices: z.array(z.object({ version: z.number().int(), from: instant, to: instant, price: priceSchema })),
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
    resources: z.array(resource),
    nextResources: z.string().nullable(),
    marks: z.array(markSchema),
    comparison: z
      .object({
        previous: z.object({ chargeId: z.string(), periodKey: z.string(), amountExact: decimal }),
        difference: decimal,
        drivers: z.array(
          z.object({ kind: z.string(), resource: z.string().nullable(), amountExact: decimal, text: z.string() }),
        ),
      })
      .nullable(),
    checks: checksSchema,
    meteredThrough: instant,
    versions: z.object({
      rateCard: z.object({ key: z.string(), versions: z.array(z.number().int()) }).nullable(),
      meter: z.number().int(),
      licenses: z.record(z.string(), z.number().int()),
    }),
  })
  .meta({ id: 'Explanation' });

const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.object({
    data: z.array(row),
    pageTotal: decimal.meta({ description: 'Exact sum of the amounts of this page.' }),
    nextCursor: z.string().nullable(),
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
  endedBy: z.object({ source: z.string(), id: z.string() }).nullable().meta({
    description:
      'The event that ended it; `null` while it goes on, and where a price, a license or the period cuts it.',
  }),
  quantity: decimal,
  covered: decimal,
  included: decimal,
  amountExact: decimal,
});
const hourSchema = z.object({
  from: instant,
  to: instant,
  events: z.number().int(),
  quantity: decimal,
  amountExact: decimal,
});
const eventSchema = z.object({
  source: z.string(),
  id: z.string(),
  resource: z.string(),
  eventTime: instant,
  receiveTime: instant,
  event: z.record(z.string(), z.unknown()).nullable(),
  quantity: decimal,
  runningQuantity: decimal,
  tier: z.number().int().nullable(),
  covered: decimal,
  included: decimal,
  amountExact: decimal,
});

/** A charge opened: what it is made of, down to the events. */
export function addExplanationEndpoints(api: Api, { explanations }: { explanations: Explanations }): void {
  const under = '/v1/accounts/{accountId}/charges/{chargeId}/explanation';
  addEndpoint(
    api,
    {
      method: 'get',
      path: under,
      tag: 'Explanations',
      summary: 'What a charge is made of: steps, prices, resources, and the check that they add up',
      role: 'read',
      params: chargeParams,
      query: pageQuery,
      answers: { 200: { description: 'The explanation, with a page of resources.', schema: explanationSchema } },
    },
    async ({ params: { accountId, chargeId }, query }) => {
      return { status: 200, body: await opened(explanations.explain(accountId, chargeId, pageAsked(query)), chargeId) };
    },
  );
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/check`,
      tag: 'Explanations',
      summary: 'Rates every single event of a charge again and compares their sum with the line',
      role: 'read',
      params: chargeParams,
      answers: { 200: { description: 'What they come to.', schema: checksSchema } },
    },
    async ({ params: { accountId, chargeId } }) => {
      return { status: 200, body: await opened(explanations.check(accountId, chargeId), chargeId) };
    },
  );
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/resources/{resource}`,
      tag: 'Explanations',
      summary: 'What one resource adds to a charge',
      role: 'read',
      params: resourceParams,
      answers: { 200: { description: 'The resource, as in the list of them.', schema: resource } },
    },
    async ({ params: { accountId, chargeId, resource: name } }) => {
      const found = await opened(explanations.resource(accountId, chargeId, name), chargeId, `with resource "${name}"`);
      return { status: 200, body: found.resource };
    },
  );
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/resources/{resource}/intervals`,
      tag: 'Explanations',
      summary: 'What a resource of a charge ran, stretch by stretch as it was charged',
      role: 'read',
      params: resourceParams,
      query: pageQuery,
      answers: { 200: { description: 'A page, oldest first.', schema: pageOf(intervalSchema) } },
    },
    async ({ params: { accountId, chargeId, resource: name }, query }) => {
      const page = explanations.intervals(accountId, chargeId, { resource: name, ...pageAsked(query) });
      return { status: 200, body: await opened(page, chargeId, `with intervals of "${name}"`) };
    },
  );
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/resources/{resource}/hours`,
      tag: 'Explanations',
      summary: 'Counted usage of a resource of a charge, hour by hour',
      role: 'read',
      params: resourceParams,
      query: pageQuery,
      answers: { 200: { description: 'A page, oldest first.', schema: pageOf(hourSchema) } },
    },
    async ({ params: { accountId, chargeId, resource: name }, query }) => {
      const page = explanations.hours(accountId, chargeId, { resource: name, ...pageAsked(query) });
      return { status: 200, body: await opened(page, chargeId, `with hours of "${name}"`) };
    },
  );
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/events`,
      tag: 'Explanations',
      summary: 'The events a charge is made of, in the order they count, each with what it adds',
      role: 'read',
      params: chargeParams,
      query: eventsQuery,
      answers: { 200: { description: 'A page, oldest first.', schema: pageOf(eventSchema) } },
    },
    async ({ params: { accountId, chargeId }, query: { resource: name, from, to, ...page } }) => {
      const micros = (text: string | undefined) => (text === undefined ? null : readEventTime(text));
      const events = explanations.events(accountId, chargeId, {
        ...{ resource: name ?? null, from: micros(from), to: micros(to), ...pageAsked(page) },
      });
      return { status: 200, body: await opened(events, chargeId) };
    },
  );
}

/** The page a query asks for. */
export function pageAsked({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
  return { limit, cursor: cursor ?? null };
}

/** @throws Problem 404 for what is not there, 400 for a cursor that no page gave */
export async function opened<Answer>(answer: Promise<Answer | null>, chargeId: string, inside = ''): Promise<Answer> {
  try {
    const found = await answer;
    if (found !== null) return found;
  } catch (error) {
    if (error instanceof RangeError) throw refused(400, '?cursor', 'Must be the nextCursor of the page before.');
    throw error;
  }
  throw new Problem(404, `The account has no charge "${chargeId}"${inside === '' ? '' : ` ${inside}`}.`);
}
