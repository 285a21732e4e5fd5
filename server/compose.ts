import type { IncomingMessage, Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { remembering } from '../clickhouse/index.ts';
import { createApiKeyCache } from './api/endpoint/api-key-cache.ts';
import { createAuth } from './auth/auth.ts';
import { createApi } from './composition/api.ts';
import { createClockwork } from './composition/clockwork.ts';
import { createPagesOver } from './composition/pages.ts';
import { createReadiness } from './composition/readiness.ts';
import { createRooms } from './composition/rooms.ts';
import { createSockets } from './composition/sockets.ts';
import { isUnavailable } from './composition/unavailable.ts';
import { watchCoverage, watchLag } from './composition/watched.ts';
import { ensureBootstrapKey } from './database/people/api-keys.ts';
import { rememberedDemo } from './demo/demo.ts';
import { addressOf } from './doors/trusted-proxies.ts';
import type { Settings } from './env.ts';
import { inTurn, untilItsTurn } from './fairness/asking.ts';
import { createShares, DEFAULT_LIMITS } from './fairness/shares.ts';
import { Turns } from './fairness/turns.ts';
import { createHttp } from './http.ts';
import { createMeasuring } from './measuring.ts';
import type { Metrics } from './metrics.ts';
import type { Live } from './realtime/live.ts';
import type { Stores } from './stores.ts';

/** A composed server: everything with state is made here, once, and handed down. */
export interface Plainbill {
  /** Answers every request. */
  app: Express;
  /** Catches up with the events, then rolls and, in a demo, simulates. */
  start: () => Promise<void>;
  /** Stops taking requests, finishes what was accepted, closes everything. */
  close: () => Promise<void>;
}

/** What a server is put together from. */
export interface ComposeDeps {
  settings: Settings;
  publicUrl: string;
  /** Listening already; the sockets share it. */
  http: Server;
  stores: Stores;
  metrics: Metrics;
  log: Logger;
  now: () => Date;
}

const PUBLIC_FILES = fileURLToPath(new URL('../public', import.meta.url));
/** As much as there are processors for; whoever would wait longer than these last is better told to come again. */
const AT_ONCE = Math.max(2, availableParallelism());
const TURNS = { atOnce: AT_ONCE, ofEach: Math.floor(AT_ONCE / 2), waitingOfEach: 100, waitingOfAll: 1_000 };

/** Builds the server around open, migrated stores. */
export async function compose(given: ComposeDeps): Promise<Plainbill> {
  const { settings, publicUrl, http, stores, metrics, log, now } = given;
  const { database } = stores;
  const onError = (error: unknown) => log.error({ err: error }, 'something failed');
  await ensureBootstrapKey(database.queries, settings.operatorApiKey, now());

  // Who may ask how much. Writing, rolling and what looks for accounts' ends keep lanes of their own.
  const turns = new Turns(TURNS);
  const shares = createShares(DEFAULT_LIMITS);

  // Events reach the sockets once both exist; before that nobody is connected.
  let live: Live | null = null;
  const measuring = await createMeasuring({
    stores,
    now,
    onStored: (events) => {
      metrics.accepted(events.length);
      live?.accepted(events);
    },
    onRolled: (rolled) => live?.rolled(rolled),
    mayRead: untilItsTurn,
    onError: (error) => log.error({ err: error }, 'rolling failed; it will be done again from the stored events'),
  });
  const remembered = remembering(stores.measurements.read, (...asked) => measuring.watermark.recall(...asked));
  const store = { ...stores.measurements, read: inTurn(remembered) };
  const lagMs = watchLag(metrics, measuring.roller, now);

  const auth = createAuth(database, { secureCookies: publicUrl.startsWith('https:'), now });
  const keys = createApiKeyCache(database, { now, onError });
  const rooms = createRooms({ settings, publicUrl, database, store, measuring, now, onError });
  const coverage = watchCoverage(metrics, rooms, { log, onError });
  const demo = settings.demo ? await rememberedDemo(settings.dataDir) : null;
  const onSignedOut = (cookie: string | null) => live?.recheck(cookie);
  const pages = await createPagesOver({ rooms, auth, shares, settings, demo, onSignedOut, now, onError });
  const lane = stores.measurements.read;
  const api = createApi({ database, lane, store, measuring, rooms, auth, keys, shares, publicUrl, log, now });
  const app = createHttp({
    ...{ log, api, shares, turns, publicUrl, isUnavailable, onError },
    ...{ metrics: metrics.registry, metricsToken: settings.metricsToken, trustedProxies: settings.trustedProxies },
    readiness: createReadiness(store, database, measuring.roller),
    pages: pages.handler,
    assets: { built: pages.built, publicDir: PUBLIC_FILES },
    development: pages.development,
  });
  const clientOf = (request: IncomingMessage) => addressOf(request, app.get('trust proxy fn'));
  const told = { http, publicUrl, database, measuring, rooms, auth, shares, clientOf, lagMs, now, onError };
  const sockets = createSockets(told);
  live = sockets.live;

  const clockwork = createClockwork({ settings, stores, measuring, rooms, coverage, demo, log, now, onError });
  return {
    app,
    start: async () => {
      keys.start();
      rooms.openings.start();
      await clockwork.start();
    },
    close: async () => {
      await clockwork.stop();
      await sockets.close();
      await measuring.close();
      await keys.close();
      await rooms.openings.close();
      await pages.close();
      await stores.close();
    },
  };
}
