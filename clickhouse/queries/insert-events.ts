import { dateTimeText, type Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/** One accepted event as it is kept. Hashes are UUID text of 128 bits. */
export interface RawEvent {
  accountId: string;
  receivedAt: Micros;
  time: Micros;
  keyHash: string;
  contentHash: string;
  source: string;
  id: string;
  type: string;
  subject: string;
  envelope: string;
}

const COLUMNS = [
  'account_id',
  'received_at',
  'time',
  'key_hash',
  'content_hash',
  'source',
  'id',
  'type',
  'subject',
  'envelope',
] as const;

/**
 * Stores events durably; when it returns they survive a crash. All rows must fall into one receive month, which makes
 * the insert one part: there as a whole or not at all.
 */
export async function insertEvents(lane: Lane, events: readonly RawEvent[]): Promise<void> {
  await lane.insert({
    name: 'insert_events',
    table: 'usage_events_raw_v1',
    columns: COLUMNS,
    rows: events.map((event) => [
      event.accountId,
      dateTimeText(event.receivedAt),
      dateTimeText(event.time),
      event.keyHash,
      event.contentHash,
      event.source,
      event.id,
      event.type,
      event.subject,
      event.envelope,
    ]),
  });
}
