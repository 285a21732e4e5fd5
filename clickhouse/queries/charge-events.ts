import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/** A single contribution of a counting meter, for charges that need each event. */
export interface ChargeEvent {
  time: Micros;
  source: string;
  id: string;
  subject: string;
  dimensions: string[];
  value: string;
  textValue: string;
}

/** An account's contributions to a meter in `[from, to)`, in the order they count: time, source, id. */
export async function chargeEvents(
  lane: Lane,
  accountId: string,
  meter: { meter: string; meterVersion: number },
  period: { from: Micros; to: Micros },
): Promise<ChargeEvent[]> {
  const rows = await lane.query<Omit<ChargeEvent, 'time'> & { at: string }>({
    name: 'charge_events',
    sql: `SELECT toUnixTimestamp64Micro(time) AS at, source, id, subject, dimensions, toString(value) AS value,
                 text_value AS textValue
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND minute >= toDateTime(intDiv({from:Int64}, 60000000) * 60, 'UTC') AND minute < toDateTime(intDiv({to:Int64} - 1, 60000000) * 60 + 60, 'UTC')
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
          ORDER BY at, source, id`,
    params: { accountId, ...meter, ...period },
  });
  return rows.map(({ at, ...row }) => ({ ...row, time: Number(at) }));
}
