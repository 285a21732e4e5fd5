import type { ReplayEvent } from './event.ts';

/** What became of the events of one request or of many. */
export interface ReceiptCounts {
  accepted: number;
  duplicates: number;
  conflicts: number;
  rejected: number;
}

/** Where and how events are sent. Time and network come in, so that tests need not wait. */
export interface SenderDeps {
  url: string;
  key: string;
  /** Resolves after so many milliseconds, rejects when the signal aborts. */
  sleep: (millis: number, signal: AbortSignal) => Promise<void>;
  now: () => Date;
  /** Told before each wait for another try. */
  onRetry?: (why: string, waitMillis: number) => void;
}

/** The server does not take the events, and trying again would not help; the message says why and what to do. */
export class SendError extends Error {}

const MOST_TRIES = 8;
const LONGEST_WAIT = 60_000;
const REQUEST_TIMEOUT = 120_000;

/** An answer that may be better next time. */
class TryAgain extends Error {
  constructor(
    message: string,
    readonly waitMillis: number | null,
  ) {
    super(message);
  }
}

/**
 * Sends one batch and waits until the server has it durably. 429, 502, 503, 504 and a broken connection are tried again, as
 * `Retry-After` says or with growing pauses, at most eight times; ids make that safe.
 *
 * @throws SendError when the server refuses, or stays away too long
 */
export async function sendBatch(events: ReplayEvent[], deps: SenderDeps, signal: AbortSignal): Promise<ReceiptCounts> {
  const body = JSON.stringify(events);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(body, deps, signal);
    } catch (error) {
      if (!(error instanceof TryAgain) || signal.aborted) throw error;
      if (attempt === MOST_TRIES) throw new SendError(`gave up after ${MOST_TRIES} tries: ${error.message}`);
      const wait = Math.min(error.waitMillis ?? 500 * 2 ** (attempt - 1), LONGEST_WAIT);
      deps.onRetry?.(error.message, wait);
      await deps.sleep(wait, signal);
    }
  }
}

async function post(body: string, { url, key, now }: SenderDeps, signal: AbortSignal): Promise<ReceiptCounts> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/cloudevents-batch+json',
        Prefer: 'return=representation',
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT)]),
    });
    text = await response.text();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new TryAgain(`no answer from ${url} (${reasonOf(error)}); is the server running?`, null);
  }
  if (response.status === 200) return countsOf(text, url);
  if ([429, 502, 503, 504].includes(response.status)) {
    const wait = retryAfter(response.headers.get('Retry-After'), now());
    throw new TryAgain(`${url} answered ${response.status}: ${problemOf(text)}`, wait);
  }
  const advice =
    response.status === 401 || response.status === 403
      ? ' Give a key with the role ingest for this account by --key.'
      : '';
  throw new SendError(`${url} answered ${response.status}: ${problemOf(text)}${advice}`);
}

/** Network errors hide their reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

/** Milliseconds to wait by a `Retry-After` of seconds or of a date; `null` when it says neither. */
export function retryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

function countsOf(text: string, url: string): ReceiptCounts {
  const answer = parsed(text);
  const count = (name: keyof ReceiptCounts): number => {
    const value = answer?.[name];
    if (typeof value !== 'number') throw new SendError(`${url} answered without ${name}; is it a Plainbill server?`);
    return value;
  };
  return {
    accepted: count('accepted'),
    duplicates: count('duplicates'),
    conflicts: count('conflicts'),
    rejected: count('rejected'),
  };
}

/** The words of a problem document (RFC 9457), with its first few errors. */
function problemOf(text: string): string {
  const problem = parsed(text);
  if (problem === null) return text.slice(0, 200) || 'no reason given';
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  const first = errors.slice(0, 3).map((error) => JSON.stringify(error));
  return [problem.title, problem.detail, ...first]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' – ');
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
