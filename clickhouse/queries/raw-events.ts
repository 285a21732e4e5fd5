import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import type { RawEvent } from './insert-events.ts';

type Row = Omit<RawEvent, 'receivedAt' | 'time'> & { receivedAt: string; eventTime: string };

const COLUMNS = `account_id AS accountId, toUnixTimestamp64Micro(received_at) AS receivedAt,
  toUnixTimestamp64Micro(time) AS eventTime, 
  replaceAll(toString(key_hash), '-', '') AS keyHash, replaceAll(toString(content_hash), '-', '') AS contentHash,
  source, id, type, subject, envelope`;

function toRawEvent({ receivedAt, eventTime, ...row }: Row): RawEvent {
  return { ...row, receivedAt: Number(receivedAt), time: Number(eventTime) };
}

/**
 * Events received in `(after, through]`, in receive order, of all accounts; the roller's way back to the source.
 * @param types only these event types, when a meter's definition changed and its history is rolled again; none for all
 */
export async function eventsReceivedAfter(
  lane: Lane,
  after: Micros,
  through: Micros,
  limit: number,
  types: readonly string[] = [],
): Promise<RawEvent[]> {
  const scope = `received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
    AND received_at <= fromUnixTimestamp64Micro({through:Int64}, 'UTC')
    ${types.length === 0 ? '' : 'AND type IN {types:Array(String)}'}`;
  const rows = await lane.query<Row>({
    name: 'events_received_after',
    // The page's end is found from the times alone: sorting whole envelopes would read all that follow for each page.
    sql: `SELECT ${COLUMNS} FROM usage_events_raw_v1
          WHERE ${scope} AND received_at <= (
            SELECT max(received_at) FROM (
              SELECT received_at FROM usage_events_raw_v1 WHERE ${scope} ORDER BY received_at LIMIT {limit:UInt32}))
          ORDER BY received_at`,
    params: { after, through, limit, ...(types.length === 0 ? {} : { types }) },
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

/** Events of an account by their receive times, which are unique. */
export async function eventsReceivedAt(
  lane: Lane,
  accountId: string,
  receivedAt: readonly Micros[],
): Promise<Map<Micros, RawEvent>> {
  if (receivedAt.length === 0) return new Map();
  const rows = await lane.query<Row>({
    name: 'events_received_at',
    sql: `SELECT ${COLUMNS} FROM usage_events_raw_v1
          WHERE account_id = {accountId:String}
            AND received_at IN (SELECT fromUnixTimestamp64Micro(arrayJoin({receivedAt:Array(Int64)}), 'UTC'))`,
    params: { accountId, receivedAt },
  });
  return new Map(rows.map(toRawEvent).map((event) => [event.receivedAt, event]));
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
