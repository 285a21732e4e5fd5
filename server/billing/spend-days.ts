import type { Micros } from '../domain/instant.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { localDay } from '../domain/windows.ts';

/** Spend of one day; exact decimals as text. `null` while the day has not come. */
export interface SpendDay {
  /** Calendar day in the account's zone, `YYYY-MM-DD`. */
  day: string;
  from: string;
  to: string;
  state: 'metered' | 'running' | 'future';
  amount: string | null;
}

/**
 * The days of a period, and how far metering has come in each.
 * @param bounds of the days, both ends included
 */
export function daysOfPeriod(bounds: readonly Micros[], timeZone: string, through: Micros): Omit<SpendDay, 'amount'>[] {
  return bounds.slice(0, -1).map((from, i) => {
    const to = bounds[i + 1] as Micros;
    const state = from > through ? 'future' : to > through ? 'running' : 'metered';
    return { day: localDay(from, timeZone), from: toRfc3339(from), to: toRfc3339(to), state };
  });
}
