import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll } from 'vitest';
import { type Auth, createAuth } from '../../auth/auth.ts';
import type { Database } from '../../database/database.types.ts';
import { isStoreUnavailable } from '../../database/errors.ts';
import { type ApiKeyRole, createApiKey } from '../../database/people/api-keys.ts';
import { addMembership, type MembershipRole, type PlatformRole } from '../../database/people/users.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../../database/testing/embedded-postgres.ts';
import type { Meter } from '../../domain/meter.ts';
import { createShares, DEFAULT_LIMITS } from '../../fairness/shares.ts';
import { type ApiKeyCache, createApiKeyCache } from '../endpoint/api-key-cache.ts';
import { type ApiDeps, apiRouter } from '../router.ts';

/** What browsers call the API under test; requests go to wherever it listens. */
export const PUBLIC_URL = 'https://billing.example';

/** The API by itself: a real server over a real, embedded store, without meters being rolled. */
export interface ApiUnderTest {
  database: Database;
  auth: Auth;
  keys: ApiKeyCache;
  /** Every error the API reported for its log. */
  errors: unknown[];
  /** Every meter version the API asked to be rolled. */
  changedMeters: Meter[];
  /** A fresh key. */
  keyOf: (role: ApiKeyRole, accountId?: string) => Promise<string>;
  /** The headers of a new person's browser, signed in. */
  signedIn: (person: Person) => Promise<{ cookie: string; origin: string }>;
  /** One request below /api; `key` becomes the Authorization header, `body` JSON. */
  call: (method: string, path: string, options?: CallOptions) => Promise<Called>;
  close: () => Promise<void>;
}

interface Person {
  name: string;
  /** `customer`, unless said otherwise. */
  platformRole?: PlatformRole;
  /** Of which account they are a member, if of any. */
  accountId?: string;
  role?: MembershipRole;
}

interface CallOptions {
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Called {
  status: number;
  headers: Headers;
  /** Parsed JSON, `null` without a body. */
  body: unknown;
}

/** The API for all tests of a file: it is there, with a key, from the first of them until after the last. */
export interface SharedApi extends ApiUnderTest {
  key: string;
}

/** Starts it before the tests of a file, with a key of the operator unless another role is said, and ends it after them. */
export function apiForTests(
  now: () => Date,
  { keyOf = 'operator', ...overrides }: Partial<ApiDeps> & { keyOf?: ApiKeyRole } = {},
): SharedApi {
  const api = {} as SharedApi;
  beforeAll(async () => {
    Object.assign(api, await startApi(now, overrides));
    api.key = await api.keyOf(keyOf);
  }, FIRST_OPENING_MS);
  // Nothing is there to close, when it could not be started.
  afterAll(() => api.close?.());
  return api;
}

/** Shares of whose end a test that asks much sees nothing. */
export function plenty() {
  const share = { points: 10_000, seconds: 10 };
  return createShares({ ...DEFAULT_LIMITS, operator: share, read: share });
}

/** Starts it on a free port. `now` is the clock of everything but the stores' own. */
export async function startApi(now: () => Date, overrides: Partial<ApiDeps> = {}): Promise<ApiUnderTest> {
  const { database, close } = await openEmbeddedPostgres();
  const errors: unknown[] = [];
  const changedMeters: Meter[] = [];
  const auth = createAuth(database, { secureCookies: true, now });
  const keys = createApiKeyCache(database, { now, onError: (error) => errors.push(error) });
  const app = express();
  app.use(
    '/api',
    apiRouter({
      database,
      auth,
      keys,
      publicUrl: PUBLIC_URL,
      now,
      firstUse: async () => null,
      lastUse: async () => null,
      onTold: () => {},
      onAccountChanged: async () => {},
      holdEnd: async () => true,
      onMeterChange: async (meter) => {
        changedMeters.push(meter);
      },
      accountsTouched: async () => new Map(),
      isUnavailable: isStoreUnavailable,
      onError: (error) => errors.push(error),
      shares: createShares(DEFAULT_LIMITS),
      ...overrides,
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    database,
    auth,
    keys,
    errors,
    changedMeters,
    keyOf: async (role, accountId) =>
      (await createApiKey(database.queries, { accountId: accountId ?? null, role, label: role }, now())).secret,
    signedIn: async ({ name, platformRole = 'customer', accountId, role = 'member' }) => {
      const [email, password] = [`${randomUUID()}@example.com`, 'correct horse battery staple'];
      const { id } = await auth.createUser({ email, name, password, platformRole });
      if (accountId) await addMembership(database.queries, { userId: id, accountId, role }, now());
      const answer = await auth.signIn({ email, password, ip: '192.0.2.1' });
      if ('error' in answer) throw new Error(answer.error);
      return { cookie: answer.setCookie.split(';')[0] ?? '', origin: PUBLIC_URL };
    },
    call: async (method, path, { key, body, headers = {} } = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}/api${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    },
    close: async () => {
      await keys.close();
      server.closeAllConnections();
      server.close();
      await close();
    },
  };
}
