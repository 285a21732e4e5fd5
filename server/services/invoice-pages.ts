import type { Viewer } from '../auth/viewer.ts';
import { getAccount } from '../database/accounts.ts';
import type { Database } from '../database/connect.ts';
import type { InvoiceList, InvoiceView } from './invoice.types.ts';
import type { Invoices } from './invoices.ts';
import { maySee } from './may-see.ts';

const INVOICES_ON_A_PAGE = 24;

/** Builds the answers of the invoice pages; see `PlainbillContext.services`. */
export function createInvoicePages({ database, invoices }: { database: Database; invoices: Invoices }) {
  return {
    list: async (viewer: Viewer, question: { accountId: string; cursor?: string }) => {
      const { accountId } = question;
      const account = maySee(viewer, accountId) ? await getAccount(database.queries, accountId) : null;
      const cursor = question.cursor !== undefined && /^\d{1,9}$/.test(question.cursor) ? question.cursor : null;
      const list: InvoiceList | null =
        account === null ? null : await invoices.list(accountId, { cursor, limit: INVOICES_ON_A_PAGE });
      if (account === null || list === null) throw notFound('There is no such account, or it is not yours.');
      return {
        ...list,
        account: { id: account.id, name: account.name, timeZone: account.timeZone, kind: account.kind },
      };
    },
    one: async (
      viewer: Viewer,
      { accountId, invoiceId }: { accountId: string; invoiceId: string },
    ): Promise<InvoiceView> => {
      const view = maySee(viewer, accountId) ? await invoices.find(accountId, invoiceId) : null;
      if (view === null) throw notFound('There is no such invoice, or it is not yours.');
      return view;
    },
  };
}

function notFound(message: string): Response {
  return new Response(message, { status: 404, statusText: 'Not Found' });
}
