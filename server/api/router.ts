import express, { type Request, type Router } from 'express';
import type { Auth } from '../auth/auth.ts';
import type { Database } from '../database/database.types.ts';
import type { Shares } from '../fairness/shares.ts';
import { addAccountEndEndpoint } from './accounts/account-end.ts';
import { addAccountHistoryEndpoints } from './accounts/account-history.ts';
import { addAccountRateCardEndpoints } from './accounts/account-rate-card.ts';
import { addAccountEndpoints } from './accounts/accounts.ts';
import { addCreditEndpoints } from './accounts/credits.ts';
import { addKeyEndpoints } from './accounts/keys.ts';
import type { ApiKeyCache } from './endpoint/api-key-cache.ts';
import { authenticated } from './endpoint/authenticate.ts';
import type { Api } from './endpoint/endpoint.ts';
import { requireNoQuery } from './endpoint/input.ts';
import { limited } from './endpoint/limits.ts';
import { createRegistry, openApiDocument } from './endpoint/openapi.ts';
import { methodNotAllowed, notFound, problemHandler } from './endpoint/problem.ts';
import { addLicenseAllocationEndpoints } from './licenses/license-allocations.ts';
import { addLicenseEndpoints } from './licenses/licenses.ts';
import { addMeterEndpoints, type MeterChanges } from './meters/meters.ts';
import { addPricePreviewEndpoint } from './prices/price-preview.ts';
import { addRateCardEndpoints } from './prices/rate-cards.ts';

/** Everything the API needs of the rest of the server. */
export interface ApiDeps extends MeterChanges {
  database: Database;
  auth: Pick<Auth, 'viewerOf'>;
  /** Made, started and closed by whoever composes. */
  keys: ApiKeyCache;
  /** The address people reach us at. */
  publicUrl: string;
  now: () => Date;
  /** When an account's usage begins, in microseconds since 1970; `null` when there is none. */
  firstUse: (accountId: string) => Promise<number | null>;
  /** When the last event of an account happened. */
  lastUse: (accountId: string) => Promise<number | null>;
  /** Somebody was told of an account's usage up to a watermark, RFC 3339. */
  onTold: (accountId: string, meteredThrough: string) => void;
  /** Ingestion must know when an account has ended. */
  onAccountChanged: (accountId: string) => Promise<void>;
  /** Takes no event of the account at or after an instant until `onAccountChanged`; see `Measuring`. */
  holdEnd: (accountId: string, at: number) => Promise<boolean>;
  /** Whether an error means that a store is down (503) as against a fault of ours (500). */
  isUnavailable: (error: unknown) => boolean;
  /** For the log; never part of a response. */
  onError: (error: unknown, req: Request) => void;
  /** How much anybody may ask. */
  shares: Shares;
  /** Endpoints of other parts of the server: events, meter queries. See README.md. */
  more?: readonly ((api: Api) => void)[];
}

/** The whole API, to be mounted at /api. */
export function apiRouter(deps: ApiDeps): Router {
  const router = express.Router();
  const registry = createRegistry();
  const { database, shares, now, firstUse, lastUse, onTold, onAccountChanged, holdEnd } = deps;
  const measured = { firstUse, lastUse, onTold, onAccountChanged, holdEnd };
  const api: Api = { router, registry, database, shares, now, ...measured, methods: new Map() };

  // Put together when it is asked for first: that takes longer than all else the API begins with.
  let document: string | null = null;
  // Before authentication: what there is to ask is no secret. Counted by network, whoever asks.
  router.get('/openapi.json', limited(shares), (req, res) => {
    requireNoQuery(req);
    document ??= JSON.stringify(openApiDocument(registry, deps.publicUrl));
    res.set('Cache-Control', 'no-cache').type('application/json').send(document);
  });
  router.use(authenticated(deps), limited(shares));

  addAccountEndpoints(api);
  addAccountHistoryEndpoints(api);
  addAccountEndEndpoint(api);
  addKeyEndpoints(api, deps.keys);
  addMeterEndpoints(api, deps);
  addRateCardEndpoints(api);
  addPricePreviewEndpoint(api);
  addAccountRateCardEndpoints(api);
  addLicenseEndpoints(api);
  addLicenseAllocationEndpoints(api);
  addCreditEndpoints(api);
  for (const add of deps.more ?? []) add(api);

  for (const [path, methods] of api.methods) router.all(path, methodNotAllowed([...methods].sort()));
  router.use(notFound);
  router.use(problemHandler(deps));
  return router;
}
