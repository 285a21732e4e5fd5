import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { startsOfCutUnits } from './usage-in-windows.ts';

/** One way to group a counting meter's usage; a meter may be asked for in several ways at once. */
export interface UsageEntry {
  meter: string;
  meterVersion: number;
  aggregation: 'count' | 'sum' | 'max' | 'unique' | 'latest';
  /** Positions of dimensions, from 1. */
  groupBy: readonly number[];
}

/** Usage of one entry in one window and group, of one account. */
export interface ChargeUsageRow {
  accountId: string;
  /** Which entry, from 0. */
  entry: number;
  /** The bound the window starts at. */
  window: Micros;
  group: string[];
  /** Exact decimal text. */
  value: string;
  events: string;
}

const SCOPE = `account_id IN {accounts:Array(String)} AND (meter, meter_version) IN (
  SELECT m.1, m.2 FROM (SELECT arrayJoin(arrayZip({meters:Array(String)}, {versions:Array(UInt32)})) AS m))`;
const FROM = `toDateTime(intDiv({from:Int64}, 1000000), 'UTC')`;
const TO = `toDateTime(intDiv({to:Int64}, 1000000), 'UTC')`;

/**
 * Usage of many counting meters of many accounts in windows that are the same for all, in one question: what charges are
 * computed from. Exact for bounds at any instant, like `usageInWindows`. `max`, `unique` and `latest` are each window's
 * own.
 */
export async function chargeUsage(
  lane: Lane,
  accountIds: readonly string[],
  entries: readonly UsageEntry[],
  bounds: readonly Micros[],
): Promise<ChargeUsageRow[]> {
  const from = bounds[0];
  const to = bounds.at(-1);
  if (from === undefined || to === undefined || bounds.length < 2 || entries.length === 0) return [];
  const cutHours = startsOfCutUnits(bounds, 3_600_000_000);
  const cutMinutes = startsOfCutUnits(bounds, 60_000_000);
  const bucket = 'events AS n, sum AS s, max AS x, latest AS l, uniques AS u';
  const columns = 'account_id, meter, meter_version, dimensions';
  const parts = [
    `SELECT ${columns}, roundDown(toInt64(toUnixTimestamp(hour)) * 1000000, {starts:Array(Int64)}) AS w, ${bucket}
     FROM usage_per_hour_v1 FINAL
     WHERE ${SCOPE} AND hour >= ${FROM} AND hour < ${TO}
       AND hour NOT IN (SELECT toDateTime(arrayJoin({cutHours:Array(UInt32)}), 'UTC'))`,
  ];
  if (cutHours.length > 0) {
    parts.push(`SELECT ${columns}, roundDown(toInt64(toUnixTimestamp(minute)) * 1000000, {starts:Array(Int64)}) AS w, ${bucket}
     FROM usage_per_minute_v1 FINAL
     WHERE ${SCOPE} AND toStartOfHour(minute, 'UTC') IN (SELECT toDateTime(arrayJoin({cutHours:Array(UInt32)}), 'UTC'))
       AND minute >= ${FROM} AND minute < ${TO}
       AND minute NOT IN (SELECT toDateTime(arrayJoin({cutMinutes:Array(UInt32)}), 'UTC'))`);
  }
  if (cutMinutes.length > 0) {
    parts.push(`SELECT ${columns}, roundDown(toUnixTimestamp64Micro(time), {starts:Array(Int64)}) AS w,
       toUInt64(1) AS n, value AS s, value AS x, tuple(time, toString(source), id, value) AS l,
       initializeAggregation('uniqExactState', text_value) AS u
     FROM contributions_v1
     WHERE ${SCOPE} AND minute IN (SELECT toDateTime(arrayJoin({cutMinutes:Array(UInt32)}), 'UTC'))
       AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`);
  }
  const rows = await lane.query<Omit<ChargeUsageRow, 'window' | 'entry'> & { window: string; entry: string }>({
    name: 'charge_usage',
    sql: `SELECT account_id AS accountId, toString(e.1) AS entry, w AS window,
                 arrayMap(i -> toString(dimensions[i]), e.2) AS \`group\`,
                 multiIf(any(e.3) = 'count', toString(sum(n)), any(e.3) = 'sum', toString(sum(s)),
                         any(e.3) = 'max', toString(max(x)), any(e.3) = 'latest', toString(max(l).4),
                         toString(uniqExactMerge(u))) AS value,
                 toString(sum(n)) AS events
          FROM (${parts.join('\nUNION ALL\n')})
          ARRAY JOIN arrayFilter(e -> e.4 = meter AND e.5 = meter_version,
            arrayZip(range(length({meters:Array(String)})), {groupBys:Array(Array(UInt8))}, {aggregations:Array(String)},
                     {meters:Array(String)}, {versions:Array(UInt32)})) AS e
          GROUP BY account_id, e.1, w, \`group\` ORDER BY accountId, e.1, w, \`group\``,
    params: {
      accounts: accountIds,
      meters: entries.map(({ meter }) => meter),
      versions: entries.map(({ meterVersion }) => meterVersion),
      aggregations: entries.map(({ aggregation }) => aggregation),
      groupBys: entries.map(({ groupBy }) => groupBy) as unknown as readonly string[][],
      starts: bounds.slice(0, -1),
      from,
      to,
      cutHours,
      cutMinutes,
    },
  });
  return rows.map((row) => ({ ...row, window: Number(row.window), entry: Number(row.entry) }));
}

/** An interval of an account's time-weighted meter, cut to a period. */
export interface ChargeInterval {
  accountId: string;
  meter: string;
  subject: string;
  slot: number;
  startsAt: Micros;
  endsAt: Micros;
  /** Whether it still ran at `through`. */
  open: boolean;
  level: string;
  dimensions: string[];
  source: string;
  id: string;
}

/** Intervals of many accounts that lie in `[from, to)`, cut there and at `through`, where open ones end. */
export async function chargeIntervals(
  lane: Lane,
  accountIds: readonly string[],
  meters: readonly { meter: string; meterVersion: number }[],
  period: { from: Micros; to: Micros; through: Micros },
): Promise<ChargeInterval[]> {
  if (meters.length === 0 || accountIds.length === 0) return [];
  const rows = await lane.query<
    Omit<ChargeInterval, 'startsAt' | 'endsAt' | 'open'> & { startsAt: string; endsAt: string; open: number }
  >({
    name: 'charge_intervals',
    sql: `SELECT account_id AS accountId, meter, subject, slot,
                 greatest(toUnixTimestamp64Micro(starts_at), {from:Int64}) AS startsAt,
                 least(toUnixTimestamp64Micro(ends_at), {through:Int64}, {to:Int64}) AS endsAt,
                 toUnixTimestamp64Micro(ends_at) > {through:Int64} AS open,
                 toString(level) AS level, dimensions, source, id
          FROM usage_intervals_v1 FINAL
          WHERE ${SCOPE}
            AND starts_at < fromUnixTimestamp64Micro(least({to:Int64}, {through:Int64}), 'UTC')
            AND ends_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')`,
    params: {
      accounts: accountIds,
      meters: meters.map(({ meter }) => meter),
      versions: meters.map(({ meterVersion }) => meterVersion),
      ...period,
    },
  });
  return rows.map((row) => ({
    ...row,
    startsAt: Number(row.startsAt),
    endsAt: Number(row.endsAt),
    open: Number(row.open) === 1,
  }));
}

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
