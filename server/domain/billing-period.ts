import { Temporal } from 'temporal-polyfill';

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
}

const KEY = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The period that starts in the month `key` names. @throws RangeError when it is no `YYYY-MM`. */
export function periodOf(key: string, rule: PeriodRule): BillingPeriod {
  if (!KEY.test(key)) throw new RangeError(`"${key}" is no billing period; write it as 2026-11`);
  const month = Temporal.PlainYearMonth.from(key);
  return { key, from: startIn(month, rule), to: startIn(month.add({ months: 1 }), rule) };
}

/** The period an instant lies in. */
export function periodAt(micros: number, rule: PeriodRule): BillingPeriod {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(micros / 1000)).toZonedDateTimeISO(rule.timeZone);
  const month = local.toPlainDate().toPlainYearMonth();
  const period = periodOf(month.toString(), rule);
  return period.from <= micros ? period : periodOf(month.subtract({ months: 1 }).toString(), rule);
}

/** The period before or after. */
export function neighbourOf(period: BillingPeriod, months: 1 | -1, rule: PeriodRule): BillingPeriod {
  return periodOf(Temporal.PlainYearMonth.from(period.key).add({ months }).toString(), rule);
}

function startIn(month: Temporal.PlainYearMonth, { timeZone, anchorDay }: PeriodRule): number {
  const day = month.toPlainDate({ day: Math.min(anchorDay, month.daysInMonth) });
  // A zone may skip midnight: a day starts at its first instant.
  return day.toZonedDateTime(timeZone).startOfDay().epochMilliseconds * 1000;
}
