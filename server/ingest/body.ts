import { parse as parseLossless, stringify as stringifyLossless } from 'lossless-json';
import { repeatedName, repeatedNameText } from './repeated-names.ts';

/** Why a body could not be read at all; the caller answers 400 with it. */
export class UnreadableBodyError extends Error {}

/** A body's events before any check, and the way back to text that keeps every digit. */
export interface ReadBody {
  events: unknown[];
  /** Whether the body was an array: then error pointers start with the index. */
  batch: boolean;
  toText: (event: unknown) => string;
}

/**
 * A number JSON.parse might not keep: 16 digits or more, or an exponent. It must follow a structural character, so
 * long digits inside most strings do not cost the slower parser; a false alarm costs time only.
 */
const DELICATE_NUMBER = /[:,[\s]-?\d(?:[\d.]{15,}|[\d.]*[eE])/;

/** Parses an envelope that was stored, every number as exact as it was sent. */
export function parseEnvelope(text: string): Record<string, unknown> {
  return (DELICATE_NUMBER.test(text) ? parseLossless(text) : JSON.parse(text)) as Record<string, unknown>;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one event or an array of events.
 * @throws UnreadableBodyError when the bytes are not UTF-8 or not JSON.
 */
export function readBody(bytes: Uint8Array): ReadBody {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new UnreadableBodyError('the body is not valid UTF-8');
  }
  const lossless = DELICATE_NUMBER.test(text);
  let parsed: unknown;
  try {
    parsed = lossless
      ? parseLossless(text, undefined, { onDuplicateKey: ({ newValue }) => newValue })
      : JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableBodyError('the JSON is nested too deeply');
    throw new UnreadableBodyError('the body is not valid JSON');
  }
  const repeated = repeatedName(text, parsed);
  if (repeated !== null) throw new UnreadableBodyError(`the body is not valid JSON: ${repeatedNameText(repeated)}`);
  const batch = Array.isArray(parsed);
  return {
    events: batch ? (parsed as unknown[]) : [parsed],
    batch,
    toText: lossless ? (event) => stringifyLossless(event) ?? 'null' : (event) => JSON.stringify(event) ?? 'null',
  };
}
