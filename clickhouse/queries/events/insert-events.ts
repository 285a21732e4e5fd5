import { dateTimeText, type Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';
import { textField } from '../../tab-separated.ts';

/** One accepted event as it is kept. Hashes are 128 bits as hexadecimal digits. */
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

/** The insert was reported as done, but what it wrote cannot be read. */
export class UnreadableInsertError extends Error {}

/**
 * Stores events durably; when it returns they survive a crash. One insert within one receive month is one part: there
 * as a whole or not at all.
 * @param events in receive order
 * @throws UnreadableInsertError when the engine took the rows and cannot give them back
 */
export async function insertEvents(lane: Lane, events: readonly RawEvent[]): Promise<void> {
  await lane.insert({
    name: 'insert_events',
    table: 'usage_events_raw_v1',
    columns: COLUMNS,
    rows: rowsOf(events),
  });
  await readBack(lane, events);
}

function rowsOf(events: readonly RawEvent[]): string {
  let rows = '';
  for (const event of events) {
    const { accountId, receivedAt, time, keyHash, contentHash, source, id, type, subject, envelope } = event;
    rows += `${textField(accountId)}\t${dateTimeText(receivedAt)}\t${dateTimeText(time)}\t${keyHash}\t${contentHash}\t${textField(source)}\t`;
    rows += `${textField(id)}\t${textField(type)}\t${textField(subject)}\t${textField(envelope)}\n`;
  }
  return rows;
}

/**
 * Reads every column of what was just inserted. The embedded engine reports an insert as done even when its writes
 * failed (a quota, a disk that filled up meanwhile); nothing is acknowledged on its word alone. A part that cannot be
 * read is set aside, or it would fail every later read too.
 */
async function readBack(lane: Lane, events: readonly RawEvent[]): Promise<void> {
  const first = events[0]?.receivedAt ?? 0;
  const last = events.at(-1)?.receivedAt ?? 0;
  let stored = '0';
  try {
    const [row] = await lane.query<{ found: string }>({
      name: 'read_back_events',
      // One new part and all its columns: there is nothing to plan or to divide.
      sql: `SELECT count() AS found FROM usage_events_raw_v1
            WHERE received_at >= fromUnixTimestamp64Micro({first:Int64}, 'UTC')
              AND received_at <= fromUnixTimestamp64Micro({last:Int64}, 'UTC') AND NOT ignore(*)
            SETTINGS max_threads = 1, optimize_move_to_prewhere = 0, optimize_use_projections = 0`,
      params: { first, last },
    });
    stored = row?.found ?? '0';
  } catch {
    await setAsideNewestPart(lane, events.length);
  }
  if (stored !== String(events.length)) {
    throw new UnreadableInsertError(`of ${events.length} events that were inserted ${stored} can be read back`);
  }
}

/** Detaches the part of the last insert, if it is still the newest; its files stay on the disk for inspection. */
async function setAsideNewestPart(lane: Lane, rows: number): Promise<void> {
  const [part] = await lane.query<{ name: string; rows: string }>({
    name: 'newest_events_part',
    sql: `SELECT name, rows FROM system.parts
          WHERE database = currentDatabase() AND table = 'usage_events_raw_v1' AND active
          ORDER BY max_block_number DESC LIMIT 1`,
  });
  if (part === undefined || part.rows !== String(rows) || !/^[0-9_]+$/.test(part.name)) return;
  await lane.command({ name: 'detach_part', sql: `ALTER TABLE usage_events_raw_v1 DETACH PART '${part.name}'` });
}
