import type { Aggregation } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import { toRfc3339 } from '../domain/instant.ts';
import type { StoredEvent } from '../events/stored-event.ts';
import type { FeedItem, FeedKind } from './usage.types.ts';

const KINDS: Record<Aggregation, FeedKind> = {
  count: 'added',
  sum: 'added',
  max: 'reading',
  latest: 'reading',
  unique: 'distinct',
  time_weighted: 'level',
};

/** A meter as it is at an instant, or `undefined`. */
export type MeterOf = (key: string, at: Micros) => { unit: string; aggregation: Aggregation } | undefined;

/** An accepted event as the live feed shows it. */
export function feedItem(event: StoredEvent, meterOf: MeterOf): FeedItem {
  const { source, id, type, subject } = event;
  return {
    source,
    id,
    type,
    subject,
    eventTime: toRfc3339(event.time),
    receivedAt: toRfc3339(event.receivedAt),
    quantities: event.extracted.flatMap(({ meter, value, textValue }) => {
      const known = meterOf(meter, event.time);
      if (known === undefined) return [];
      const kind = KINDS[known.aggregation];
      return [{ meter, unit: known.unit, kind, value: kind === 'distinct' ? textValue : value }];
    }),
  };
}
