import type { Micros } from '../../clickhouse/index.ts';
import { localDay } from '../domain/windows.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { ComputedInvoice } from './invoices.ts';
import type { SpendDay } from './spend-pages.types.ts';

/** The days of a computed invoice's period, and how far metering has come in each. */
export function daysOfPeriod({
  charges: { days },
  pricing: { account },
  through,
}: Pick<ComputedInvoice, 'charges' | 'pricing' | 'through'>): Omit<SpendDay, 'amount'>[] {
  return days.slice(0, -1).map((from, i) => {
    const to = days[i + 1] as Micros;
    const state = from > through ? 'future' : to > through ? 'running' : 'metered';
    return { day: localDay(from, account.timeZone), from: toRfc3339(from), to: toRfc3339(to), state };
  });
}
