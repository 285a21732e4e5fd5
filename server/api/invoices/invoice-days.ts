import { z } from 'zod';
import { DaysUnknownError, invoiceDays } from '../../billing/invoices/invoice-days.ts';
import type { Invoices } from '../../billing/invoices/invoices.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { Problem } from '../endpoint/problem.ts';
import { decimal, instant, invoiceParamsSchema, period, state } from './invoice-schema.ts';

const invoiceDaysSchema = z
  .object({
    invoiceId: z.string(),
    number: z.string().nullable(),
    state,
    period,
    currency: z.string(),
    minorUnit: z.int(),
    meteredThrough: instant,
    days: z.array(
      z.object({
        day: z.iso.date(),
        from: instant,
        to: instant,
        state: z.enum(['metered', 'running', 'future']),
        amount: decimal.nullable().meta({ description: 'Of all lines; null while the day has not come.' }),
      }),
    ),
    base: decimal.meta({ description: 'Of all lines; with the days it adds up to all exact amounts.' }),
    lines: z.array(
      z.object({
        chargeId: z.string(),
        description: z.string(),
        priceKey: z.string(),
        lineValues: z.record(z.string(), z.string()),
        amountExact: decimal,
        corrects: z.object({ invoiceId: z.string(), number: z.string(), chargeId: z.string() }).optional(),
        base: decimal.meta({ description: 'Due without usage, or a correction: it belongs to no day of the period.' }),
        amounts: z.array(decimal.nullable()).meta({
          description: 'In the order of the days; with `base` they add up to `amountExact` exactly.',
        }),
      }),
    ),
  })
  .meta({ id: 'InvoiceDays' });

/** What each line of an invoice cost on each day. */
export function addInvoiceDays(api: Api, { invoices }: { invoices: Invoices }): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/invoices/{invoiceId}/days',
      tag: 'Invoices',
      summary: 'What each line of an invoice cost on each day, before rounding, credits and tax',
      description: 'Days of an issued invoice are told as they were when it was issued, whatever came since.',
      role: 'read',
      params: invoiceParamsSchema,
      answers: {
        200: { description: 'The days.', schema: invoiceDaysSchema },
        409: { description: 'An earlier version issued the invoice, and rated it otherwise.' },
      },
    },
    async ({ params: { accountId, invoiceId }, queries }) => {
      const days = await invoiceDays({ queries, invoices }, accountId, invoiceId).catch((error) => {
        if (!(error instanceof DaysUnknownError)) throw error;
        throw new Problem(
          409,
          'What the lines of this invoice cost by day cannot be told: it was issued by an earlier version, which rated it otherwise. The invoice stands.',
        );
      });
      if (days === null)
        throw new Problem(404, `The account has no invoice "${invoiceId}", or no rate card to make one by.`);
      return { status: 200, body: days };
    },
  );
}
