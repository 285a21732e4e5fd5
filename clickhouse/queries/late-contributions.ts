import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import type { ChargeEvent } from './charge-events.ts';
import type { MeterReading } from './meter-reading.ts';

/** Which contributions of an account to a meter are asked for. */
export interface LateFilter {
  /** Stretches of event time, half-open, each with the dimensions a contribution in it must have; positions from 1. */
  spans: readonly { from: Micros; to: Micros; dimensions: readonly { position: number; value: string }[] }[];
  /** Only of these; `null` for any. */
  subjects: readonly string[] | null;
  /** Received in `(after, by]`. */
  received: { after: Micros; by: Micros };
}

/** The first of some contributions, and what all of them are. */
export interface LateContributions {
  /** In the order they count. */
  events: ChargeEvent[];
  count: number;
  /** Event time of the last one; `null` when there is none. */
  last: Micros | null;
}

/** An account's contributions to a meter that were received in a span of time: the first `limit`, and how many there are. */
export async function lateContributions(
  lane: Lane,
  accountId: string,
  { meter, meterVersion }: MeterReading,
  { spans, subjects, received }: LateFilter,
  limit: number,
): Promise<LateContributions> {
  if (spans.length === 0 || subjects?.length === 0) return { events: [], count: 0, last: null };
  const inSpan = spans.map(
    ({ dimensions }, i) =>
      `(time >= fromUnixTimestamp64Micro({from${i}:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to${i}:Int64}, 'UTC')
        ${dimensions.map(({ position }, d) => `AND dimensions[${position}] = {value${i}_${d}:String}`).join(' ')})`,
  );
  const rows = await lane.query<
    Omit<ChargeEvent, 'time' | 'receivedAt'> & { at: string; received: string; count: string; last: string }
  >({
    name: 'late_contributions',
    // Counted and limited together: what another charge of the meter has is neither told nor in the way.
    sql: `SELECT toUnixTimestamp64Micro(time) AS at, source, id, subject, dimensions, toString(value) AS value,
                 text_value AS textValue, toUnixTimestamp64Micro(received_at) AS received,
                 toString(count() OVER ()) AS count, toString(max(toUnixTimestamp64Micro(time)) OVER ()) AS last
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Micro({by:Int64}, 'UTC')
            AND (${inSpan.join(' OR ')})
            ${subjects === null ? '' : 'AND subject IN {subjects:Array(String)}'}
          ORDER BY at, source, id LIMIT {limit:UInt32}`,
    params: {
      ...{ accountId, meter, meterVersion, ...received, limit },
      ...Object.fromEntries(spans.flatMap(({ from, to }, i) => Object.entries({ [`from${i}`]: from, [`to${i}`]: to }))),
      ...Object.fromEntries(
        spans.flatMap(({ dimensions }, i) => dimensions.map(({ value }, d) => [`value${i}_${d}`, value])),
      ),
      ...(subjects === null ? {} : { subjects }),
    },
  });
  return {
    events: rows.map(({ at, received: receivedAt, count: _, last: __, ...row }) => ({
      ...row,
      time: Number(at),
      receivedAt: Number(receivedAt),
    })),
    count: Number(rows[0]?.count ?? 0),
    last: rows[0] === undefined ? null : Number(rows[0].last),
  };
}
