/** An instant as microseconds since 1970: exact in a double until the year 2255, and the precision of every table here. */
export type Micros = number;

/** What `ends_at` holds while an interval is open: 2200-01-01T00:00:00Z. */
export const OPEN_END: Micros = 7_258_118_400_000_000;

/** `1795491854.000001`: seconds with six decimals, the text form the engine reads fastest into a DateTime64(6, 'UTC'). */
export function dateTimeText(micros: Micros): string {
  const seconds = Math.floor(micros / 1_000_000);
  return `${seconds}.${String(micros - seconds * 1_000_000).padStart(6, '0')}`;
}
