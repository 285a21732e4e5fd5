import { toRfc3339 } from '../ingest/event-time.ts';
import type { StoredEvent } from '../ingest/stored-event.ts';
import type { FeedItem } from './usage-page.types.ts';

/** A meter's unit and whether its values are levels; `null` when the meter is not in force. */
export type UnitOf = (meter: string) => { unit: string; level: boolean } | null;

/** An accepted event as the live feed shows it. */
export function feedItem(event: StoredEvent, unitOf: UnitOf): FeedItem {
  const { source, id, type, subject } = event;
  return {
    source,
    id,
    type,
    subject,
    eventTime: toRfc3339(event.time),
    receivedAt: toRfc3339(event.receivedAt),
    quantities: event.extracted.flatMap(({ meter, value, textValue }) => {
      const known = unitOf(meter);
      return known === null ? [] : [{ meter, ...known, value: textValue === '' ? value : textValue }];
    }),
  };
}
