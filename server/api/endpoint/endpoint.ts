import { createHmac } from 'node:crypto';
import type { OpenAPIRegistry, RouteConfig } from '@asteasolutions/zod-to-openapi';
import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import type { Database, Queries } from '../../database/database.types.ts';
import { answerOnce, deleteOldAnswers } from '../../database/people/idempotency.ts';
import { stringifyInSlices } from '../../fairness/in-slices.ts';
import type { Shares } from '../../fairness/shares.ts';
import type { AnswersByStatus, DocumentedReply, Reply, WithoutUntold } from './documented-reply.ts';
import { bodyIfAny, jsonBody, parseBody, parseParams, parseQuery, requireNoBody, requireNoQuery } from './input.ts';
import { countAnswer, countCost } from './limits.ts';
import { problemResponses } from './openapi.ts';
import {
  nameOf,
  type Principal,
  type Role,
  requireAccountAccess,
  requireNoReadKey,
  requirePrincipal,
  requireRole,
  roleWords,
} from './principal.ts';
import { Problem } from './problem.ts';

/** Where endpoints are added: the routes and their description grow together. */
export interface Api {
  router: Router;
  registry: OpenAPIRegistry;
  database: Database;
  shares: Shares;
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
  /** Methods by path, so that the others can be answered with 405. */
  methods: Map<string, Set<string>>;
}

/** What an endpoint is; the document, the checks and the route are made from it. */
export interface Endpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answers extends AnswersByStatus = AnswersByStatus,
  Prepared = undefined,
> {
  method: 'get' | 'put' | 'patch' | 'post' | 'delete';
  /** With `{name}` for parameters, from /api on: `/v1/accounts/{accountId}`. */
  path: string;
  tag: string;
  summary: string;
  description?: string;
  /** A parameter `accountId` is checked: 404 when the caller may not see that account. */
  role: Role;
  params?: Params;
  /** A strict object: what it does not name is refused. Absent: the operation takes no parameter. */
  query?: Query;
  body?: Body;
  /** A request without a body is one with nothing in it to say. */
  bodyMayBeAbsent?: true;
  answers: Answers;
  /** How many requests it counts as, where what is asked for says so; one otherwise. What is answered is counted, too. */
  cost?: (asked: { params: z.output<Params>; query: z.output<Query> }, now: Date) => number;
  /**
   * The handler opens transactions itself, and doing it twice is doing it once: no transaction is held around it, where
   * reading measurements takes its time, and an `Idempotency-Key` has nothing to add.
   */
  ownTransactions?: true;
  /**
   * What the handler of a write needs and takes its time to read (measurements): done before the transaction is begun, which
   * would be held, and on PGlite be waited for, all the while. Its result is the handler's `prepared`.
   */
  prepare?: (asked: Asked<Params, Query, Body>) => Promise<Prepared>;
}

/** What a handler gets: input that has been checked, and the one place to ask the database. */
export interface Asked<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Prepared = undefined,
> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  principal: Principal;
  /** For a write, a SERIALIZABLE transaction that may be run again: change nothing outside of it. */
  queries: Queries;
  prepared: Prepared;
}

const NOTHING = z.object({});
type Nothing = typeof NOTHING;

/**
 * Adds an endpoint. Writes happen in one transaction with their `Idempotency-Key`, if there is one; `afterwards` runs when
 * that is committed, also after a repetition, before the answer is sent: it must be safe to run twice.
 */
export function addEndpoint<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
  Answers extends AnswersByStatus = AnswersByStatus,
  Prepared = undefined,
  const Given extends Reply = Reply,
>(
  api: Api,
  endpoint: Endpoint<Params, Query, Body, Answers, Prepared>,
  handler: (
    asked: Asked<Params, Query, Body, Prepared>,
  ) => Promise<Given & DocumentedReply<Answers> & WithoutUntold<Given, DocumentedReply<Answers>>>,
  afterwards: (params: z.output<Params>) => Promise<void> = async () => {},
): void {
  const isWrite = endpoint.method !== 'get';
  const handle = async (req: Request, res: Response): Promise<void> => {
    const principal = requirePrincipal(req);
    requireRole(principal, endpoint.role);
    const params = parseOr(endpoint.params, (schema) => parseParams(schema, req));
    const accountId = accountOf(params);
    if (accountId !== undefined) requireAccountAccess(principal, accountId);
    if (!endpoint.query) requireNoQuery(req);
    if (isWrite && !endpoint.body) requireNoBody(req);
    const input = {
      params,
      // Whatever the schema was made with: a filter that is dropped answers with what nobody asked for.
      query: parseOr(endpoint.query, (schema) => parseQuery(schema.strict(), req) as z.output<Query>),
      body: parseOr(endpoint.body, (schema) => parseBody(schema, req)),
      principal,
    };
    await countCost(api.shares, principal, accountId, endpoint.cost?.(input, api.now()) ?? 1);
    const answered = async (status: number, body: string | null) => {
      if (body !== null) await countAnswer(api.shares, principal, body.length);
      send(res, status, body);
    };
    const unprepared = { ...input, queries: api.database.queries, prepared: undefined };
    // Without `prepare` its type is `undefined`, and so is this.
    const prepared = endpoint.prepare ? await endpoint.prepare(unprepared) : (undefined as Prepared);
    const asked = { ...input, prepared };
    if (endpoint.ownTransactions) {
      const reply = await handler({ ...asked, queries: api.database.queries });
      await afterwards(params);
      res.set('Cache-Control', 'no-store');
      await answered(reply.status, textOf(reply.body));
      return;
    }
    if (!isWrite) {
      const reply = await handler({ ...asked, queries: api.database.queries });
      const through = meteredThroughIn(reply.body);
      if (accountId !== undefined && through !== null) api.onTold(accountId, through);
      res.set('Cache-Control', 'private, no-cache');
      // fetch adds `no-cache` to a request with If-None-Match, and Express then answers in full. Nothing is cached here anyway.
      delete req.headers['cache-control'];
      await answered(reply.status, reply.body === undefined ? null : await stringifyInSlices(reply.body));
      return;
    }
    const answer = await write(api, req, res, principal, (queries) => handler({ ...asked, queries }));
    await afterwards(params);
    res.set('Cache-Control', 'no-store');
    await answered(answer.status, answer.body);
  };
  addRoute(api, describe(endpoint, isWrite), [
    ...(endpoint.body ? (endpoint.bodyMayBeAbsent ? bodyIfAny : jsonBody) : isWrite ? bodyIfAny : []),
    (req, res, next) => {
      handle(req, res).catch(next);
    },
  ]);
}

/** The watermark an answer names. */
function meteredThroughIn(body: unknown): string | null {
  const told = body !== null && typeof body === 'object' && 'meteredThrough' in body ? body.meteredThrough : null;
  return typeof told === 'string' ? told : null;
}

/** A route and its description. */
export type Route = RouteConfig & {
  method: Endpoint<Nothing, Nothing, Nothing>['method'];
  /** Though not a GET it changes nothing, so that a key which only reads may use it; the document says so. */
  storesNothing?: true;
};

/**
 * Adds a route that answers by itself: for bodies and answers that are not plain JSON. `route.path` as in `Endpoint`. Keys that
 * only read are refused here, before anything is read, unless it is a GET or stores nothing.
 */
export function addRoute(api: Api, { storesNothing, ...described }: Route, handlers: RequestHandler[]): void {
  const route = storesNothing ? { ...described, 'x-stores-nothing': true } : described;
  const onlyReads = route.method === 'get' || storesNothing === true;
  const path = route.path.replace(/\{(\w+)\}/g, ':$1');
  // The document's paths are as callers write them; the router itself is mounted at /api.
  api.registry.registerPath({ ...route, path: `/api${route.path}` });
  api.router[route.method](path, ...(onlyReads ? [] : [refuseReadKeys]), ...handlers);
  const methods = api.methods.get(path) ?? new Set(['OPTIONS']);
  methods.add(route.method.toUpperCase());
  if (route.method === 'get') methods.add('HEAD');
  api.methods.set(path, methods);
}

const refuseReadKeys: RequestHandler = (req, _res, next) => {
  requireNoReadKey(req.principal ?? null);
  next();
};

/** A write, once for each `Idempotency-Key`: RFC-to-be draft-ietf-httpapi-idempotency-key-header. */
async function write(
  api: Api,
  req: Request,
  res: Response,
  principal: Principal,
  work: (tx: Queries) => Promise<Reply>,
): Promise<{ status: number; body: string | null }> {
  const key = idempotencyKeyOf(req);
  if (key === null) {
    const reply = await api.database.serializable(work);
    return { status: reply.status, body: textOf(reply.body) };
  }
  await deleteOldAnswers(api.database.queries, api.now());
  const request = { principal: nameOf(principal), key, requestHash: hashOf(req) };
  const outcome = await answerOnce(api.database, request, api.now(), async (tx) => {
    const reply = await work(tx);
    const answer = { status: reply.status, body: textOf(reply.body) };
    return 'remember' in reply
      ? { answer, remember: { status: reply.status, body: textOf(reply.remember) } }
      : { answer };
  });
  if (outcome.kind === 'in_progress') {
    throw new Problem(409, 'A request with this Idempotency-Key is being worked on. Try again for its answer.', {
      headers: { 'Retry-After': '1' },
    });
  }
  if (outcome.kind === 'mismatch') {
    throw new Problem(422, 'This Idempotency-Key was used for another request. Use a new key for a new request.');
  }
  if (outcome.replayed) res.set('Idempotency-Replayed', 'true');
  return outcome.answer;
}

/** The key as given, or in the quotes of a structured field. */
function idempotencyKeyOf(req: Request): string | null {
  const header = req.get('idempotency-key');
  if (header === undefined) return null;
  const key = /^"([\x20-\x21\x23-\x7e]{1,255})"$|^([\x21\x23-\x7e]{1,255})$/.exec(header.trim());
  const value = key?.[1] ?? key?.[2];
  if (value === undefined) {
    throw new Problem(400, 'Idempotency-Key must be 1 to 255 printable ASCII characters, for example a UUID.');
  }
  return value;
}

/**
 * Keyed with the caller's credentials, which are stored nowhere: a body may hold a password, and from a plain hash of it a
 * reader of the table could guess that.
 */
function hashOf(req: Request): string {
  const request = [req.method, req.originalUrl, req.body ?? null];
  const credentials = req.headers.authorization ?? req.headers.cookie ?? '';
  return createHmac('sha256', credentials).update(JSON.stringify(request)).digest('hex');
}

function parseOr<Schema extends z.ZodType>(
  schema: Schema | undefined,
  parse: (schema: Schema) => z.output<Schema>,
): z.output<Schema> {
  // Without a schema its type is that of `NOTHING`, and so is this.
  return schema ? parse(schema) : ({} as z.output<Schema>);
}

function textOf(body: unknown): string | null {
  return body === undefined ? null : JSON.stringify(body);
}

function accountOf(params: object): string | undefined {
  return 'accountId' in params && typeof params.accountId === 'string' ? params.accountId : undefined;
}

/** Express adds the `ETag` and answers 304 to a matching `If-None-Match`. */
function send(res: Response, status: number, body: string | null): void {
  if (body === null) res.status(status).end();
  else res.status(status).type('application/json').send(body);
}

function describe<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Prepared>(
  endpoint: Endpoint<Params, Query, Body, AnswersByStatus, Prepared>,
  isWrite: boolean,
) {
  const { method, path, tag, summary, description, role, params, query, body, bodyMayBeAbsent, answers } = endpoint;
  const problems = [
    400,
    401,
    403,
    ...(params ? [404] : []),
    ...(isWrite ? [409, 422] : []),
    ...(body ? [413, 415] : []),
  ];
  const responses = Object.entries(answers).map(([status, { description, schema }]) => [
    status,
    { description, ...(schema ? { content: { 'application/json': { schema } } } : {}) },
  ]);
  const idempotencyKey = {
    name: 'Idempotency-Key',
    in: 'header' as const,
    description: 'Repeating the request with the same key gives the first answer again, for 24 hours.',
    schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
  };
  return {
    method,
    path,
    tags: [tag],
    summary,
    description: `${description ? `${description} ` : ''}Takes ${roleWords(role)}.`,
    ...(isWrite ? { parameters: [idempotencyKey] } : {}),
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(body
        ? { body: { required: bodyMayBeAbsent !== true, content: { 'application/json': { schema: body } } } }
        : {}),
    },
    responses: { ...Object.fromEntries(responses), ...problemResponses([...problems, 429, 503]) },
  };
}
