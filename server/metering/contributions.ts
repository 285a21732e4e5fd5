import type { Contribution, RawEvent } from '../../clickhouse/index.ts';
import { parseEnvelope } from '../events/body.ts';
import type { StoredEvent } from '../events/stored-event.ts';
import { type CompiledMeter, extract } from './extract.ts';

/** A stored event as it comes back from the store: nothing extracted yet. */
export function fromRaw(event: RawEvent): StoredEvent {
  return { ...event, timeMicros: event.time, extracted: [], revision: -1 };
}

/** What stored events add to the given meters, read anew from their envelopes. Meters that cannot read one skip it. */
export function contributionsOf(
  event: Pick<StoredEvent, 'accountId' | 'time' | 'source' | 'id' | 'receivedAt' | 'type' | 'subject' | 'envelope'>,
  meters: readonly CompiledMeter[],
): Contribution[] {
  if (meters.length === 0) return [];
  const data = (parseEnvelope(event.envelope).data ?? {}) as Record<string, unknown>;
  return placed(event, extract(meters, { type: event.type, time: event.time, data }).extracted);
}

/** What was extracted at the door, now with the event's place in the receive order. */
export function placed(
  event: Pick<StoredEvent, 'accountId' | 'time' | 'source' | 'id' | 'receivedAt' | 'subject'>,
  extracted: StoredEvent['extracted'],
): Contribution[] {
  const { accountId, time, source, id, receivedAt, subject } = event;
  const contributions: Contribution[] = [];
  for (const { meter, meterVersion, dimensions, value, textValue } of extracted) {
    contributions.push({
      accountId,
      meter,
      meterVersion,
      time,
      source,
      id,
      receivedAt,
      subject,
      dimensions,
      value,
      textValue,
    });
  }
  return contributions;
}
