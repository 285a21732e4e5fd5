import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';
import type { RawEvent } from './insert-events.ts';

type Row = Omit<RawEvent, 'receivedAt' | 'time'> & { receivedAt: string; eventTime: string };

const COLUMNS = `account_id AS accountId, toUnixTimestamp64Micro(received_at) AS receivedAt,
  toUnixTimestamp64Micro(time) AS eventTime, 
  replaceAll(toString(key_hash), '-', '') AS keyHash, replaceAll(toString(content_hash), '-', '') AS contentHash,
  source, id, type, subject, envelope`;

function toRawEvent({ receivedAt, eventTime, ...row }: Row): RawEvent {
  return { ...row, receivedAt: Number(receivedAt), time: Number(eventTime) };
}

/** So many bytes of events are read at once, however many those are: more than that is no text any more. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Some events, and whether there are no more of them. */
export interface EventsPage {
  events: RawEvent[];
  isWhole: boolean;
}

/**
 * Events received in `(after, through]`, in receive order, of all accounts; the roller's way back to the source.
 * @param limit so many at most, fewer where they are large
 * @param types only these event types, when a meter's definition changed and its history is rolled again; none for all
 */
export async function eventsReceivedAfter(
  lane: Lane,
  after: Micros,
  through: Micros,
  limit: number,
  types: readonly string[] = [],
): Promise<EventsPage> {
  const scope = `received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
    AND received_at <= fromUnixTimestamp64Micro({through:Int64}, 'UTC')
    ${types.length === 0 ? '' : 'AND type IN {types:Array(String)}'}`;
  const rows = await lane.query<Row & { bytes: string }>({
    name: 'events_received_after',
    // The page's end is found from the times alone, then from the lengths up to there: sorting whole envelopes would read all that
    // follow for each page.
    sql: `WITH (SELECT max(received_at) FROM (
                  SELECT received_at FROM usage_events_raw_v1 WHERE ${scope} ORDER BY received_at LIMIT {limit:UInt32})) AS last,
               (SELECT max(received_at) FROM (
                  SELECT received_at, sum(length(envelope)) OVER (
                    ORDER BY received_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                  FROM usage_events_raw_v1 WHERE ${scope} AND received_at <= last)
                WHERE before < {mostBytes:UInt64}) AS end
          SELECT ${COLUMNS}, length(envelope) AS bytes FROM usage_events_raw_v1
          WHERE ${scope} AND received_at <= end
          ORDER BY received_at`,
    params: { after, through, limit, mostBytes: MOST_BYTES, ...(types.length === 0 ? {} : { types }) },
  });
  const bytes = rows.reduce((sum, row) => sum + Number(row.bytes), 0);
  return {
    events: rows.map(({ bytes: _bytes, ...row }) => toRawEvent(row)),
    isWhole: rows.length < limit && bytes < MOST_BYTES,
  };
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

/** Of a list that somebody looks at; one event may be as large as a request. */
const MOST_LISTED_BYTES = 8 * 1024 * 1024;
const BYTES_BEFORE = (order: string) =>
  `sum(length(envelope)) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`;

/**
 * Events of an account by their receive times, which are unique, in the order they are asked for: as many as are read at once, and
 * the first of them however large it is. @returns also which of those asked for are left
 */
export async function eventsReceivedAt(
  lane: Lane,
  accountId: string,
  receivedAt: readonly Micros[],
): Promise<{ events: Map<Micros, RawEvent>; left: Micros[] }> {
  if (receivedAt.length === 0) return { events: new Map(), left: [] };
  const rows = await lane.query<Row & { bytesBefore: string }>({
    name: 'events_received_at',
    sql: `SELECT * REPLACE if(bytesBefore < {mostBytes:UInt64}, envelope, '') AS envelope FROM (
            SELECT ${COLUMNS}, ${BYTES_BEFORE('indexOf({receivedAt:Array(Int64)}, toUnixTimestamp64Micro(received_at))')} AS bytesBefore
            FROM usage_events_raw_v1
            WHERE account_id = {accountId:String}
              AND received_at IN (SELECT fromUnixTimestamp64Micro(arrayJoin({receivedAt:Array(Int64)}), 'UTC')))`,
    params: { accountId, receivedAt, mostBytes: MOST_LISTED_BYTES },
  });
  const events = new Map<Micros, RawEvent>();
  const left: Micros[] = [];
  for (const { bytesBefore, ...row } of rows) {
    const event = toRawEvent(row);
    if (Number(bytesBefore) < MOST_LISTED_BYTES) events.set(event.receivedAt, event);
    else left.push(event.receivedAt);
  }
  return { events, left };
}

/** Which events of an account; `null` is any. */
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

/** An account's events, newest received first: fewer than asked for where they are large. @returns also whether there are more */
export async function listEvents(lane: Lane, filter: EventFilter): Promise<{ events: RawEvent[]; isMore: boolean }> {
  const rows = await lane.query<Row & { bytesBefore: string }>({
    name: 'list_events',
    sql: `SELECT * REPLACE if(bytesBefore < {mostBytes:UInt64}, envelope, '') AS envelope FROM (
            SELECT *, ${BYTES_BEFORE('receivedAt DESC')} AS bytesBefore FROM (
              SELECT ${COLUMNS} FROM usage_events_raw_v1
              WHERE account_id = {accountId:String}
                AND received_at < fromUnixTimestamp64Micro({before:Int64}, 'UTC')
                AND received_at >= fromUnixTimestamp64Micro({receivedFrom:Int64}, 'UTC')
                AND received_at < fromUnixTimestamp64Micro({receivedTo:Int64}, 'UTC')
                AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
                AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
                AND ({type:String} = '' OR type = {type:String})
                AND ({subject:String} = '' OR subject = {subject:String})
              ORDER BY received_at DESC LIMIT {limit:UInt32} + 1))
          ORDER BY receivedAt DESC`,
    params: { ...filter, type: filter.type ?? '', subject: filter.subject ?? '', mostBytes: MOST_LISTED_BYTES },
  });
  const isRead = ({ bytesBefore }: { bytesBefore: string }) => Number(bytesBefore) < MOST_LISTED_BYTES;
  const shown = rows.filter(isRead).slice(0, filter.limit);
  return {
    events: shown.map(({ bytesBefore: _bytes, ...row }) => toRawEvent(row)),
    isMore: rows.length > shown.length,
  };
}
