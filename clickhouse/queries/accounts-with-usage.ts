import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

const HOUR: Micros = 3_600_000_000;
const START = (name: string) => `toDateTime(intDiv({${name}:Int64}, 1000000), 'UTC')`;
const INSTANT = (name: string) => `fromUnixTimestamp64Micro({${name}:Int64}, 'UTC')`;

/**
 * Accounts that used anything between two instants: whose periods there may be something to invoice for. Whole hours are
 * asked of the hour table; of an hour that a bound cuts, as in Kathmandu, only what lies inside counts.
 */
export async function accountsWithUsage(lane: Lane, from: Micros, to: Micros): Promise<string[]> {
  const wholeFrom = Math.ceil(from / HOUR) * HOUR;
  const wholeTo = Math.floor(to / HOUR) * HOUR;
  const edge = (begin: string, end: string) => `
            UNION ALL
            SELECT account_id FROM contributions_v1 WHERE time >= ${INSTANT(begin)} AND time < ${INSTANT(end)}`;
  const rows = await lane.query<{ accountId: string }>({
    name: 'accounts_with_usage',
    sql: `SELECT DISTINCT toString(account_id) AS accountId FROM (
            SELECT account_id FROM usage_per_hour_v1 WHERE hour >= ${START('wholeFrom')} AND hour < ${START('wholeTo')}
            UNION ALL
            SELECT account_id FROM usage_intervals_v1 FINAL
            WHERE starts_at < ${INSTANT('to')} AND ends_at > ${INSTANT('from')}
            ${from < wholeFrom ? edge('from', 'wholeFrom') : ''}
            ${wholeTo < to ? edge('wholeTo', 'to') : ''})
          ORDER BY accountId`,
    params: { from, to, wholeFrom, wholeTo },
  });
  return rows.map(({ accountId }) => accountId);
}

/** In which of the spans between neighbouring bounds (rising) the account used anything: their indexes, rising. */
export async function spansWithUsage(lane: Lane, accountId: string, bounds: readonly Micros[]): Promise<number[]> {
  const [from, to] = [bounds[0], bounds.at(-1)];
  if (from === undefined || to === undefined || to <= from) return [];
  const cut = [...new Set(bounds.filter((bound) => bound % HOUR !== 0).map((bound) => bound - (bound % HOUR)))];
  const rows = await lane.query<{ span: string }>({
    name: 'spans_with_usage',
    sql: `WITH {bounds:Array(Int64)} AS bounds
          SELECT DISTINCT span FROM (
            SELECT arrayCount(bound -> bound <= at, bounds) AS span FROM (
              SELECT toInt64(toUnixTimestamp(hour)) * 1000000 AS at FROM usage_per_hour_v1
              WHERE account_id = {accountId:String} AND hour >= ${START('from')} AND hour < ${START('to')}
                AND NOT has({cut:Array(Int64)}, toInt64(toUnixTimestamp(hour)) * 1000000)
              UNION ALL
              SELECT toUnixTimestamp64Micro(time) AS at FROM contributions_v1
              WHERE account_id = {accountId:String} AND time >= ${INSTANT('from')} AND time < ${INSTANT('to')}
                AND has({cut:Array(Int64)}, toInt64(toUnixTimestamp(toStartOfHour(minute))) * 1000000))
            UNION ALL
            SELECT arrayJoin(range(greatest(1, arrayCount(bound -> bound <= begins, bounds)),
                                   arrayCount(bound -> bound < ends, bounds) + 1)) AS span FROM (
              SELECT toUnixTimestamp64Micro(starts_at) AS begins, toUnixTimestamp64Micro(ends_at) AS ends
              FROM usage_intervals_v1 FINAL
              WHERE account_id = {accountId:String} AND starts_at < ${INSTANT('to')} AND ends_at > ${INSTANT('from')}))
          WHERE span >= 1 AND span < length(bounds) ORDER BY span`,
    params: { accountId, from, to, cut, bounds: [...bounds] },
  });
  return rows.map(({ span }) => Number(span) - 1);
}
