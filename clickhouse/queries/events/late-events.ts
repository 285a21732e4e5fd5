import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';
import type { MeterReading } from '../meter-reading.ts';

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

/** Accounts with events of before an instant that were received from it on: earlier invoices may need correcting. */
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

/**
 * Of events that were received in `(after, by]`, and happened before an instant or are of accounts that have ended since:
 * whose they are, and when the first happened.
 */
export async function earliestLateEvents(
  lane: Lane,
  { before, ended }: { before: Micros; ended: readonly string[] },
  received: { after: Micros; by: Micros },
): Promise<{ accountId: string; time: Micros }[]> {
  const rows = await lane.query<{ accountId: string; at: string }>({
    name: 'earliest_late_events',
    sql: `SELECT toString(account_id) AS accountId, toUnixTimestamp64Micro(min(time)) AS at FROM usage_events_raw_v1
          WHERE received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
            AND received_at <= fromUnixTimestamp64Micro({by:Int64}, 'UTC')
            AND (time < fromUnixTimestamp64Micro({before:Int64}, 'UTC') OR account_id IN {ended:Array(String)})
          GROUP BY accountId ORDER BY accountId`,
    params: { before, ended, ...received },
  });
  return rows.map(({ accountId, at }) => ({ accountId, time: Number(at) }));
}

/** Whether any contribution of these meters to a stretch of time was received after the readings' instant. */
export async function cameLater(
  lane: Lane,
  accountId: string,
  meters: readonly MeterReading[],
  span: { from: Micros; to: Micros },
): Promise<boolean> {
  const readings = meters.filter(({ asOf }) => asOf !== undefined);
  if (readings.length === 0) return false;
  const rows = await lane.query<{ one: number }>({
    name: 'came_later',
    sql: `SELECT 1 AS one FROM contributions_v1
          WHERE account_id = {accountId:String} AND (meter, meter_version) IN (
              SELECT m.1, m.2 FROM (SELECT arrayJoin(arrayZip({meters:Array(String)}, {versions:Array(UInt32)})) AS m))
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            AND received_at > fromUnixTimestamp64Micro({asOf:Int64}, 'UTC') LIMIT 1`,
    params: {
      accountId,
      meters: readings.map(({ meter }) => meter),
      versions: readings.map(({ meterVersion }) => meterVersion),
      asOf: Math.min(...readings.map(({ asOf = 0 }) => asOf)),
      ...span,
    },
  });
  return rows.length > 0;
}
