import type { IncomingMessage, Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { Server as SocketServer } from 'socket.io';
import { accountsTouched, ClickHouseError, firstUseOfAccount, lastEventOfAccount } from '../clickhouse/index.ts';
import { maySee } from './access/may-see.ts';
import { addUserEndpoints } from './api/accounts/users.ts';
import { createApiKeyCache } from './api/endpoint/api-key-cache.ts';
import { addEventsIn } from './api/events/events-in.ts';
import { addEventsOut } from './api/events/events-out.ts';
import { addChargeDays } from './api/explanations/charge-days.ts';
import { addCorrectionEndpoints } from './api/explanations/corrections.ts';
import { addExplanationLinkEndpoints } from './api/explanations/explanation-links.ts';
import { addExplanationEndpoints } from './api/explanations/explanations.ts';
import { addInvoiceFiles } from './api/invoices/invoice-files.ts';
import { addInvoiceEndpoints } from './api/invoices/invoices.ts';
import { addMeterQuery } from './api/meters/meter-query.ts';
import { addQuestionEndpoints } from './api/questions/questions.ts';
import { apiRouter } from './api/router.ts';
import { createAuth } from './auth/auth.ts';
import { createChargesReader } from './billing/account-charges.ts';
import { createInvoices } from './billing/invoices/invoices.ts';
import { isStoreUnavailable, isUnstorableText } from './database/errors.ts';
import { ensureBootstrapKey } from './database/people/api-keys.ts';
import { demoTraffic, ingestInto, rememberedDemo, simulatedThrough } from './demo/demo.ts';
import { type Simulator, startSimulator } from './demo/simulator.ts';
import { createPages } from './doors/remix-pages.ts';
import { shownPath } from './doors/shown-path.ts';
import { addressOf } from './doors/trusted-proxies.ts';
import type { Settings } from './env.ts';
import { createCorrectionsOfCharges } from './explanation/corrections/corrections-of-charges.ts';
import { createExplanations } from './explanation/explanations.ts';
import { createFreeze } from './explanation/kept/freeze.ts';
import { createDaysOfCharges } from './explanation/levels/day-of-charge.ts';
import { createReceipts } from './explanation/receipt.ts';
import { inTurn, untilItsTurn } from './fairness/asking.ts';
import { atMostEvery } from './fairness/at-most-every.ts';
import { createShares, DEFAULT_LIMITS, isShareLeft } from './fairness/shares.ts';
import { TooMuchError } from './fairness/too-much.ts';
import { Turns } from './fairness/turns.ts';
import { createHttp } from './http.ts';
import { NotStoredError } from './ingest/writer.ts';
import { createCoverageCheck, startCheckingCoverage } from './jobs/check-coverage.ts';
import { startClosing } from './jobs/close-periods.ts';
import type { Running } from './jobs/run-and-rest.ts';
import { type MailSender, startSendingMails } from './jobs/send-mails.ts';
import { createMeasuring } from './measuring.ts';
import { meterIn } from './metering/stretches.ts';
import { NotMeteredError } from './metering/watermark.ts';
import type { Metrics } from './metrics.ts';
import { folderMailer, smtpMailer } from './outbox/mailer.ts';
import { notUnderstood } from './pages/not-found.ts';
import { createPageAnswers, guarded } from './pages/pages.ts';
import { mayOpenSocket } from './realtime/connections.ts';
import { Live } from './realtime/live.ts';
import { createLiveMoney } from './realtime/live-money.ts';
import { createLiveUsage } from './realtime/live-usage.ts';
import type { Stores } from './stores.ts';
import { createLinkOpenings } from './support/link-openings.ts';
import { createQuestions } from './support/questions.ts';
import { eventsPage } from './usage/event-lookup.ts';

/** A composed server: everything with state is made here, once, and handed down. */
export interface Plainbill {
  /** Answers every request. */
  app: Express;
  /** Catches up with the events, then rolls and, in a demo, simulates. */
  start: () => Promise<void>;
  /** Stops taking requests, finishes what was accepted, closes everything. */
  close: () => Promise<void>;
}

export interface ComposeParts {
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
/** How long a meter change waits for its history before it is answered and goes on in the background. */
const METER_CHANGE_MS = 10_000;
/** As much as there are processors for; whoever would wait longer than these last is better told to come again. */
const AT_ONCE = Math.max(2, availableParallelism());
const TURNS = { atOnce: AT_ONCE, ofEach: Math.floor(AT_ONCE / 2), waitingOfEach: 100, waitingOfAll: 1_000 };
/** Whoever asks whether the server is ready need not say who they are: the stores are not asked more often. */
const READY_MS = 250;
const CLOSE_EVERY_MS = 60_000;
const SEND_MAILS_EVERY_MS = 5_000;
const CHECK_COVERAGE_EVERY_MS = 30_000;

/** Builds the server around open, migrated stores. */
export async function compose({
  settings,
  publicUrl,
  http,
  stores,
  metrics,
  log,
  now,
}: ComposeParts): Promise<Plainbill> {
  const { database } = stores;
  const turns = new Turns(TURNS);
  const shares = createShares(DEFAULT_LIMITS);
  // Writing, rolling and what looks for accounts' ends keep lanes of their own.
  const measurements = { ...stores.measurements, read: inTurn(stores.measurements.read) };
  const onError = (error: unknown) => log.error({ err: error }, 'something failed');
  await ensureBootstrapKey(database.queries, settings.operatorApiKey, now());

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
  const { registry, roller, read, watermark: readings } = measuring;
  const meteredThrough = () => readings.meteredThrough;
  const lagMs = () => Math.max(0, now().getTime() - Math.floor(roller.meteredThrough / 1000));
  metrics.watch('plainbill_metering_lag_seconds', 'How far behind the clock the watermark is', () => lagMs() / 1000);

  const auth = createAuth(database, { secureCookies: publicUrl.startsWith('https:'), now });
  const keys = createApiKeyCache(database, { now, onError });
  const readiness = atMostEvery(READY_MS, async () => {
    const missing: string[] = [];
    const check = (name: string, ping: Promise<void>) => ping.catch(() => void missing.push(`${name} does not answer`));
    await Promise.all([check('ClickHouse', measurements.ping()), check('the database', database.ping())]);
    if (!roller.ready) missing.push('usage is being rolled');
    return missing;
  });

  const charges = createChargesReader(measurements, registry);
  const spending = { database, store: measurements, registry, charges, readings, now };
  const invoices = createInvoices(spending);
  const coverage = createCoverageCheck({
    ...{ ...spending, invoices, onError },
    onFault: (fault) => log.error(fault, 'usage is not told exactly once'),
  });
  metrics.watch(
    'plainbill_unbilled_contributions',
    'Contributions on no invoice, draft or correction, nor in an open period',
    coverage.unbilled,
  );
  metrics.watch('plainbill_double_billed_contributions', 'Contributions that are told twice', coverage.doubled);
  const explaining = { ...spending, invoices };
  const explanations = createExplanations(explaining);
  const days = createDaysOfCharges({ find: explanations.find, charges, store: measurements, registry, readings });
  const corrections = createCorrectionsOfCharges(explaining, explanations.find);
  const freeze = createFreeze(explanations, registry);
  const receipts = createReceipts(explaining, explanations);
  const openings = createLinkOpenings({ database, now, onError });
  const questions = createQuestions({ publicUrl, supportCreditLimit: settings.supportCreditLimit, now });
  const shared = { queries: database.queries, registry, read, readings, now };
  const opened = { explanations, days, corrections, receipts, freeze };
  const pageAnswers = createPageAnswers({ ...explaining, ...opened, read, openings, questions, publicUrl });
  const { smtpUrl, mailFrom: from, dataDir } = settings;
  const mailer = smtpUrl === null ? folderMailer({ folder: `${dataDir}/mail`, from }) : smtpMailer({ smtpUrl, from });
  const demo = settings.demo ? await rememberedDemo(settings.dataDir) : null;
  const pages = await createPages(
    {
      now,
      demoSignIn: isOnlyHere(settings) ? (demo?.signIn ?? null) : null,
      auth: {
        signIn: orUnavailable(auth.signIn),
        signInRefusal: auth.signInRefusal,
        signOut: orUnavailable(async (cookie: string | null) => {
          const answer = await auth.signOut(cookie);
          live?.recheck(cookie);
          return answer;
        }),
      },
      onError,
      viewerOf: (cookie) => auth.viewerOf(cookie),
      pages: guarded(pageAnswers, orUnavailable),
    },
    shares,
    settings.development,
  );
  const api = apiRouter({
    database,
    auth,
    keys,
    shares,
    publicUrl,
    now,
    firstUse: (accountId) => firstUseOfAccount(stores.measurements.read, accountId),
    lastUse: (accountId) => lastEventOfAccount(stores.measurements.read, accountId),
    onAccountChanged: measuring.accountChanged,
    holdEnd: measuring.holdEnd,
    onMeterChange: async (meter) => {
      await roller.meterChanged(meter.key, meter.version, METER_CHANGE_MS);
    },
    accountsTouched: (of, from) => accountsTouched(stores.measurements.read, of, from),
    isUnavailable,
    onError: (error, req) => log.error({ err: error, path: shownPath(req.originalUrl) }, 'a request failed'),
    more: [
      (to) => addEventsIn(to, measuring.ingest),
      (to) =>
        addEventsOut(to, {
          page: (filter) => eventsPage(measurements, filter),
          lookUp: receipts.lookUp,
        }),
      (to) => addMeterQuery(to, measuring.query),
      (to) => addUserEndpoints(to, auth),
      (to) => addInvoiceFiles(to, { invoices, publicUrl }),
      (to) => addInvoiceEndpoints(to, { invoices, registry }),
      (to) => addExplanationEndpoints(to, { explanations }),
      (to) => addChargeDays(to, { days }),
      (to) => addCorrectionEndpoints(to, { corrections }),
      (to) => addExplanationLinkEndpoints(to, { freeze, flushOpenings: openings.flush, publicUrl }),
      (to) => addQuestionEndpoints(to, { freeze, questions }),
    ],
  });
  const app = createHttp({
    log,
    api,
    metrics: metrics.registry,
    metricsToken: settings.metricsToken,
    trustedProxies: settings.trustedProxies,
    publicUrl,
    readiness,
    ...{ shares, turns },
    pages: pages.handler,
    assets: { built: pages.built, publicDir: PUBLIC_FILES },
    development: pages.development,
    isUnavailable,
    onError,
  });
  const clientOf = (request: IncomingMessage) => addressOf(request, app.get('trust proxy fn'));
  const io = new SocketServer(http, {
    ...{ serveClient: false, maxHttpBufferSize: 16_384, connectTimeout: 10_000 },
    allowRequest: (request, answer) => {
      mayOpenSocket(shares, request, clientOf(request)).then(
        (may) => answer(may ? null : 'too many connections', may),
        (error: unknown) => {
          onError(error);
          answer('not just now', false);
        },
      );
    },
  });
  live = new Live(io, {
    publicOrigin: new URL(publicUrl).origin,
    viewerOf: async (cookie) => (await auth.viewerOf(cookie)).viewer,
    addressOf: clientOf,
    maySee,
    mayAsk: ({ userId }) => isShareLeft(shares.take('socket', userId)),
    usage: createLiveUsage(shared),
    money: createLiveMoney({ queries: database.queries, invoices }),
    meterOf: (key, at) => {
      const meter = registry.current(key);
      return meter && meterIn(meter, { from: at, to: at + 1 });
    },
    lagMs,
    now,
    onError,
  });

  let simulator: Simulator | null = null;
  let closer: Running | null = null;
  let mails: MailSender | null = null;
  let checking: Running | null = null;
  return {
    app,
    start: async () => {
      keys.start();
      openings.start();
      await roller.start();
      closer = startClosing({ ...spending, invoices, meteredThrough, onError }, CLOSE_EVERY_MS);
      mails = startSendingMails({ database, mailer, now, onError }, SEND_MAILS_EVERY_MS);
      checking = startCheckingCoverage(coverage, CHECK_COVERAGE_EVERY_MS, onError);
      if (demo === null) return;
      simulator = startSimulator({
        traffic: demoTraffic(new Date(demo.anchor)),
        from: (await simulatedThrough(stores)) ?? new Date(demo.anchor),
        now,
        ingest: ingestInto(measuring.ingest, false),
        logger: log,
      });
    },
    close: async () => {
      await simulator?.stop();
      await closer?.stop();
      await mails?.stop();
      await checking?.stop();
      live?.close();
      // Closes the http server too, once the requests in work are answered.
      await io.close();
      await measuring.close();
      await keys.close();
      await openings.close();
      await pages.close();
      await stores.close();
    },
  };
}

/** Whether nobody but who sits at this machine can reach the server. */
function isOnlyHere({ host, trustedProxies }: Settings): boolean {
  return trustedProxies === false && (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host));
}

function isUnavailable(error: unknown): boolean {
  return (
    error instanceof ClickHouseError ||
    error instanceof NotStoredError ||
    error instanceof NotMeteredError ||
    isStoreUnavailable(error)
  );
}

/** A page whose store is down says so (503) and keeps its frame, instead of a fault without words. */
function orUnavailable<Read extends (...asked: never[]) => Promise<unknown>>(read: Read): Read {
  const guardedRead = async (...asked: never[]): Promise<unknown> => {
    try {
      return await read(...asked);
    } catch (error) {
      if (error instanceof TooMuchError)
        throw new Response(error.message, {
          status: error.status,
          headers: { 'Retry-After': String(error.retryAfterSeconds) },
        });
      if (isUnstorableText(error))
        throw notUnderstood('This address holds a character that nothing here is called by.');
      if (!isUnavailable(error)) throw error;
      throw new Response('The usage numbers cannot be read right now. Nothing is lost; try again in a moment.', {
        status: 503,
        headers: { 'Retry-After': '5' },
      });
    }
  };
  // It takes and gives what `read` does.
  return guardedRead as Read;
}
