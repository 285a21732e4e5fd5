/** An instant as microseconds since 1970: exact in a double until the year 2255, and the precision of every table here. */
export type Micros = number;

/** What `ends_at` holds while an interval is open: 2200-01-01T00:00:00Z. */
export const OPEN_END: Micros = 7_258_118_400_000_000;

/** `2026-11-24 03:44:14.000001`, the text form the engine reads into a DateTime64(6, 'UTC'). */
export function dateTimeText(micros: Micros): string {
  const millis = Math.floor(micros / 1000);
  const rest = micros - millis * 1000;
  const iso = new Date(millis).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(rest).padStart(3, '0')}`;
}
