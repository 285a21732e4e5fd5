import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';

/** When an account's usage of a meter version begins, to the hour (or the first interval); `null` when there is none. */
export async function firstUse(
  lane: Lane,
  accountId: string,
  meter: string,
  meterVersion: number,
): Promise<Micros | null> {
  const [row] = await lane.query<{ first: string }>({
    name: 'first_use',
    sql: `SELECT min(at) AS first FROM (
            SELECT toInt64(toUnixTimestamp(min(hour))) * 1000000 AS at, count() AS rows FROM usage_per_hour_v1
            WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            UNION ALL
            SELECT toUnixTimestamp64Micro(min(starts_at)), count() FROM usage_intervals_v1
            WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
          ) WHERE rows > 0`,
    params: { accountId, meter, meterVersion },
  });
  return row === undefined || row.first === '0' ? null : Number(row.first);
}

/** When anything that an account used begins, to the hour (or the first interval); `null` when it used nothing. */
export async function firstUseOfAccount(lane: Lane, accountId: string): Promise<Micros | null> {
  const [row] = await lane.query<{ first: string }>({
    name: 'first_use_of_account',
    sql: `SELECT min(at) AS first FROM (
            SELECT toInt64(toUnixTimestamp(min(hour))) * 1000000 AS at, count() AS rows FROM usage_per_hour_v1
            WHERE account_id = {accountId:String}
            UNION ALL
            SELECT toUnixTimestamp64Micro(min(starts_at)), count() FROM usage_intervals_v1
            WHERE account_id = {accountId:String}
          ) WHERE rows > 0`,
    params: { accountId },
  });
  return row === undefined || row.first === '0' ? null : Number(row.first);
}
