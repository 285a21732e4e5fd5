import { readEventTime } from './instant.ts';

/** Calendar days, `YYYY-MM-DD`, both of them included; with the month, `YYYY-MM`, that they are all of. */
export interface WholeDays {
  first: string;
  last: string;
  month: string | null;
}

/** The days of a zone that a span is all of, from RFC 3339; `null` where it begins or ends within a day. */
export function wholeDays(from: string, to: string, timeZone: string): WholeDays | null {
  const [start, end] = [dayBegunAt(from, timeZone), dayBegunAt(to, timeZone)];
  if (start === null || end === null || start.day >= end.day) return null;
  const [first, last] = [start.day, end.before];
  const month = first.slice(0, 7);
  const isMonth = first === `${month}-01` && end.day === `${monthAfter(month)}-01`;
  return { first, last, month: isMonth ? month : null };
}

/** The day that begins at an instant, and the one it ends: clocks that are set at midnight do not show it. */
function dayBegunAt(instant: string, timeZone: string): { day: string; before: string } | null {
  const micros = readEventTime(instant);
  if (micros === null || micros % 1000 !== 0) return null;
  const [day, before] = [dayAt(micros / 1000, timeZone), dayAt(micros / 1000 - 1, timeZone)];
  return day === before ? null : { day, before };
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dayAt(millis: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // Making one takes far longer than using it.
    format = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(new Date(millis)).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}
