import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/**
 * How many of an account's events of before `to` were received after an instant. All times before count: a level that
 * was told late reaches into the periods after it.
 */
export async function lateEvents(lane: Lane, accountId: string, to: Micros, receivedAfter: Micros): Promise<number> {
  const [row] = await lane.query<{ count: string }>({
    name: 'late_events',
    sql: `SELECT count() AS count FROM usage_events_raw_v1
          WHERE account_id = {accountId:String} AND received_at > fromUnixTimestamp64Micro({receivedAfter:Int64}, 'UTC')
            AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`,
    params: { accountId, to, receivedAfter },
  });
  return Number(row?.count ?? 0);
}

/** Accounts with events of before an instant that were received after it: earlier invoices may need correcting. */
export async function accountsWithLateEvents(lane: Lane, instant: Micros): Promise<string[]> {
  const rows = await lane.query<{ accountId: string }>({
    name: 'accounts_with_late_events',
    sql: `SELECT DISTINCT toString(account_id) AS accountId FROM usage_events_raw_v1
          WHERE received_at >= fromUnixTimestamp64Micro({instant:Int64}, 'UTC')
            AND time < fromUnixTimestamp64Micro({instant:Int64}, 'UTC')
          ORDER BY accountId`,
    params: { instant },
  });
  return rows.map(({ accountId }) => accountId);
}
