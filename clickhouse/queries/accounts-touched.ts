import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/**
 * The accounts whose usage a change of a meter may bear on, each with the first instant from `from` on at which it has such:
 * an event of one of the types, or something that ran by the meter version.
 */
export async function accountsTouched(
  lane: Lane,
  { meter, meterVersion, types }: { meter: string; meterVersion: number; types: readonly string[] },
  from: Micros,
): Promise<Map<string, Micros>> {
  const rows = await lane.query<{ accountId: string; first: string }>({
    name: 'accounts_touched',
    sql: `SELECT toString(account_id) AS accountId, min(at) AS first FROM (
            SELECT account_id, toUnixTimestamp64Micro(min(time)) AS at FROM usage_events_raw_v1
            WHERE type IN {types:Array(String)} AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            GROUP BY account_id
            UNION ALL
            SELECT account_id, greatest(toUnixTimestamp64Micro(min(starts_at)), {from:Int64}) FROM usage_intervals_v1 FINAL
            WHERE meter = {meter:String} AND meter_version = {meterVersion:UInt32}
              AND ends_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            GROUP BY account_id)
          GROUP BY account_id ORDER BY accountId`,
    params: { meter, meterVersion, types, from },
  });
  return new Map(rows.map(({ accountId, first }) => [accountId, Number(first)]));
}
