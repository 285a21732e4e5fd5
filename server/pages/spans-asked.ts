import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import type { TwoSpans } from '../domain/change-id.ts';
import { readEventTime, toRfc3339 } from '../domain/instant.ts';
import { calendarDay, windowAt } from '../domain/windows.ts';
import { dayIn } from '../explanation/why/changes/standpoint.ts';
import { notUnderstood } from './not-found.ts';

/** Whose days are meant. */
interface Calendar {
  periods: readonly AccountPeriodRow[];
  /** Of days beyond the periods. */
  timeZone: string;
}

/**
 * Two spans as an address asks for them, to the microsecond: each bound is RFC 3339, or a calendar day in the zone of its billing
 * period; a day that a span ends with is in it.
 * @throws a 400 `Response` for what is none of both
 */
export function spansAsked({ from, to, compareFrom, compareTo }: TwoSpans, calendar: Calendar): TwoSpans {
  const [begin, end] = [boundIn(calendar, 'from'), boundIn(calendar, 'to')];
  return { from: begin(from), to: end(to), compareFrom: begin(compareFrom), compareTo: end(compareTo) };
}

function boundIn(calendar: Calendar, bound: 'from' | 'to'): (text: string) => string {
  return (text) => {
    const instant = readEventTime(text);
    return toRfc3339(instant ?? daySpan(calendar, text)[bound]);
  };
}

function daySpan({ periods, timeZone }: Calendar, day: string) {
  try {
    return dayIn({ periods }, day) ?? windowAt(calendarDay(day, timeZone).from, 'DAY', timeZone);
  } catch (error) {
    if (error instanceof RangeError) throw notUnderstood(`“${day}” is no day, and no time in full.`);
    throw error;
  }
}
