import { randomBytes, timingSafeEqual } from 'node:crypto';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Router,
  static as serveStatic,
} from 'express';
import serveCompressed from 'express-static-gzip';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Registry } from 'prom-client';
import { compressed } from './doors/compressed.ts';
import { formDoor } from './doors/form-door.ts';
import { loggedError } from './doors/logged-error.ts';
import { sharesDoor } from './doors/shares-door.ts';
import { opensLink, shownPath } from './doors/shown-path.ts';
import type { TrustedProxies } from './doors/trusted-proxies.ts';
import { turnsDoor } from './doors/turns-door.ts';
import { unreadAnswers } from './doors/unread-answers.ts';
import type { Shares } from './fairness/shares.ts';
import { TooMuchError } from './fairness/too-much.ts';
import type { Turns } from './fairness/turns.ts';

/** What `/readyz` says is missing, or nothing. */
export type Readiness = () => Promise<string[]>;

/** What the HTTP server answers with; it holds nothing of its own. */
export interface HttpDeps {
  log: Logger;
  api: Router;
  metrics: Registry;
  /** Who may read the metrics says so; `null`: nobody. */
  metricsToken: string | null;
  /** Whose word for the client's address is taken. */
  trustedProxies: TrustedProxies;
  /** The address people reach us at. */
  publicUrl: string;
  readiness: Readiness;
  /** How much anybody may ask. */
  shares: Shares;
  /** Who may read measurements now. */
  turns: Turns;
  /** Serves every page; set once the pages are built or, in development, compiled. */
  pages: RequestHandler;
  /** Directories of files served as they are: built assets (immutable) and public files. */
  assets: { built: string | null; publicDir: string };
  /** Vite's, in development only. */
  development: RequestHandler | null;
  /** Whether an error means that a store is down, as against a fault of ours. */
  isUnavailable: (error: unknown) => boolean;
  /** Told of every error that is not the caller's, for the log. */
  onError: (error: unknown) => void;
}

/** Health, API, static files, then pages: in this order, each without what the later ones need. */
export function createHttp(deps: HttpDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // The API reads its parameters itself, and the pages theirs.
  app.set('query parser', false);
  app.set('trust proxy', deps.trustedProxies);
  app.use(requestLog(deps.log));
  // Of every answer: no browser takes a file or an answer of the API for something else than it says it is.
  app.use((_req, res, next) => {
    res.set('X-Content-Type-Options', 'nosniff');
    next();
  });

  app.use(unreadAnswers());
  app.use(compressed());

  app.get('/healthz', (_req, res) => {
    res.type('text').send('ok\n');
  });
  app.get('/readyz', (_req, res, next) => {
    deps
      .readiness()
      .then((missing) => {
        if (missing.length === 0) res.type('text').send('ready\n');
        else
          res
            .status(503)
            .set('Retry-After', '1')
            .type('text')
            .send(`${missing.join('\n')}\n`);
      })
      .catch(next);
  });
  app.get('/metrics', (req, res, next) => {
    if (!isBearerOf(deps.metricsToken, req.headers.authorization)) return next();
    deps.metrics
      .metrics()
      .then((text) => res.type(deps.metrics.contentType).send(text))
      .catch(next);
  });
  app.use(turnsDoor(deps.turns));
  app.use('/api', deps.api);

  // Files of the build are sent as they lie there; all else is counted.
  const { built } = deps.assets;
  if (built !== null) app.use('/assets', refuseCompressedFiles, builtAssets(`${built}/assets`));
  app.use(sharesDoor(deps.shares));
  app.use(contentSecurity(deps.development !== null));
  if (deps.development !== null) app.use(deps.development);
  if (built !== null) app.use(serveStatic(built, { maxAge: '1h', index: false }));
  app.use(serveStatic(deps.assets.publicDir, { maxAge: '1h', index: false }));
  app.use(formDoor(deps.publicUrl));
  app.all('*', deps.pages);
  app.use(lastResort(deps));
  return app;
}

/** Built files, each as small as the browser takes it: the build has compressed them. Their names change with their content. */
function builtAssets(folder: string): RequestHandler {
  return serveCompressed(folder, {
    ...{ enableBrotli: true, orderPreference: ['br', 'gzip'], index: false },
    serveStatic: { immutable: true, maxAge: '1y', fallthrough: false, index: false },
  });
}

/** The compressed copies are no files of their own: nobody would know what they are. */
const refuseCompressedFiles: RequestHandler = (req, res, next) => {
  if (/\.(br|gz)$/i.test(decodedOr(req.path))) res.status(404).type('text').send('Not Found\n');
  else next();
};

function decodedOr(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What no page could say for itself: the store was down before it was known who asks, or an address that cannot be read. */
function lastResort({ isUnavailable, onError }: HttpDeps): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    if (res.headersSent) {
      // Express would write it to the console as it is, with whatever it repeats.
      onError(error);
      res.destroy();
      return;
    }
    const answer = (status: number, text: string) => res.status(status).type('text').send(`${text}\n`);
    if (error instanceof TooMuchError) {
      res.set('Retry-After', String(error.retryAfterSeconds));
      answer(error.status, error.message);
      return;
    }
    const status = error instanceof Error && 'status' in error ? error.status : undefined;
    if (error instanceof URIError || (typeof status === 'number' && status >= 400 && status < 500)) {
      answer(typeof status === 'number' ? status : 400, 'This address cannot be read. Look at it again.');
      return;
    }
    onError(error);
    if (isUnavailable(error)) {
      res.set('Retry-After', '5');
      answer(503, 'The store behind this page does not answer right now. Nothing is lost; try again in a moment.');
      return;
    }
    answer(500, 'Something went wrong on our side, and it has been noted. Try again in a moment.');
  };
}

function isBearerOf(token: string | null, header: string | undefined): boolean {
  if (token === null) return false;
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Each response has a nonce of its own; scripts and styles come from here and nowhere else. */
function contentSecurity(development: boolean): RequestHandler {
  return (req, res, next) => {
    const nonce = randomBytes(16).toString('base64');
    res.locals.nonce = nonce;
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'none'"],
          'script-src': ["'self'", `'nonce-${nonce}'`],
          'style-src': development ? ["'self'", "'unsafe-inline'"] : ["'self'"],
          'img-src': ["'self'", 'data:'],
          'font-src': ["'self'"],
          'connect-src': development ? ["'self'", 'ws:'] : ["'self'"],
          'form-action': ["'self'"],
          'base-uri': ["'none'"],
          'frame-ancestors': ["'none'"],
          'manifest-src': ["'self'"],
        },
      },
      // Nothing leaves this site; under `no-referrer` a form sent without scripts has the origin "null", which looks forged.
      // The address of a shared explanation is what opens it: it is told to nobody.
      referrerPolicy: { policy: opensLink(req.originalUrl) ? 'no-referrer' : 'same-origin' },
      crossOriginEmbedderPolicy: false,
      hsts: { maxAge: 31_536_000 },
    })(req, res, next);
  };
}

/** Successful ingestion is counted, not logged: at thousands a second a line each would cost more than the work. */
function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    autoLogging: {
      ignore: (req) => req.url === '/healthz' || req.url === '/readyz' || req.url === '/metrics',
    },
    customLogLevel: (_req, res, error) =>
      error !== undefined || res.statusCode >= 500 ? 'error' : res.statusCode >= 400 ? 'info' : 'debug',
    // As they are: the wrapped ones begin with what pino tells of an error, which is everything.
    wrapSerializers: false,
    serializers: {
      // No headers and no query: they hold keys, cookies and what customers look for.
      req: ({ method, url }: { method: string; url: string }) => ({ method, path: shownPath(url) }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
      err: loggedError,
    },
  });
}
