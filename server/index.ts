import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { StoreInUseError } from '../clickhouse/index.ts';
import { seedWithBar } from './commands/seed-with-bar.ts';
import { compose, type Plainbill } from './compose.ts';
import { mayBeSeeded, rememberedDemo } from './demo/demo.ts';
import { loggedError } from './doors/logged-error.ts';
import { makeDrainable } from './draining.ts';
import { readSettings, type Settings, SettingsError } from './env.ts';
import { createMetrics } from './metrics.ts';
import { migrateStores, openStores, type Stores } from './stores.ts';

const DRAIN_MS = 9_000;
/** Whoever sends slowly holds a connection no longer than this; five megabytes of events come through any line in a minute. */
const PATIENCE = { headersTimeout: 15_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 };
const now = () => new Date();

/** Reads the settings, listens, opens the stores, composes, and closes on a signal. */
async function main(): Promise<void> {
  const settings = readSettings();
  const log = pino({
    level: settings.logLevel,
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: [
      'password',
      '*.password',
      'secret',
      '*.secret',
      'token',
      '*.token',
      'email',
      '*.email',
      'authorization',
      'cookie',
    ],
  });
  if (settings.redisUrl !== null)
    log.warn('REDIS_URL is set, but this version runs as a single node and does not use it');

  const metrics = createMetrics();
  const stores = await openStores(settings, metrics.onQuery);
  const { http, serve, drain } = await listen(settings);
  const publicUrl = settings.publicUrl ?? `http://${settings.host}:${(http.address() as AddressInfo).port}`;
  let plainbill: Plainbill | null = null;
  let closing = false;
  const close = async (signal: string) => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'stopping');
    drain();
    setTimeout(() => {
      log.error('some connections did not end in time; leaving');
      process.exit(1);
    }, DRAIN_MS).unref();
    try {
      if (plainbill === null) await stores.close();
      else await plainbill.close();
      process.exit(0);
    } catch (error) {
      log.error({ err: error }, 'stopping failed');
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => void close('SIGTERM'));
  process.on('SIGINT', () => void close('SIGINT'));
  // A part that fails while nobody waits for it takes nothing else down; that nobody did is our mistake, and logged as one.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'something failed and nobody waited for it'));

  await migrateStores(stores);
  await seedDemoOnce(settings, stores);
  plainbill = await compose({ settings, publicUrl, http, stores, metrics, log, now });
  serve(plainbill.app);
  await plainbill.start();
  await greet(settings, publicUrl);
}

/** Listens at once, so that a taken port is found out before anything is written; answers "starting" until served. */
async function listen(
  settings: Settings,
): Promise<{ http: Server; serve: (listener: RequestListener) => void; drain: () => void }> {
  let listener: RequestListener = (req, res) => {
    const alive = req.url === '/healthz';
    res.writeHead(alive ? 200 : 503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '2' });
    res.end(alive ? 'ok\n' : 'Plainbill is starting; the stores are being prepared.\n');
  };
  const http = createServer(PATIENCE);
  const { drain } = makeDrainable(http);
  http.on('request', (req, res) => listener(req, res));
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(settings.port, settings.host, resolve);
  });
  return {
    http,
    drain,
    serve: (next) => {
      listener = next;
    },
  };
}

/** An empty embedded store gets the demo, so that a newcomer sees something; nobody else's data is ever touched. */
async function seedDemoOnce(settings: Settings, stores: Stores): Promise<void> {
  if (!settings.demo || !(await mayBeSeeded(stores, settings.dataDir))) return;
  await seedWithBar(stores, settings.dataDir);
}

/** Where it runs and, in a demo, how to get in. */
async function greet(settings: Settings, publicUrl: string): Promise<void> {
  const demo = settings.demo ? await rememberedDemo(settings.dataDir) : null;
  const lines = [`\nPlainbill is at ${publicUrl}`];
  for (const { email, password } of demo?.signIn ?? []) lines.push(`  sign in as ${email.padEnd(28)} ${password}`);
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

main().catch((error: unknown) => {
  const expected = error instanceof SettingsError || error instanceof StoreInUseError || isAddressInUse(error);
  process.stderr.write(
    `plainbill: ${expected ? (error as Error).message : ((error as Error)?.stack ?? String(error))}\n`,
  );
  process.exit(1);
});

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}
