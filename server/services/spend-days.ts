import type { Micros } from '../../clickhouse/index.ts';
import { localDay } from '../domain/windows.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { SpendDay } from './spend-pages.types.ts';

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
