import { type ClickHouse, chargeEvents } from '../../../../../clickhouse/index.ts';
import type { Micros } from '../../../../domain/instant.ts';
import { type MeterRegistry, readingOf } from '../../../../metering/registry.ts';
import type { EventRef } from '../../event-said.ts';
import type { Compared } from '../compared.ts';
import type { Happening } from '../told/told-drivers.ts';

/** The event that ended the last of what is gone; none where it ran to the end of what is known of its period. */
export async function endOf(
  { store, registry }: { store: ClickHouse; registry: MeterRegistry },
  { account, periods, meteredThrough }: Compared,
  { drivers }: Happening,
): Promise<(EventRef & { at: Micros })[]> {
  const [last] = drivers
    .flatMap(({ before, price }) =>
      before.flatMap(({ began, resource, periodKey }) =>
        [...began.values()].map(({ until }) => ({ until, resource, periodKey, meter: price.meter })),
      ),
    )
    .sort((a, b) => b.until - a.until);
  const read = periods.find(({ period }) => period.key === last?.periodKey);
  const meter = last && registry.current(last.meter);
  if (!last || !meter || read === undefined || last.until >= Math.min(read.period.to, read.through)) return [];
  const reading = readingOf({ ...meter, asOf: read.asOf ?? meteredThrough });
  const span = { from: last.until, to: last.until + 1 };
  // Of several at that instant the last, whose state lasts.
  const event = (await chargeEvents(store.read, account.id, reading, [span])).findLast(
    ({ subject }) => subject === last.resource,
  );
  return event === undefined ? [] : [{ source: event.source, id: event.id, at: last.until }];
}
