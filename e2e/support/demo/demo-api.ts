import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createApiKeyCache } from '../../../server/api/endpoint/api-key-cache.ts';
import { addChangesEndpoints } from '../../../server/api/explanations/changes.ts';
import { addExplanationEndpoints } from '../../../server/api/explanations/explanations.ts';
import { addInvoiceDays } from '../../../server/api/invoices/invoice-days.ts';
import { addInvoiceEndpoints } from '../../../server/api/invoices/invoices.ts';
import { apiRouter } from '../../../server/api/router.ts';
import { createAuth } from '../../../server/auth/auth.ts';
import { createChargesReader } from '../../../server/billing/account-charges.ts';
import { createApiKey } from '../../../server/database/people/api-keys.ts';
import { createCorrectionsOfCharges } from '../../../server/explanation/corrections/corrections-of-charges.ts';
import { createExplanations, type Explanations } from '../../../server/explanation/explanations.ts';
import { createChanges } from '../../../server/explanation/why/changes/changes.ts';
import { createShares, DEFAULT_LIMITS } from '../../../server/fairness/shares.ts';
import type { ClosingDeps } from '../../../server/jobs/close-periods.ts';

/** What the API of a store that stands still says. */
export interface DemoApi {
  /** @throws with the answer, when it is not a success */
  get: (path: string) => Promise<unknown>;
  /** The same of what is inside a charge, on pages as long as one likes: a large charge is hundreds of the API's. */
  getLong: (path: string) => Promise<unknown>;
  close: () => Promise<void>;
}

/** Requests at a time: more connections than a server lets wait are reset. */
const AT_ONCE = 20;

/** Serves invoices and what is inside their charges, over open stores and as of the instant of `parts`. */
export async function startDemoApi(parts: ClosingDeps): Promise<DemoApi> {
  const { database, store, registry, invoices, now } = parts;
  const onError = (error: unknown) => {
    throw error;
  };
  const keys = createApiKeyCache(database, { now, onError });
  const explaining = { ...parts, charges: createChargesReader(store, registry) };
  const explanations = createExplanations(explaining);
  const { correction } = createCorrectionsOfCharges(explaining, explanations.find);
  const changes = createChanges({ ...explaining, find: explanations.find, correction });
  const app = express();
  app.use(
    '/api',
    apiRouter({
      ...{ database, keys, now, publicUrl: 'http://127.0.0.1' },
      auth: createAuth(database, { secureCookies: false, now }),
      firstUse: async () => null,
      lastUse: async () => null,
      onTold: () => {},
      onAccountChanged: async () => {},
      holdEnd: async () => true,
      onMeterChange: async () => {},
      accountsTouched: async () => new Map(),
      isUnavailable: () => false,
      onError: () => {},
      // It is asked as often as there is something to open.
      shares: createShares({ ...DEFAULT_LIMITS, operator: { points: 10_000_000, seconds: 10 } }),
      more: [
        (to) => addInvoiceEndpoints(to, { invoices, registry }),
        (to) => addExplanationEndpoints(to, { explanations, changes, readings: parts.readings }),
        (to) => addInvoiceDays(to, { invoices }),
        (to) => addChangesEndpoints(to, { changes }),
      ],
    }),
  );
  // Nothing is too slow: a busy process would close connections that are about to be used again.
  const patient = { keepAliveTimeout: 600_000, headersTimeout: 0, requestTimeout: 0 };
  const server = createServer(patient, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = { accountId: null, role: 'operator', label: 'what the demo says' } as const;
  const { secret } = await createApiKey(database.queries, key, now());
  let going = 0;
  const waiting: (() => void)[] = [];
  return {
    get: async (path) => {
      if (going >= AT_ONCE) await new Promise<void>((free) => waiting.push(free));
      else going++;
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      const text = await response.text();
      const next = waiting.shift();
      if (next === undefined) going--;
      else next();
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
      return JSON.parse(text);
    },
    getLong: (path) => answered(explanations, path),
    close: async () => {
      await keys.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What the endpoints under a charge's explanation call. */
async function answered(explanations: Explanations, path: string): Promise<unknown> {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
  const [, account = '', charge = '', rest = ''] =
    /^\/api\/v1\/accounts\/([^/]+)\/charges\/([^/]+)\/explanation(.*)$/.exec(pathname) ?? [];
  const page = { cursor: searchParams.get('cursor'), limit: Number(searchParams.get('limit')) };
  const [, , resource = '', part] = rest.split('/').map(decodeURIComponent);
  if (rest === '') return explanations.explain(account, charge, page);
  if (rest === '/check') return explanations.check(account, charge);
  if (part === 'hours') return explanations.hours(account, charge, { resource, ...page });
  if (part === 'intervals') return explanations.intervals(account, charge, { resource, ...page });
  const within = { resource: searchParams.get('resource'), from: null, to: null };
  return explanations.events(account, charge, { ...within, ...page });
}
