import { Temporal } from 'temporal-polyfill';
import { DAY } from './instant.ts';

/** What decides an account's billing periods. */
export interface PeriodRule {
  /** IANA name. */
  timeZone: string;
  /** Day of the month a period starts on, 1 to 31; in a shorter month its last day. */
  anchorDay: number;
}

/** A billing period, half-open, in microseconds since 1970. */
export interface BillingPeriod {
  /** `YYYY-MM` of the month it starts in. */
  key: string;
  from: number;
  to: number;
  /** IANA name: its days are days of this zone. */
  timeZone: string;
}

/** A period in the row of an account's periods. */
export interface PeriodInRow extends BillingPeriod {
  anchorDay: number;
  /** Between an old rhythm and a new one: shorter or longer than a month. */
  bridging: boolean;
}

const KEY = /^(?!0000)\d{4}-(0[1-9]|1[0-2])$/;
/** A bridging period is no shorter; so it is at most two months long. */
const SHORTEST_BRIDGE = 15 * DAY;

/** Whether a text has the form of a period's key. */
export function isPeriodKey(text: string): boolean {
  return KEY.test(text);
}

/** The period that starts in the month `key` names. @throws RangeError when it is no `YYYY-MM` */
export function periodOf(key: string, rule: PeriodRule): BillingPeriod {
  if (!KEY.test(key)) throw new RangeError(`"${key}" is no billing period; write it as 2026-11`);
  const month = Temporal.PlainYearMonth.from(key);
  return { key, from: startIn(month, rule), to: startIn(month.add({ months: 1 }), rule), timeZone: rule.timeZone };
}

/** The period an instant lies in. */
export function periodAt(micros: number, rule: PeriodRule): BillingPeriod {
  const month = monthAt(micros, rule);
  const period = periodOf(month.toString(), rule);
  return period.from <= micros ? period : periodOf(month.subtract({ months: 1 }).toString(), rule);
}

/** The first period of a row: the one an instant lies in. */
export function firstPeriod(micros: number, rule: PeriodRule): PeriodInRow {
  return { ...periodAt(micros, rule), anchorDay: rule.anchorDay, bridging: false };
}

/**
 * The period that begins where another ends. Under the rule it goes on by, a month; after a change of rule one bridging
 * period until a month of the new rule begins that is a later one than its own, and no sooner than 15 days on.
 */
export function periodAfter(last: PeriodInRow, rule: PeriodRule): PeriodInRow {
  const from = last.to;
  const next = (month: Temporal.PlainYearMonth) => month.add({ months: 1 });
  const notBefore = next(Temporal.PlainYearMonth.from(last.key));
  const local = monthAt(from, rule);
  const month = Temporal.PlainYearMonth.compare(local, notBefore) < 0 ? notBefore : local;
  const inRow = { key: month.toString(), from, timeZone: rule.timeZone, anchorDay: rule.anchorDay };
  if (startIn(month, rule) === from) return { ...inRow, to: startIn(next(month), rule), bridging: false };
  let end = next(month);
  while (startIn(end, rule) < from + SHORTEST_BRIDGE) end = next(end);
  return { ...inRow, to: startIn(end, rule), bridging: true };
}

/** The period that begins where the last one of an ended account ends, and ends with the month that `now` lies in. */
export function periodPast(last: PeriodInRow, now: number, rule: PeriodRule): PeriodInRow {
  const { key, to } = periodAt(now, rule);
  if (key <= last.key) return periodAfter(last, rule);
  const { timeZone, anchorDay } = rule;
  return { key, from: last.to, to, timeZone, anchorDay, bridging: false };
}

/** The period that ends where the first of a row begins, by the rule of that one. */
export function periodBefore(first: PeriodInRow): PeriodInRow {
  const { anchorDay, timeZone } = first;
  let month = Temporal.PlainYearMonth.from(first.key).subtract({ months: 1 });
  while (startIn(month, first) >= first.from) month = month.subtract({ months: 1 });
  return { key: month.toString(), from: startIn(month, first), to: first.from, timeZone, anchorDay, bridging: false };
}

function monthAt(micros: number, { timeZone }: PeriodRule): Temporal.PlainYearMonth {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(micros / 1000)).toZonedDateTimeISO(timeZone);
  return local.toPlainDate().toPlainYearMonth();
}

function startIn(month: Temporal.PlainYearMonth, { timeZone, anchorDay }: PeriodRule): number {
  const day = month.toPlainDate({ day: Math.min(anchorDay, month.daysInMonth) });
  // A zone may skip midnight: a day starts at its first instant.
  return day.toZonedDateTime(timeZone).startOfDay().epochMilliseconds * 1000;
}
