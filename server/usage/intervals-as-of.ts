import { type ChargeInterval, type ClickHouse, levelEventsAsOf } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { intervalsOf } from '../metering/intervals.ts';
import { type RegisteredMeter, readingOf } from '../metering/registry.ts';
import { levelTimesOf } from '../metering/stretches.ts';

/**
 * The intervals of a time-weighted meter as they were known when only some of its events were received: computed from
 * those, since the intervals that are kept are of all events. Cut like `chargeIntervals` does.
 */
export async function intervalsAsOf(
  store: ClickHouse,
  accountId: string,
  meter: RegisteredMeter,
  { from, to, through }: { from: Micros; to: Micros; through: Micros },
  onInterval: (interval: ChargeInterval) => void,
): Promise<void> {
  const until = Math.min(to, through);
  const levels = levelTimesOf(meter) ?? meter.levels ?? 'amount';
  const events = await levelEventsAsOf(store.read, accountId, readingOf(meter), until);
  for (let first = 0; first < events.length; ) {
    const subject = events[first]?.subject as string;
    let next = first;
    while (events[next]?.subject === subject) next++;
    for (const interval of intervalsOf(levels, [], events.slice(first, next))) {
      const startsAt = Math.max(interval.startsAt, from);
      const endsAt = Math.min(interval.endsAt, until);
      if (startsAt < endsAt) onInterval({ ...interval, accountId, meter: meter.key, subject, startsAt, endsAt });
    }
    first = next;
  }
}
