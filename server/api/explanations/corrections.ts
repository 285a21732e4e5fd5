import { z } from 'zod';
import type { CorrectionsOfCharges } from '../../explanation/corrections/corrections-of-charges.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, chargeIdSchema } from '../endpoint/schemas.ts';
import { decimal, instant, invoiceLineSchema, period, state } from '../invoices/invoice-schema.ts';
import { markSchema } from './explanation-schema.ts';

const params = z.object({ accountId: callerIdSchema, chargeId: chargeIdSchema });
const namedInvoice = z.object({ id: z.string(), number: z.string().nullable(), state, periodKey: z.string() });
const charged = z.object({ chargeId: z.string(), invoice: namedInvoice, amountExact: decimal });

const correctionSchema = z
  .object({
    account: z.object({ id: z.string(), name: z.string(), timeZone: z.string(), kind: z.string() }),
    invoice: z.object({
      ...{ id: z.string(), number: z.string().nullable(), state, period },
      ...{ currency: z.string(), minorUnit: z.number().int() },
    }),
    charge: invoiceLineSchema,
    original: z.object({
      chargeId: z.string(),
      invoice: namedInvoice,
      charged: z.boolean().meta({ description: 'false where nothing of it was charged at first' }),
    }),
    before: z.array(charged).meta({ description: 'What was charged so far: at first, and by corrections before.' }),
    chargedBefore: decimal,
    now: decimal.meta({ description: 'What the charge comes to with the events received by `meteredThrough`.' }),
    resources: z.array(z.object({ resource: z.string(), before: decimal, now: decimal, amountExact: decimal })),
    others: z
      .object({ count: z.number().int(), amountExact: decimal })
      .meta({ description: 'Resources beyond those listed, together.' }),
    base: decimal.meta({ description: 'The difference of what is due without usage.' }),
    events: z.array(
      z.object({
        ...{ source: z.string(), id: z.string(), resource: z.string(), eventTime: instant, receiveTime: instant },
        ...{ quantity: decimal, amountExact: decimal },
      }),
    ),
    eventCount: z.number().int(),
    checks: z.object({ sumOfParts: decimal, line: decimal, difference: decimal }),
    meteredThrough: instant,
    receivedAfter: instant,
  })
  .meta({ id: 'Correction' });

const sinceSchema = z.object({
  corrections: z.array(charged),
  pending: z
    .object({ amountExact: decimal })
    .nullable()
    .meta({ description: 'What late events change that is on no invoice yet.' }),
  marks: z.array(markSchema),
});

/** What late events changed about charges of final invoices. */
export function addCorrectionEndpoints(api: Api, { corrections }: { corrections: CorrectionsOfCharges }): void {
  const under = '/v1/accounts/{accountId}/charges/{chargeId}';
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/correction`,
      tag: 'Explanations',
      summary: 'A correction opened: what was charged, what it comes to, and the late events that made the difference',
      role: 'read',
      params,
      answers: { 200: { description: 'The correction.', schema: correctionSchema } },
    },
    async ({ params: { accountId, chargeId } }) => {
      const correction = await corrections.correction(accountId, chargeId);
      if (correction === null) throw new Problem(404, `The account has no correction "${chargeId}".`);
      return { status: 200, body: correction };
    },
  );
  addEndpoint(
    api,
    {
      method: 'get',
      path: `${under}/corrections`,
      tag: 'Explanations',
      summary: 'What was corrected about a charge since its invoice was final, and on which invoice',
      role: 'read',
      params,
      answers: { 200: { description: 'The corrections, oldest first.', schema: sinceSchema } },
    },
    async ({ params: { accountId, chargeId } }) => {
      const since = await corrections.since(accountId, chargeId);
      if (since === null) throw new Problem(404, `The account has no charge "${chargeId}".`);
      return { status: 200, body: since };
    },
  );
}
