import { z } from 'zod';
import type { InvoiceView } from '../../billing/invoice.types.ts';
import { finalize, PeriodOpenError, PricingChangedError } from '../../billing/invoices/finalize-invoice.ts';
import type { Invoices } from '../../billing/invoices/invoices.ts';
import { storedView } from '../../billing/invoices/stored-invoice.ts';
import { getAccount } from '../../database/accounts/accounts.ts';
import { CorrectedInvoiceError, voidInvoice } from '../../database/invoices/issued-invoices.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import { type Api, addEndpoint } from '../endpoint/endpoint.ts';
import { Problem } from '../endpoint/problem.ts';
import { callerIdSchema, pageQuerySchema, textSchema } from '../endpoint/schemas.ts';
import { addInvoiceDays } from './invoice-days.ts';
import { invoiceHeadSchema, invoiceParamsSchema, invoiceSchema } from './invoice-schema.ts';

interface InvoiceEndpointDeps {
  invoices: Invoices;
  registry: MeterRegistry;
}

/** Invoices of an account: read, made final, made void. */
export function addInvoiceEndpoints(api: Api, deps: InvoiceEndpointDeps): void {
  addInvoiceDays(api, deps);
  addInvoiceList(api, deps);
  addInvoiceReading(api, deps);
  addFinalizing(api, deps);
  addVoiding(api);
}

function addInvoiceList(api: Api, { invoices }: InvoiceEndpointDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/invoices',
      tag: 'Invoices',
      summary:
        "The account's invoices: the open period's first, then drafts, oldest first, then those issued, newest first",
      role: 'read',
      params: z.object({ accountId: callerIdSchema }),
      query: pageQuerySchema,
      answers: {
        200: {
          description: 'One page.',
          schema: z.object({ data: z.array(invoiceHeadSchema), nextCursor: z.string().nullable() }),
        },
      },
    },
    async ({ params: { accountId }, query }) => {
      const cursor = query.cursor ?? null;
      if (cursor !== null && !/^\d{1,9}$/.test(cursor)) throw new Problem(400, 'The cursor is not one of this list.');
      const list = await invoices.list(accountId, { cursor, limit: query.limit });
      if (list === null) throw new Problem(404, `There is no account "${accountId}".`);
      return { status: 200, body: list };
    },
  );
}

function addInvoiceReading(api: Api, { invoices }: InvoiceEndpointDeps): void {
  addEndpoint(
    api,
    {
      method: 'get',
      path: '/v1/accounts/{accountId}/invoices/{invoiceId}',
      tag: 'Invoices',
      summary: 'One invoice, with its lines',
      role: 'read',
      params: invoiceParamsSchema,
      answers: { 200: { description: 'The invoice.', schema: invoiceSchema } },
    },
    async ({ params: { accountId, invoiceId } }) => ({
      status: 200,
      body: await existing(invoices, accountId, invoiceId.replace(/\.json$/, '')),
    }),
  );
}

function addFinalizing(api: Api, { invoices, registry }: InvoiceEndpointDeps): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/invoices/{invoiceId}/finalize',
      tag: 'Invoices',
      summary: 'Make the invoice of a period that is over final; again, it answers the same invoice',
      role: 'operator',
      params: invoiceParamsSchema,
      answers: {
        200: { description: 'Final already.', schema: invoiceSchema },
        201: { description: 'Made final.', schema: invoiceSchema },
      },
      ownTransactions: true,
    },
    async ({ params: { accountId, invoiceId } }) => {
      const invoice = await existing(invoices, accountId, invoiceId);
      if (invoice.state === 'final' || invoice.state === 'void') {
        if (invoice.state === 'void' && invoice.id === invoiceId) throw new Problem(409, 'This invoice is void.');
        return { status: 200, body: invoice };
      }
      try {
        const result = await finalize({ database: api.database, registry, now: api.now }, accountId, (account) =>
          invoices.computed(account, invoice.period.key),
        );
        if (result === null) throw new Problem(409, `There is nothing to charge in ${invoice.period.key}.`);
        return { status: result.created ? 201 : 200, body: result.invoice };
      } catch (error) {
        if (error instanceof PeriodOpenError)
          throw new Problem(409, `${sentence(error.message)} Finalize it afterwards.`);
        if (error instanceof PricingChangedError) throw new Problem(409, sentence(error.message));
        throw error;
      }
    },
  );
}

function addVoiding(api: Api): void {
  addEndpoint(
    api,
    {
      method: 'post',
      path: '/v1/accounts/{accountId}/invoices/{invoiceId}/void',
      tag: 'Invoices',
      summary: 'Take a final invoice back: it keeps its number, its credits return, its period can be invoiced again',
      role: 'operator',
      params: invoiceParamsSchema,
      body: z.strictObject({ reason: textSchema(500) }),
      answers: { 200: { description: 'Void.', schema: invoiceSchema } },
    },
    async ({ params: { accountId, invoiceId }, body, queries }) => {
      if ((await getAccount(queries, accountId)) === null) throw new Problem(404, 'There is no such invoice.');
      const result = await voidInvoice(queries, accountId, invoiceId, body.reason, api.now()).catch((error) => {
        if (error instanceof CorrectedInvoiceError) throw new Problem(409, sentence(error.message));
        throw error;
      });
      if (result === null) throw new Problem(404, `The account has no final invoice "${invoiceId}".`);
      return { status: 200, body: storedView(result.invoice) };
    },
  );
}

async function existing(invoices: Invoices, accountId: string, invoiceId: string): Promise<InvoiceView> {
  const invoice = await invoices.find(accountId, invoiceId);
  if (invoice === null)
    throw new Problem(404, `The account has no invoice "${invoiceId}", or no rate card to make one by.`);
  return invoice;
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
