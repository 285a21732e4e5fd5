import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';

/** The latest event time that an account has from a source; `null` when it has none. */
export async function lastEventTime(lane: Lane, accountId: string, source: string): Promise<Micros | null> {
  const [row] = await lane.query<{ last: string; rows: string }>({
    name: 'last_event_time',
    sql: `SELECT toUnixTimestamp64Micro(max(time)) AS last, count() AS rows FROM usage_events_raw_v1
          WHERE account_id = {accountId:String} AND source = {source:String}`,
    params: { accountId, source },
  });
  return row === undefined || row.rows === '0' ? null : Number(row.last);
}

/** When the last event of an account happened; `null` when it has none. */
export async function lastEventOfAccount(lane: Lane, accountId: string): Promise<Micros | null> {
  const [row] = await lane.query<{ last: string; rows: string }>({
    name: 'last_event_of_account',
    sql: `SELECT toUnixTimestamp64Micro(max(time)) AS last, count() AS rows FROM usage_events_raw_v1
          WHERE account_id = {accountId:String}`,
    params: { accountId },
  });
  return row === undefined || row.rows === '0' ? null : Number(row.last);
}
