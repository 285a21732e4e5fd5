import {
  type ClickHouse,
  type EventFilter,
  eventByKey,
  findKeys,
  listEvents,
  type RawEvent,
} from '../../clickhouse/index.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { eventKey } from '../events/event-key.ts';
import { contributionsOf } from '../metering/contributions.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';

/** A stored event as the API shows it. */
export interface ShownEvent {
  event: Record<string, unknown>;
  /** The envelope's JSON text, every digit as it was received. */
  raw: string;
  eventTime: string;
  receivedAt: string;
}

/** One event with its receipt and the meters it fed. */
export interface EventReceipt extends ShownEvent {
  receipt: { status: 'accepted' | 'late'; receivedAt: string };
  meters: { key: string; version: number; unit: string; value: string; groupBy: Record<string, string> }[];
}

/** An account's event by source and id, or `null`. */
export async function lookUpEvent(
  store: ClickHouse,
  registry: MeterRegistry,
  accountId: string,
  source: string,
  id: string,
): Promise<EventReceipt | null> {
  const [key] = await findKeys(store.read, accountId, [eventKey(accountId, source, id).hash]);
  const event = key === undefined ? null : await eventByKey(store.read, accountId, key.receivedAt);
  if (event === null) return null;
  const readers = registry
    .readersOf(event.type)
    .filter((meter) => registry.current(meter.key)?.version === meter.version);
  const fed = contributionsOf(event, readers);
  return {
    ...shownEvent(event),
    receipt: { status: 'accepted', receivedAt: toRfc3339(event.receivedAt) },
    meters: fed.map((contribution) => {
      const reader = readers.find(({ key }) => key === contribution.meter);
      const meter = reader && meterIn(reader, { from: event.time, to: event.time + 1 });
      return {
        key: contribution.meter,
        version: contribution.meterVersion,
        unit: meter?.unit ?? '',
        value: contribution.textValue === '' ? contribution.value : contribution.textValue,
        groupBy: Object.fromEntries(
          (meter?.dimensionNames ?? []).map((name, i) => [name, contribution.dimensions[i] ?? '']),
        ),
      };
    }),
  };
}

/** A page of an account's events, newest received first, and where the next begins (a receive time). */
export async function eventsPage(
  store: ClickHouse,
  filter: EventFilter,
): Promise<{ data: ShownEvent[]; next: number | null }> {
  const { events, isMore } = await listEvents(store.read, filter);
  return { data: events.map(shownEvent), next: isMore ? (events.at(-1)?.receivedAt ?? null) : null };
}

function shownEvent(event: RawEvent): ShownEvent {
  return {
    event: JSON.parse(event.envelope) as Record<string, unknown>,
    raw: event.envelope,
    eventTime: toRfc3339(event.time),
    receivedAt: toRfc3339(event.receivedAt),
  };
}
