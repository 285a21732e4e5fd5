import { isLosslessNumber } from 'lossless-json';
import type { Micros } from '../domain/instant.ts';
import { readEventTime } from '../domain/instant.ts';
import { MONTHS_BACK } from '../domain/policy.ts';
import { unfitInName } from '../domain/text/plain-text.ts';
import { whyNoTime } from './event-time.ts';
import type { UsageEvent } from './receipt.ts';

/** One thing that is wrong: where in the event (a JSON pointer below it) and what to do. */
export interface EventFault {
  pointer: string;
  detail: string;
}

const LIMITS = { id: 256, source: 512, type: 256, subject: 256 } as const;
/** Levels of arrays and objects, the event itself included. */
export const MAX_DEPTH = 64;
/** Faults of one event that are told one by one. */
const MOST_FAULTS = 100;
const PLAIN_ATTRIBUTES = new Set(['id', 'source', 'type', 'subject', 'time', 'specversion', 'data']);
const ATTRIBUTE_NAME = /^[a-z0-9]+$/;
const LONG_TEXT = 16 * 1024;
/** JSON.stringify escapes a surrogate only when it stands alone. */
const LONE_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

/** Stands for an event that was not parsed, because it is too large in a way that would cost too much. */
export class UnfitEvent {
  constructor(readonly detail: string) {}
}

/**
 * Checks one CloudEvents 1.0 envelope at the door.
 * @param times the accepted event times, inclusive
 * @returns the event, or everything that is wrong with it
 */
export function validateEvent(
  input: unknown,
  toText: (event: unknown) => string,
  times: { earliest: Micros; latest: Micros },
): { event: UsageEvent } | { faults: EventFault[] } {
  if (input instanceof UnfitEvent) return { faults: [{ pointer: '', detail: input.detail }] };
  if (!isObject(input)) {
    return { faults: [{ pointer: '', detail: 'must be a CloudEvents object' }] };
  }
  const faults: EventFault[] = [];
  const envelope = input;
  for (const name of ['id', 'source', 'type', 'subject'] as const) {
    const detail = textFault(envelope[name], LIMITS[name]);
    if (detail !== null) faults.push({ pointer: `/${name}`, detail });
  }
  if (envelope.specversion !== '1.0') faults.push({ pointer: '/specversion', detail: 'must be "1.0"' });
  let more = 0;
  for (const name in envelope) {
    if (PLAIN_ATTRIBUTES.has(name)) continue;
    const detail = extensionFault(name, envelope[name]);
    if (detail === null) continue;
    if (faults.length < MOST_FAULTS) faults.push({ pointer: `/${escapePointer(name)}`, detail });
    else more += 1;
  }
  if (more > 0) faults.push({ pointer: '', detail: `has ${more} more attributes that are wrong` });
  const time = timeOf(envelope.time, times);
  if (typeof time === 'string') faults.push({ pointer: '/time', detail: time });
  const { data } = envelope;
  // `data` is no attribute: null is the JSON value null, and no object.
  if (data !== undefined && !isObject(data)) {
    faults.push({ pointer: '/data', detail: 'must be a JSON object, or absent' });
  }

  let text = '';
  try {
    text = toText(envelope);
  } catch {
    return { faults: [...faults, { pointer: '', detail: `must not be nested deeper than ${MAX_DEPTH} levels` }] };
  }
  if (mayBeDeep(text) && depthOf(envelope) > MAX_DEPTH) {
    faults.push({ pointer: '', detail: `must not be nested deeper than ${MAX_DEPTH} levels` });
  } else if (text.includes('\\ud') && LONE_SURROGATE.test(text)) {
    const pointer = findLoneSurrogate(envelope);
    if (pointer !== null && !faults.some((fault) => fault.pointer === pointer)) {
      faults.push({ pointer, detail: 'holds half of a surrogate pair, which is not text' });
    }
  }
  if (faults.length > 0) return { faults };
  return {
    event: {
      id: envelope.id as string,
      source: envelope.source as string,
      type: envelope.type as string,
      subject: envelope.subject as string,
      timeMicros: time as Micros | null,
      data: (data ?? {}) as Record<string, unknown>,
      account: typeof envelope.account === 'string' ? envelope.account : null,
      envelope: text,
    },
  };
}

const NO_TIME = 'must be an RFC 3339 time such as 2026-11-24T08:30:00Z';

/** A number that keeps its digits is an object to JavaScript, not to JSON. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function textFault(value: unknown, limit: number): string | null {
  if (isAbsent(value)) return 'is missing';
  if (typeof value !== 'string') return 'must be text';
  if (value === '') return 'must not be empty';
  if (value.length > limit) return `must have at most ${limit} characters`;
  return unfitText(value);
}

/** What a name in an event may not hold, in words; `null` for a name that is fit. */
export function unfitText(text: string): string | null {
  const unfit = unfitInName(text);
  if (unfit === null) return null;
  if (unfit.kind === 'surrogate') return 'holds half of a surrogate pair, which is not text';
  const what = unfit.kind === 'control' ? 'control characters' : 'characters that nobody sees';
  return `must not hold ${what} (${unfit.codePoint})`;
}

/** An attribute that is `null` is as one that is not there: CloudEvents 1.0.2, JSON format, section 2.2. */
function isAbsent(attribute: unknown): attribute is null | undefined {
  return attribute === undefined || attribute === null;
}

function extensionFault(name: string, value: unknown): string | null {
  if (name === 'data_base64') return isAbsent(value) ? null : 'is not supported: send data as a JSON object';
  if (!ATTRIBUTE_NAME.test(name)) return 'is no CloudEvents attribute name (lower-case letters and digits only)';
  if (isAbsent(value)) return null;
  if (name === 'account') return textFault(value, 64);
  if (typeof value === 'object' && !isLosslessNumber(value)) return 'must be text, a number or a boolean';
  return null;
}

function timeOf(value: unknown, times: { earliest: Micros; latest: Micros }): Micros | null | string {
  if (isAbsent(value)) return null;
  const micros = typeof value === 'string' ? readEventTime(value) : null;
  if (micros === null) return (typeof value === 'string' && whyNoTime(value)) || NO_TIME;
  if (micros > times.latest) return 'is more than an hour in the future';
  if (micros < times.earliest) return `is more than ${MONTHS_BACK} months ago`;
  return micros;
}

/** Brackets are counted before depth is measured, because nearly every event has only a few; not those of megabytes of text. */
function mayBeDeep(text: string): boolean {
  if (text.length > LONG_TEXT) return true;
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code === 0x7b || code === 0x5b) && ++open > MAX_DEPTH) return true;
  }
  return false;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}

function findLoneSurrogate(value: unknown, pointer = ''): string | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : pointer;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    const below = `${pointer}/${escapePointer(key)}`;
    if (!key.isWellFormed()) return pointer;
    const lone = findLoneSurrogate(child, below);
    if (lone !== null) return lone;
  }
  return null;
}

function escapePointer(name: string): string {
  return name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 80);
}
