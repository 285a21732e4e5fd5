import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import type { RawEvent } from './insert-events.ts';

type Row = Omit<RawEvent, 'receivedAt' | 'time'> & { receivedAt: string; eventTime: string };

const COLUMNS = `account_id AS accountId, toUnixTimestamp64Micro(received_at) AS receivedAt,
  toUnixTimestamp64Micro(time) AS eventTime, toString(key_hash) AS keyHash, toString(content_hash) AS contentHash,
  source, id, type, subject, envelope`;

function toRawEvent({ receivedAt, eventTime, ...row }: Row): RawEvent {
  return { ...row, receivedAt: Number(receivedAt), time: Number(eventTime) };
}

/** Events of all accounts received in `(after, through]`, in receive order; the roller's way back to the source. */
export async function eventsReceivedAfter(
  lane: Lane,
  after: Micros,
  through: Micros,
  limit: number,
): Promise<RawEvent[]> {
  const rows = await lane.query<Row>({
    name: 'events_received_after',
    sql: `SELECT ${COLUMNS} FROM usage_events_raw_v1
          WHERE received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
            AND received_at <= fromUnixTimestamp64Micro({through:Int64}, 'UTC')
          ORDER BY received_at LIMIT {limit:UInt32}`,
    params: { after, through, limit },
  });
  return rows.map(toRawEvent);
}

/** The same for one event type, when a meter's definition changed and its history is rolled again. */
export async function eventsOfTypeReceivedAfter(
  lane: Lane,
  type: string,
  after: Micros,
  through: Micros,
  limit: number,
): Promise<RawEvent[]> {
  const rows = await lane.query<Row>({
    name: 'events_of_type_received_after',
    sql: `SELECT ${COLUMNS} FROM usage_events_raw_v1
          WHERE type = {type:String} AND received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
            AND received_at <= fromUnixTimestamp64Micro({through:Int64}, 'UTC')
          ORDER BY received_at LIMIT {limit:UInt32}`,
    params: { type, after, through, limit },
  });
  return rows.map(toRawEvent);
}

/** One event by its key, or `null`. */
export async function eventByKey(lane: Lane, accountId: string, receivedAt: Micros): Promise<RawEvent | null> {
  const [row] = await lane.query<Row>({
    name: 'event_by_key',
    sql: `SELECT ${COLUMNS} FROM usage_events_raw_v1
          WHERE account_id = {accountId:String} AND received_at = fromUnixTimestamp64Micro({receivedAt:Int64}, 'UTC')`,
    params: { accountId, receivedAt },
  });
  return row === undefined ? null : toRawEvent(row);
}

export interface EventFilter {
  accountId: string;
  type: string | null;
  subject: string | null;
  /** Event time, half-open. */
  from: Micros;
  to: Micros;
  receivedFrom: Micros;
  receivedTo: Micros;
  /** Continue below this receive time; `received_at` is unique, so it is the whole key. */
  before: Micros;
  limit: number;
}

/** An account's events, newest received first. */
export async function listEvents(lane: Lane, filter: EventFilter): Promise<RawEvent[]> {
  const rows = await lane.query<Row>({
    name: 'list_events',
    sql: `SELECT ${COLUMNS} FROM usage_events_raw_v1
          WHERE account_id = {accountId:String}
            AND received_at < fromUnixTimestamp64Micro({before:Int64}, 'UTC')
            AND received_at >= fromUnixTimestamp64Micro({receivedFrom:Int64}, 'UTC')
            AND received_at < fromUnixTimestamp64Micro({receivedTo:Int64}, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            AND ({type:String} = '' OR type = {type:String})
            AND ({subject:String} = '' OR subject = {subject:String})
          ORDER BY received_at DESC LIMIT {limit:UInt32}`,
    params: { ...filter, type: filter.type ?? '', subject: filter.subject ?? '' },
  });
  return rows.map(toRawEvent);
}
