import type { Request, RequestHandler } from 'express';
import express from 'express';
import { z } from 'zod';
import { scanJson } from '../../events/json-scan.ts';
import { repeatedName, repeatedNameText } from '../../events/repeated-names.ts';
import { type InputError, MOST_LISTED, Problem } from './problem.ts';
import { queryParameters } from './query-parameters.ts';

/** Reads a JSON body of up to 256 KiB; 415 for other types of body. For small writes; ingestion reads its own. */
export const jsonBody: readonly RequestHandler[] = [
  (req, _res, next) => {
    if (req.is('application/json') === 'application/json') return next();
    const has = req.headers['content-type'];
    throw new Problem(415, `Send the body as application/json${has ? `, not ${has.slice(0, 100)}` : ''}.`);
  },
  express.json({ limit: '256kb', verify: (_req, _res, bytes, encoding) => refuseUnfit(bytes, encoding) }),
];

/** For writes that take no body: reads one if it comes, so that `requireNoBody` can refuse what would be dropped. */
export const bodyIfAny: readonly RequestHandler[] = jsonBody.map((handler): RequestHandler => {
  return (req, res, next) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = req.headers;
    if (length === '0' && encoding === undefined) next();
    else handler(req, res, next);
  };
});

/** A write without input takes no body but an empty one or `{}`. @throws Problem 400 */
export function requireNoBody(req: Request): void {
  if (req.body !== undefined) parseBody(NOTHING, req);
}

/** Of an operation without parameters. @throws Problem 400 */
export function requireNoQuery(req: Request): void {
  parseQuery(NOTHING, req);
}

const NOTHING = z.strictObject({});

/** More than any write has: a large rate card has some thousands. */
const MOST_NAMES = 20_000;
const MOST_VALUES = 50_000;
const MOST_LEVELS = 32;

/**
 * What no parser is asked about: other encodings than UTF-8, more levels, names or values than any write has, and a name that
 * stands twice in one object (RFC 8259, section 4, leaves open what it means; so it is not guessed). @throws Problem 400 or 415
 */
function refuseUnfit(bytes: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw new Problem(415, `The body is in ${encoding}; send UTF-8.`);
  const text = bytes.toString('utf8');
  const scanned = scanJson(text, MOST_VALUES);
  // Whoever parses it next says so.
  if (scanned === null) return;
  const { names, values, levels } = scanned.items.reduce(
    (sum, item) => ({
      names: sum.names + item.names,
      values: sum.values + item.values + 1,
      levels: Math.max(sum.levels, item.depth),
    }),
    { names: 0, values: 0, levels: 0 },
  );
  if (names > MOST_NAMES) throw new Problem(400, `The body has ${names} names; at most ${MOST_NAMES} are read.`);
  if (values > MOST_VALUES || scanned.count > MOST_VALUES) {
    throw new Problem(400, `The body has more than ${MOST_VALUES} values.`);
  }
  if (levels > MOST_LEVELS) throw new Problem(400, `The body is nested deeper than ${MOST_LEVELS} levels.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return;
  }
  const name = repeatedName(text, parsed, names);
  if (name !== null) throw new Problem(400, `The body is not valid JSON: ${repeatedNameText(name)}.`);
}

/** The body as the schema reads it. @throws Problem 400 with every fault and where it is. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, req: Request): z.output<Schema> {
  return parse(schema, req.body, (path) => `#${path.map((part) => `/${escaped(part)}`).join('')}`);
}

/** The query parameters; what the schema does not know is refused, never dropped. @throws Problem 400 */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, req: Request): z.output<Schema> {
  return parse(schema, queryParameters(req, schema), (path) => `?${path.map(String).join('.')}`);
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
  const shown = errors.slice(0, MOST_LISTED).map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const more = errors.length > shown.length ? ` And ${errors.length - shown.length} more.` : '';
  const detail =
    errors.length === 1 ? (shown[0] ?? '') : `${errors.length} things are wrong: ${shown.join(' ')}${more}`;
  return new Problem(400, detail, { errors });
}

/** One fault that the schema cannot see: of the input (400), or against what is stored (409). */
export function refused(status: 400 | 403 | 409, pointer: string, detail: string): Problem {
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
