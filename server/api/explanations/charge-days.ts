import { z } from 'zod';
import type { DaysOfCharges } from '../../explanation/levels/day-of-charge.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { Problem } from '../endpoint/problem.ts';
import { decimal, instant, invoiceLineSchema, period, state } from '../invoices/invoice-schema.ts';
import { chargeParams, intervalSchema, pageQuery } from './explanation-schema.ts';
import { opened, pageAsked } from './explanations.ts';

const dayOfChargeSchema = z
  .object({
    account: z.object({ id: z.string(), name: z.string(), timeZone: z.string(), kind: z.string() }),
    invoice: z.object({
      id: z.string(),
      number: z.string().nullable(),
      state,
      period,
      currency: z.string(),
      minorUnit: z.int(),
    }),
    charge: invoiceLineSchema,
    meter: z.object({ key: z.string(), description: z.string(), aggregation: z.string(), unit: z.string() }),
    day: z.object({
      day: z.iso.date(),
      from: instant,
      to: instant,
      state: z.enum(['metered', 'running', 'future']),
    }),
    previous: z.iso.date().nullable(),
    next: z.iso.date().nullable(),
    spent: z.object({
      amount: decimal.nullable().meta({ description: 'Exact; null while the day has not come.' }),
      quantity: decimal.nullable(),
      resources: z
        .array(
          z.object({
            resource: z.string(),
            quantity: decimal,
            amountExact: decimal,
            intervals: z.array(intervalSchema).meta({ description: 'Cut at the day’s bounds.' }),
          }),
        )
        .nullable()
        .meta({ description: 'Of levels; all pages add up to the amount. Null of counted usage.' }),
      resourceCount: z.int(),
      nextResources: z.string().nullable(),
    }),
    meteredThrough: instant,
  })
  .meta({ id: 'DayOfCharge' });

/** What a charge cost on one day, opened. */
export function addChargeDays(api: Api, { days }: { days: DaysOfCharges }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/charges/{chargeId}/explanation/days/{day}',
      tag: 'Explanations',
      summary: 'What a charge cost on one day, and of levels what ran on it, before rounding',
      description:
        'Days and what is due without usage add up to the charge. Of counted usage the events of `/explanation/events?from=&to=` add up to the day. A day of a final invoice is told as it was when that was issued, whatever came since.',
      role: 'read',
      params: chargeParams.extend({ day: z.iso.date().meta({ description: 'Calendar day in the account’s zone.' }) }),
      query: pageQuery,
      answers: {
        200: { description: 'The day, with a page of resources.', schema: dayOfChargeSchema },
        409: { description: 'An earlier version issued the invoice, and rated it otherwise.' },
      },
    },
    async ({ params: { accountId, chargeId, day }, query }) => {
      const dayOfCharge = await opened(days(accountId, chargeId, { day, ...pageAsked(query) }), chargeId, `on ${day}`);
      const { spent } = dayOfCharge;
      if (spent !== null) return { status: 200, body: { ...dayOfCharge, spent } };
      throw new Problem(
        409,
        'What this charge cost by day cannot be told: its invoice was issued by an earlier version, which rated it otherwise. The charge stands.',
      );
    },
  );
}
