import { isAscii, isUtf8 } from 'node:buffer';
import { exactJson, parseExact, parseScanned } from './exact-json.ts';
import { type ScannedValue, scanJson } from './json-scan.ts';
import { repeatedName, repeatedNameText } from './repeated-names.ts';
import { MAX_DEPTH, UnfitEvent } from './validate-event.ts';

/** Why a body could not be read at all; the caller answers 400 with it. */
export class UnreadableBodyError extends Error {}

/** A body's events before any check, and the way back to text that keeps every digit. */
export interface ReadBody {
  /** At most `MOST_EVENTS`. */
  events: unknown[];
  /** How many it holds, if they are more. */
  count: number;
  /** Whether the body was an array: then error pointers start with the index. */
  batch: boolean;
  toText: (event: unknown) => string;
}

/** How many events a request may hold; beyond is 413. */
export const MOST_EVENTS = 10_000;
/** Of one event. Real ones have some tens; what each costs is a thousand times what its bytes do. */
const MOST_NAMES = 1_000;
const MOST_VALUES = 10_000;
/** Parsed before whatever else waits gets its turn: half a millisecond. */
const CHARACTERS_PER_TURN = 64 * 1024;

/**
 * A number JSON.parse might not keep: 16 digits or more, or an exponent. It must follow a structural character, so
 * long digits inside most strings do not cost the slower parser; a false alarm costs time only.
 */
const DELICATE_NUMBER = /[:,[\s]-?\d(?:[\d.]{15,}|[\d.]*[eE])/;

/** Parses an envelope that was stored, every number as exact as it was sent. */
export function parseEnvelope(text: string): Record<string, unknown> {
  return (DELICATE_NUMBER.test(text) ? parseExact(text) : JSON.parse(text)) as Record<string, unknown>;
}

/**
 * Reads one event or an array of events, each parsed by itself and, in a large body, in turns with what else the process has to do.
 * An event that is too large to be looked at is an `UnfitEvent`.
 * @throws UnreadableBodyError when the bytes are not UTF-8 or not JSON.
 */
export async function readBody(bytes: Uint8Array): Promise<ReadBody> {
  const text = textOf(bytes);
  const scanned = scanJson(text, MOST_EVENTS);
  if (scanned === null) throw notJson();
  const { isArray: batch, items, count } = scanned;
  const events: unknown[] = [];
  // The scan of a large text was a turn of its own, and so is an event that is large by itself.
  let turnEnds = text.length > CHARACTERS_PER_TURN ? 0 : CHARACTERS_PER_TURN;
  for (const item of items) {
    if (item.to > turnEnds) {
      turnEnds = item.to + CHARACTERS_PER_TURN;
      await new Promise(setImmediate);
    }
    events.push(readEvent(text, item));
  }
  if (text.length > CHARACTERS_PER_TURN) await new Promise(setImmediate);
  return { events, count, batch, toText: exactJson };
}

/** A byte order mark is let be. Checked and decoded apart: together it takes five times as long. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer)) throw new UnreadableBodyError('the body is not valid UTF-8');
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  const read = hasMark ? buffer.subarray(3) : buffer;
  return read.toString(isAscii(read) ? 'latin1' : 'utf8');
}

function readEvent(text: string, item: ScannedValue): unknown {
  const detail = unfit(item);
  if (detail !== null) return new UnfitEvent(detail);
  let event: unknown;
  try {
    event = parseScanned(text, item);
  } catch {
    throw notJson();
  }
  const repeated = repeatedName(text.slice(item.from, item.to), event, item.names);
  if (repeated !== null) throw notJson(repeatedNameText(repeated));
  return event;
}

function unfit({ depth, names, values }: ScannedValue): string | null {
  if (depth > MAX_DEPTH) return `must not be nested deeper than ${MAX_DEPTH} levels`;
  if (names > MOST_NAMES) return `must not have more than ${MOST_NAMES} names; it has ${names}`;
  return values > MOST_VALUES ? `must not have more than ${MOST_VALUES} values` : null;
}

function notJson(why?: string): UnreadableBodyError {
  return new UnreadableBodyError(`the body is not valid JSON${why === undefined ? '' : `: ${why}`}`);
}
