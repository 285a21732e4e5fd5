/** An instant as microseconds since 1970, or a length of time: exact in a double until the year 2255. */
export type Micros = number;

/** Lengths of time. A day of a calendar may be an hour shorter or longer: see `windows.ts`. */
export const SECOND: Micros = 1_000_000;
/** In microseconds. */
export const MINUTE: Micros = 60 * SECOND;
/** In microseconds. */
export const HOUR: Micros = 60 * MINUTE;
/** 24 hours in microseconds; a day of a calendar may be longer or shorter, see `windows.ts`. */
export const DAY: Micros = 24 * HOUR;

/** The instant of a date, or of RFC 3339 as the stores write it: exact to the millisecond both have. */
export function microsOf(at: Date | string): Micros {
  return (typeof at === 'string' ? Date.parse(at) : at.getTime()) * 1000;
}

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

/** RFC 3339 UTC with microseconds. */
export function toRfc3339(micros: Micros): string {
  const millis = Math.floor(micros / 1000);
  return `${new Date(millis).toISOString().slice(0, 23)}${String(micros - millis * 1000).padStart(3, '0')}Z`;
}
