import type { Request, RequestHandler } from 'express';
import express from 'express';
import type { z } from 'zod';
import { type InputError, Problem } from './problem.ts';

/** Reads a JSON body of up to 256 KiB; 415 for other types of body. For small writes; ingestion reads its own. */
export const jsonBody: readonly RequestHandler[] = [
  (req, _res, next) => {
    if (req.is('application/json') === 'application/json') return next();
    const has = req.headers['content-type'];
    throw new Problem(415, `Send the body as application/json${has ? `, not ${has.slice(0, 100)}` : ''}.`);
  },
  express.json({ limit: '256kb' }),
];

/** The same, where a request may have no body at all. */
export const jsonBodyIfAny: readonly RequestHandler[] = jsonBody.map(
  (handle): RequestHandler =>
    (req, res, next) =>
      req.headers['transfer-encoding'] === undefined && (req.headers['content-length'] ?? '0') === '0'
        ? next()
        : handle(req, res, next),
);

/** The body as the schema reads it. @throws Problem 400 with every fault and where it is. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, req: Request): z.output<Schema> {
  return parse(schema, req.body, (path) => `#${path.map((part) => `/${escaped(part)}`).join('')}`);
}

/** The query parameters. @throws Problem 400 */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, req: Request): z.output<Schema> {
  return parse(schema, req.query, (path) => `?${path.map(String).join('.')}`);
}

/** The parameters of the path. @throws Problem 400 */
export function parseParams<Schema extends z.ZodType>(schema: Schema, req: Request): z.output<Schema> {
  return parse(schema, req.params, (path) => path.map((part) => `/${escaped(part)}`).join(''));
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  pointerOf: (path: PropertyKey[]) => string,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue): InputError[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: pointerOf([...issue.path, key]),
          detail: 'This is not known here; leave it out.',
        }))
      : [{ pointer: pointerOf(issue.path), detail: sentence(messageOf(issue)) }],
  );
  throw inputProblem(errors);
}

/** 400 with every fault, in words and by pointer. */
export function inputProblem(errors: InputError[]): Problem {
  const shown = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const detail = shown.length === 1 ? (shown[0] ?? '') : `${shown.length} things are wrong: ${shown.join(' ')}`;
  return new Problem(400, detail, { errors });
}

/** One fault that the schema cannot see: of the input (400), or against what is stored (409). */
export function refused(status: 400 | 409, pointer: string, detail: string): Problem {
  return new Problem(status, detail, { errors: [{ pointer, detail }] });
}

/** RFC 6901, section 3. */
function escaped(part: PropertyKey): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Of a key, what is wrong with it, not only that something is. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
