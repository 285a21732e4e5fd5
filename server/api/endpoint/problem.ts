import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { isUnstorableText, withoutValues } from '../../database/errors.ts';
import { GoneError } from '../../fairness/asking.ts';
import { TooMuchError } from '../../fairness/too-much.ts';

/** One fault of the input. `pointer` is a JSON pointer into the body (`#/name`) or names a parameter (`?limit`, `/accountId`). */
export interface InputError {
  pointer: string;
  detail: string;
}

/** An answer that is not a success, as RFC 9457 says it: throw it, and the API's error handler sends it. */
export class Problem extends Error {
  readonly title: string;
  readonly errors: InputError[] | undefined;
  /** How many more there are than `errors` names. */
  readonly moreErrors: number;
  readonly headers: Record<string, string>;

  /** `detail` names what was wrong and what to do; the caller reads it. */
  constructor(
    readonly status: number,
    readonly detail: string,
    more: { errors?: InputError[]; moreErrors?: number; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.title = STATUS_CODES[status] ?? 'Error';
    this.errors = more.errors?.slice(0, MOST_LISTED);
    this.moreErrors = (more.moreErrors ?? 0) + (more.errors?.length ?? 0) - (this.errors?.length ?? 0);
    this.headers = more.headers ?? {};
  }
}

/** Faults told one by one; of a body that is wrong throughout, the rest is a number. */
export const MOST_LISTED = 100;

/** How soon to try again when a store does not answer. */
const RETRY_AFTER_SECONDS = '5';

/** Writes the problem as the response, with its headers. */
function sendProblem(req: Request, res: Response, problem: Problem): void {
  res
    .status(problem.status)
    .set({ 'Cache-Control': 'no-store', ...problem.headers })
    .type('application/problem+json')
    .send(
      JSON.stringify({
        // Nothing more to say than the status does: RFC 9457, section 4.2.1.
        type: 'about:blank',
        title: problem.title,
        status: problem.status,
        detail: problem.detail,
        instance: pathOf(req),
        ...(problem.errors ? { errors: problem.errors } : {}),
        ...(problem.moreErrors > 0 ? { moreErrors: problem.moreErrors } : {}),
      }),
    );
}

/** What the error handler needs of the rest of the server. */
export interface ProblemDeps {
  /** Whether an error means that a store is down, as against a fault of ours. */
  isUnavailable: (error: unknown) => boolean;
  /** Told of every error that is not the caller's, without the values of queries, for the log. The response says nothing of it. */
  onError: (error: unknown, req: Request) => void;
}

/** The last handler of the API: whatever was thrown becomes a problem, and nothing of our insides. */
export function problemHandler(deps: ProblemDeps): ErrorRequestHandler {
  return (error, req, res, next) => {
    if (res.headersSent) {
      deps.onError(withoutValues(error), req);
      next(error);
      return;
    }
    const problem = callersFault(error);
    if (problem) {
      sendProblem(req, res, problem);
      return;
    }
    deps.onError(withoutValues(error), req);
    sendProblem(req, res, deps.isUnavailable(error) ? storeIsDown() : ourFault());
  };
}

/** For paths under /api that nothing answers. */
export const notFound: RequestHandler = (req) => {
  throw new Problem(404, `There is nothing at ${pathOf(req)}. /api/openapi.json lists what there is.`);
};

/** For paths that exist with other methods; answers OPTIONS itself. */
export function methodNotAllowed(methods: readonly string[]): RequestHandler {
  const allow = methods.join(', ');
  return (req, res) => {
    if (req.method === 'OPTIONS') {
      res.status(204).set('Allow', allow).end();
      return;
    }
    throw new Problem(405, `${req.method} is not possible here; possible: ${allow}.`, { headers: { Allow: allow } });
  };
}

/** A store does not answer; the request may be tried again. */
function storeIsDown(): Problem {
  return new Problem(503, 'The store behind this request does not answer right now. Nothing was changed. Try again.', {
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  });
}

function ourFault(): Problem {
  return new Problem(
    500,
    'Something went wrong on our side, and it has been noted. Try again; if it stays, tell us when.',
  );
}

/** Without the query, which may hold what must not be repeated. */
function pathOf(req: Request): string {
  return req.originalUrl.split('?', 1)[0] ?? '/';
}

/** Problems as thrown, and what Express and its body parser report of a bad request; `null` for faults of ours. */
function callersFault(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof GoneError) return new Problem(400, 'The connection ended before the answer began.');
  if (error instanceof TooMuchError) {
    const headers = { ...error.headers, 'Retry-After': String(error.retryAfterSeconds) };
    return new Problem(429, error.message, { headers });
  }
  if (!(error instanceof Error)) return null;
  if (isUnstorableText(error))
    return new Problem(400, 'A text in the request holds U+0000, which nothing here can hold.');
  if ('code' in error && typeof error.code === 'string' && /^Z_[A-Z]+_ERROR$/.test(error.code))
    return new Problem(400, 'The body is not what its Content-Encoding says: it cannot be unpacked.');
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 0;
  if (error instanceof URIError || (status === 400 && error.message.startsWith('Failed to decode param'))) {
    return new Problem(400, 'The path has a percent sign that does not begin a valid UTF-8 escape; write it as %25.');
  }
  if (type === 'entity.parse.failed') return new Problem(400, `The body is not valid JSON: ${error.message}.`);
  if (type === 'entity.too.large')
    return new Problem(413, `The body is too large${limitOf(error)}. Send less at a time.`);
  if (type === 'request.aborted') return new Problem(400, 'The connection ended before the whole body had come.');
  if (type === 'request.size.invalid') return new Problem(400, 'The body is not as long as Content-Length says.');
  if (type === 'encoding.unsupported') {
    return new Problem(415, 'The body has an unknown Content-Encoding; send gzip, deflate or none.');
  }
  if (type === 'charset.unsupported') return new Problem(415, 'The body has an unknown charset; send UTF-8.');
  return null;
}

function limitOf(error: Error): string {
  return 'limit' in error && typeof error.limit === 'number' ? `: the limit is ${error.limit} bytes` : '';
}
