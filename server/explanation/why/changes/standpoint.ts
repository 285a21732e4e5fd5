import type { Span } from '../../../billing/charge-gathering.ts';
import type { Account } from '../../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../../database/accounts/billing-periods.ts';
import type { InvoiceHead } from '../../../database/invoices/invoices.ts';
import { MINUTE, type Micros } from '../../../domain/instant.ts';
import { calendarDay } from '../../../domain/windows.ts';
import type { ReadPeriod } from './terms/read-period.ts';

/** An account and where it stands, at a watermark. */
export interface Standpoint {
  account: Account;
  periods: readonly AccountPeriodRow[];
  finals: readonly InvoiceHead[];
  meteredThrough: Micros;
  /** Periods that were read by day from here. */
  readAlready: Map<string, Promise<ReadPeriod>>;
}

/**
 * As much of an earlier span as there is of a later one so far: to the minute, so that it is read once a minute and not for
 * everyone who asks.
 */
export function samePart(now: Span, earlier: Span, meteredThrough: Micros): Span {
  const elapsed = Math.max(MINUTE, Math.floor((meteredThrough - now.from) / MINUTE) * MINUTE);
  return { from: earlier.from, to: Math.min(earlier.from + elapsed, earlier.to) };
}

/** A calendar day, in the zone of the period it lies in; `null` beyond the account's periods. */
export function dayIn({ periods }: Pick<Standpoint, 'periods'>, day: string): Span | null {
  for (const { from, to, timeZone } of periods.toReversed()) {
    const asked = calendarDay(day, timeZone);
    if (asked.from < from || asked.from >= to) continue;
    return { from: asked.from, to: Math.min(calendarDay(asked.next, timeZone).from, to) };
  }
  return null;
}

export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
