import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';
import type { LevelEvent } from '../intervals.ts';
import { type MeterReading, receivedAsOf } from '../meter-reading.ts';

/** All level events of an account's meter from before an instant, resource by resource, in order of time, source, id. */
export async function levelEventsAsOf(
  lane: Lane,
  accountId: string,
  meter: MeterReading,
  before: Micros,
): Promise<(LevelEvent & { subject: string })[]> {
  const rows = await lane.query<Omit<LevelEvent, 'time'> & { subject: string; at: string }>({
    name: 'level_events_known_then',
    ofPublished: true,
    sql: `SELECT subject, toUnixTimestamp64Micro(time) AS at, source, id, toString(value) AS level, dimensions
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND time < fromUnixTimestamp64Micro({before:Int64}, 'UTC') ${receivedAsOf(meter)}
          ORDER BY subject, at, source, id`,
    params: { accountId, ...meter, before },
  });
  return rows.map(({ at, ...row }) => ({ ...row, time: Number(at) }));
}
