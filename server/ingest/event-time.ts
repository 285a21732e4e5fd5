import type { Micros } from '../../clickhouse/index.ts';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?([Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 time into microseconds; finer digits are cut off, not rounded, so that a time never moves into
 * the next bucket. `null` when it is not a time.
 */
export function readEventTime(text: string): Micros | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, y, mo, d, h, mi, s, fraction = '', , sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const [year, month, day] = [Number(y), Number(mo), Number(d)];
  const [hour, minute, second] = [Number(h), Number(mi), Number(s)];
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return null;
  const millis = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(millis);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1900) return null;
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return (millis - offset) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

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

/** Events up to an hour ahead: clocks differ. */
const AHEAD: Micros = 3_600_000_000;
const MONTHS_BACK = 13;

/** The event times accepted at `now`, both inclusive. */
export function acceptedTimes(now: Micros): { earliest: Micros; latest: Micros } {
  const date = new Date(now / 1000);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() - MONTHS_BACK);
  // 31 March less 13 months is "31 February", which JavaScript takes for 3 March: the last of February is meant.
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  return { earliest: Math.floor(date.getTime()) * 1000, latest: now + AHEAD };
}

/** RFC 3339 UTC with microseconds. */
export function toRfc3339(micros: Micros): string {
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(0, 23)}${String(micros - millis * 1000).padStart(3, '0')}Z`;
}
