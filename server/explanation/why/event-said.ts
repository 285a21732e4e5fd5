import { type ClickHouse, eventsReceivedAt, findKeys } from '../../../clickhouse/index.ts';
import { eventKey } from '../../events/event-key.ts';

/** What an event is told by, of one account. */
export interface EventRef {
  source: string;
  id: string;
}

/** So many are read at once, unless more are asked for. */
const MOST = 50;

/** One text for an event, to find it by. */
export const eventName = ({ source, id }: EventRef): string => JSON.stringify([source, id]);

/** What the first of these events say, by their names. */
export async function saidByEvents(
  store: ClickHouse,
  accountId: string,
  refs: readonly EventRef[],
  most = MOST,
): Promise<Map<string, Record<string, unknown>>> {
  if (refs.length === 0) return new Map();
  const hashes = [...new Set(refs.map(({ source, id }) => eventKey(accountId, source, id).hash))].slice(0, most);
  const keys = await findKeys(store.read, accountId, hashes);
  const received = keys.map(({ receivedAt }) => receivedAt);
  const events = [...(await eventsReceivedAt(store.read, accountId, received)).events.values()];
  return new Map(events.map((event) => [eventName(event), JSON.parse(event.envelope) as Record<string, unknown>]));
}

/** Who or what an event says did it. */
export function actorOf(event: Record<string, unknown> | undefined): string | null {
  const data = event?.data as { actor?: unknown; cause?: unknown } | null | undefined;
  const [actor, cause] = [data?.actor, data?.cause].map((said) =>
    typeof said === 'string' && said !== '' ? said : null,
  );
  return actor ?? cause ?? null;
}
