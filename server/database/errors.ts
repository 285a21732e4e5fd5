import { DrizzleQueryError } from 'drizzle-orm';

/** Other transactions got in the way of this one every time it was tried. */
export class ContentionError extends Error {
  constructor(tries: number, options: { cause: unknown }) {
    super(`the transaction met others on the same rows ${tries} times in a row and was not done; try again`, options);
    this.name = 'ContentionError';
  }
}

/** The failure as the driver reported it, below the wrappers. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}

/** The SQLSTATE (or, from the network, the errno name) of a failed query, `null` when the error is not the store's. */
export function sqlStateOf(error: unknown): string | null {
  const root = rootOf(error);
  return root instanceof Error && 'code' in root && typeof root.code === 'string' ? root.code : null;
}

/** The name of the constraint a write ran into, `null` for other errors. */
export function violatedConstraint(error: unknown): string | null {
  const root = rootOf(error);
  return root instanceof Error && 'constraint' in root && typeof root.constraint === 'string' ? root.constraint : null;
}

/** System calls of a connection: a file that is missing (`open`) is not the store's doing. */
const CONNECTION_CALLS = new Set(['connect', 'read', 'write', 'getaddrinfo']);

/** node-postgres gives these failures no code. */
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|PGlite is (closed|closing)|Cannot use a pool after calling end)/i;

/**
 * Whether the store itself is out of reach or out of room (connection, shutdown, resources, disk), as against a query that
 * is wrong. Such requests answer 503 and may be tried again.
 */
export function isStoreUnavailable(error: unknown): boolean {
  if (error instanceof ContentionError) return true;
  const root = rootOf(error);
  // Several addresses of one host, all refused.
  if (root instanceof AggregateError) return root.errors.some(isStoreUnavailable);
  if (!(root instanceof Error)) return false;
  if ('syscall' in root && typeof root.syscall === 'string') return CONNECTION_CALLS.has(root.syscall);
  const code = sqlStateOf(root);
  if (code === null) return LOST_CONNECTION.test(root.message);
  // 08 connection, 53 resources (disk full, too many connections), 57P operator intervention, 58 system error.
  return /^(08...|53...|57P..|58...)$/.test(code);
}

/**
 * Whether a text that was asked for or sent holds what the store cannot hold (U+0000): no row has such a text, so whoever asked
 * is answered, and no fault of ours. Writes are refused before, with the place; this is for what stands in an address.
 */
export function isUnstorableText(error: unknown): boolean {
  // 22021 character not in repertoire, 22P05 untranslatable character.
  return /^(22021|22P05)$/.test(sqlStateOf(error) ?? '');
}

/**
 * The same failure without the values that were sent, which may be an address, a hash or a customer's text: fit for a log.
 * drizzle's message holds every parameter and PostgreSQL's `detail` the offending row.
 */
export function withoutValues(error: unknown): Error {
  if (!(error instanceof DrizzleQueryError)) return error instanceof Error ? error : new Error(String(error));
  const root = rootOf(error);
  const state = sqlStateOf(error);
  // Class 22, data exceptions, quotes the value that is none.
  const words = root instanceof Error ? root.message : 'unknown reason';
  const reason = state?.startsWith('22') ? words.replace(/".*/s, '"…"') : words;
  const redacted = new Error(`PostgreSQL${state ? ` ${state}` : ''}: ${reason}; in: ${error.query.slice(0, 300)}`);
  redacted.name = 'DatabaseError';
  if (error.stack) redacted.stack = `${redacted.name}: ${redacted.message}\n${framesOf(error.stack)}`;
  return redacted;
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
