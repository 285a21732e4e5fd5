import { type Micros, readEventTime } from '../domain/instant.ts';
import { AHEAD, MONTHS_BACK } from '../domain/policy.ts';

/** Spellings that other formats know and RFC 3339 or our clocks do not, in words; `null` for any other. */
export function whyNoTime(text: string): string | null {
  if (/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:60/.test(text)) {
    return 'names a leap second, which no clock here has; send the last microsecond before it: :59.999999';
  }
  if (/^\d{4}-\d\d-\d\d[Tt]24:/.test(text))
    return 'has an hour 24, which RFC 3339 has not; send 00:00:00 of the next day';
  return null;
}

/**
 * The instant an RFC 3339 time names, spelled in one way and with every digit that says something; `null` when it is none.
 * Two times are the same instant exactly when these are equal.
 */
export function exactInstant(text: string): string | null {
  const micros = readEventTime(text);
  if (micros === null) return null;
  const [, finer = ''] = /\.\d{6}(\d+)/.exec(text) ?? [];
  return `${micros}.${finer.replace(/0+$/, '')}`;
}

/** The event times accepted at `now`, both inclusive. */
export function acceptedTimes(now: Micros): { earliest: Micros; latest: Micros } {
  const date = new Date(now / 1000);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() - MONTHS_BACK);
  // 31 March less 13 months is "31 February", which JavaScript takes for 3 March: the last of February is meant.
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return { earliest: Math.floor(date.getTime()) * 1000, latest: now + AHEAD };
}
