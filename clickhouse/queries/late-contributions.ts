import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import type { ChargeEvent } from './charge-events.ts';
import type { MeterReading } from './meter-reading.ts';

/** An account's contributions to a meter in a span of time that were received in `(after, by]`, in the order they count. */
export async function lateContributions(
  lane: Lane,
  accountId: string,
  { meter, meterVersion }: MeterReading,
  span: { from: Micros; to: Micros },
  received: { after: Micros; by: Micros },
  limit: number,
): Promise<ChargeEvent[]> {
  const rows = await lane.query<Omit<ChargeEvent, 'time' | 'receivedAt'> & { at: string; received: string }>({
    name: 'late_contributions',
    sql: `SELECT toUnixTimestamp64Micro(time) AS at, source, id, subject, dimensions, toString(value) AS value,
                 text_value AS textValue, toUnixTimestamp64Micro(received_at) AS received
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC') AND received_at <= fromUnixTimestamp64Micro({by:Int64}, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
          ORDER BY at, source, id LIMIT {limit:UInt32}`,
    params: { accountId, meter, meterVersion, ...span, ...received, limit },
  });
  return rows.map(({ at, received: receivedAt, ...row }) => ({
    ...row,
    time: Number(at),
    receivedAt: Number(receivedAt),
  }));
}
