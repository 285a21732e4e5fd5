import { rm } from 'node:fs/promises';
import { remembering } from '../../../clickhouse/index.ts';
import type { Viewer } from '../../../server/access/viewer.ts';
import { createChargesReader } from '../../../server/billing/account-charges.ts';
import type { InvoiceLine, InvoiceView } from '../../../server/billing/invoice.types.ts';
import { listEntries, listGrants } from '../../../server/database/invoices/credits.ts';
import { RememberedAnswers } from '../../../server/metering/remembered-answers.ts';
import { createLicensesPage } from '../../../server/pages/licenses-page.ts';
import type { LicensesPage } from '../../../server/pages/spend-pages.types.ts';
import { openStores } from '../../../server/stores.ts';
import { eventsPage } from '../../../server/usage/event-lookup.ts';
import { closingParts } from '../closing/closing.ts';
import { type DemoApi, startDemoApi } from './demo-api.ts';
import { seededFolder } from './seeded-folder.ts';

/** What the services, and the API over them, say of a seeded demo. */
export interface SeededDemo {
  /** The answer of the API, with an operator's key. @throws when it is not a success */
  get: DemoApi['get'];
  getLong: DemoApi['getLong'];
  /** `current`, or the key of a period. */
  invoice: (accountId: string, period: string) => Promise<InvoiceView>;
  licenses: (accountId: string, period: string) => Promise<LicensesPage>;
  /** Grants and ledger, oldest first. */
  credits: (accountId: string) => Promise<{
    grants: Awaited<ReturnType<typeof listGrants>>;
    entries: Awaited<ReturnType<typeof listEntries>>;
  }>;
  /** Data of the resource's events with both times, oldest first. */
  events: (
    accountId: string,
    resource: string,
  ) => Promise<{ at: string; receivedAt: string; data: Record<string, unknown> }[]>;
  close: () => Promise<void>;
}

const END = Number.MAX_SAFE_INTEGER;
const SUPPORT: Viewer = {
  userId: 'support',
  email: 'support@plainbill.example',
  name: 'Support',
  platformRole: 'support',
  accountIds: [],
};

/** The demo, seeded as if now were that instant; one of these in a process. Nothing is written to it, so no question is asked twice. */
export async function openSeededDemo(now: Date): Promise<SeededDemo> {
  const dataDir = await seededFolder(now);
  const opened = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
  const answers = new RememberedAnswers();
  const read = remembering(opened.measurements.read, (...asked) => answers.get(...asked));
  const stores = { ...opened, measurements: { ...opened.measurements, read } };
  const { database, measurements } = stores;
  const parts = await closingParts(stores, now);
  const { invoices, registry } = parts;
  const licensesPage = createLicensesPage({ ...parts, charges: createChargesReader(measurements, registry) });
  const api = await startDemoApi(parts);
  return {
    get: api.get,
    getLong: api.getLong,
    invoice: async (accountId, period) => {
      const view = await invoices.find(accountId, period);
      if (view === null) throw new Error(`${accountId} has no invoice of ${period}`);
      return view;
    },
    licenses: (accountId, period) => licensesPage(SUPPORT, { accountId, period }),
    credits: async (accountId) => ({
      grants: (await listGrants(database.queries, accountId, { before: null, limit: 100 })).reverse(),
      entries: (await listEntries(database.queries, accountId, { before: null, limit: 100 })).reverse(),
    }),
    events: async (accountId, subject) => {
      const everything = { type: null, from: 0, receivedFrom: 0, to: END, receivedTo: END, before: END, limit: 10_000 };
      const { data } = await eventsPage(measurements, { accountId, subject, ...everything });
      return data
        .map(({ event, eventTime, receivedAt }) => {
          return { at: eventTime, receivedAt, data: event.data as Record<string, unknown> };
        })
        .sort((a, b) => (a.at < b.at ? -1 : 1));
    },
    close: async () => {
      await api.close();
      await stores.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The line of a price, and where there are several, of what the price is charged by. @throws when there is none, or more than one */
export function lineOf(view: InvoiceView, priceKey: string, by: Record<string, string> = {}): InvoiceLine {
  const found = view.lines.filter(
    (line) =>
      line.priceKey === priceKey &&
      line.corrects === undefined &&
      Object.entries(by).every(([name, value]) => line.lineValues[name] === value),
  );
  const [line] = found;
  if (line === undefined || found.length > 1) {
    throw new Error(`${found.length} lines of ${priceKey} ${JSON.stringify(by)} on ${view.id}`);
  }
  return line;
}
