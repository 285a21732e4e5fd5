import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

const FROM = `toDateTime(intDiv({from:Int64}, 1000000), 'UTC')`;
const TO = `toDateTime(intDiv({to:Int64}, 1000000), 'UTC')`;

/**
 * Accounts that used anything between two instants, by hour: whose periods there may be something to invoice for.
 * @param only asks about this account alone
 */
export async function accountsWithUsage(lane: Lane, from: Micros, to: Micros, only?: string): Promise<string[]> {
  const scope = only === undefined ? '' : 'AND account_id = {only:String}';
  const rows = await lane.query<{ accountId: string }>({
    name: 'accounts_with_usage',
    sql: `SELECT DISTINCT toString(account_id) AS accountId FROM (
            SELECT account_id FROM usage_per_hour_v1 WHERE hour >= ${FROM} AND hour < ${TO} ${scope}
            UNION ALL
            SELECT account_id FROM usage_intervals_v1 FINAL
            WHERE starts_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC') AND ends_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC') ${scope})
          ORDER BY accountId`,
    params: { from, to, ...(only === undefined ? {} : { only }) },
  });
  return rows.map(({ accountId }) => accountId);
}
