import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { type MeterReading, receivedAsOf } from './meter-reading.ts';

/** Which contributions are looked at: in event time, half-open, with these values of dimensions, whose positions count from 1. */
interface Among {
  from: Micros;
  to: Micros;
  dimensions: readonly { position: number; value: string }[];
  limit: number;
}

/** The contributions of an account to a meter that have the largest values, the largest first; of the same value the earliest. */
export async function largestContributions(
  lane: Lane,
  accountId: string,
  meter: MeterReading,
  { dimensions, ...among }: Among,
): Promise<{ source: string; id: string; at: Micros }[]> {
  const rows = await lane.query<{ source: string; id: string; at: string }>({
    name: 'largest_contributions',
    sql: `SELECT source, id, toUnixTimestamp64Micro(time) AS at FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND minute >= toDateTime(intDiv({from:Int64}, 60000000) * 60, 'UTC') AND minute < toDateTime(intDiv({to:Int64} - 1, 60000000) * 60 + 60, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            ${dimensions.map(({ position }, i) => `AND dimensions[${position}] = {value${i}:String}`).join(' ')}
            ${receivedAsOf(meter)}
          ORDER BY value DESC, time, source, id LIMIT {limit:UInt32}`,
    params: {
      ...{ accountId, ...meter, ...among },
      ...Object.fromEntries(dimensions.map(({ value }, i) => [`value${i}`, value])),
    },
  });
  return rows.map(({ at, ...ref }) => ({ ...ref, at: Number(at) }));
}
