import type { Viewer } from '../auth/viewer.ts';
import type { Database } from '../database/connect.ts';
import type { InvoiceList, InvoiceView } from './invoice.types.ts';
import type { Invoices } from './invoices.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';

const INVOICES_ON_A_PAGE = 24;
const NOTHING: InvoiceList = { data: [], nextCursor: null };

export interface InvoicePagesParts {
  database: Database;
  invoices: Invoices;
  now: () => Date;
}

/** Builds the answers of the invoice pages; see `PlainbillContext.services`. */
export function createInvoicePages({ database, invoices, now }: InvoicePagesParts) {
  return {
    list: async (viewer: Viewer, { accountId, cursor }: { accountId: string; cursor?: string }) => {
      const { account } = await pageScope(database.queries, viewer, { accountId }, now());
      const after = cursor !== undefined && /^\d{1,9}$/.test(cursor) ? cursor : null;
      const list = await invoices.list(accountId, { cursor: after, limit: INVOICES_ON_A_PAGE });
      return { ...(list ?? NOTHING), account: accountOfPage(account) };
    },
    one: async (
      viewer: Viewer,
      { accountId, invoiceId }: { accountId: string; invoiceId: string },
    ): Promise<InvoiceView> => {
      await pageScope(database.queries, viewer, { accountId }, now());
      const view = await invoices.find(accountId, invoiceId);
      if (view === null) throw notFound('There is no such invoice; an account without prices has none.');
      return view;
    },
  };
}
