import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { lastBefore, numbersOf, runsOf } from '../runs.ts';

/** Which usage of one meter version of one account, cut how. */
export interface UsageQuestion {
  meter: string;
  meterVersion: number;
  aggregation: 'count' | 'sum' | 'max' | 'unique' | 'latest';
  /** Rising instants; window i is `[bounds[i], bounds[i + 1])`. */
  bounds: readonly Micros[];
  /** 0 is the subject, n the n-th dimension of the meter version. */
  groupBy: readonly number[];
  /** Only where the subject (0) or n-th dimension is one of the values. */
  only: readonly { on: number; values: readonly string[] }[];
  /** Keep only these values of the first grouping apart; all others become one group, `[]`. `null` keeps all. */
  keep: readonly string[] | null;
}

export interface UsageRow {
  /** The bound the window starts at. */
  window: Micros;
  group: string[];
  /** Exact decimal text. */
  value: string;
}

/** How each aggregation reads a bucket and a single contribution, and joins them. */
const AGGREGATIONS = {
  count: { bucket: 'events', contribution: 'toUInt64(1)', join: 'sum(m)' },
  sum: { bucket: 'sum', contribution: 'value', join: 'sum(m)' },
  max: { bucket: 'max', contribution: 'value', join: 'max(m)' },
  latest: { bucket: 'latest', contribution: 'tuple(time, toString(source), id, value)', join: 'max(m).4' },
  unique: {
    bucket: 'uniques',
    contribution: `initializeAggregation('uniqExactState', text_value)`,
    join: 'uniqExactMerge(m)',
  },
} as const;

const SCOPE = `account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
  AND arrayAll((on, allowed) -> has(allowed, if(on = 0, toString(subject), toString(dimensions[on]))),
               {onlyOn:Array(UInt8)}, {onlyValues:Array(Array(String))})`;
const VALUES = 'arrayMap(by -> if(by = 0, toString(subject), toString(dimensions[by])), {groupBy:Array(UInt8)})';
const GROUP = `if({keepAll:UInt8} = 1 OR has({keep:Array(String)}, ${VALUES}[1]), ${VALUES}, []) AS grp`;

const windowOf = (at: string) => `${lastBefore(at, 'starts')} AS w`;
const CUT_HOURS = numbersOf('cutHours');
const CUT_MINUTES = numbersOf('cutMinutes');

const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;

/**
 * An account's usage in each window, exact for bounds at any instant and in any zone: whole hours from the hour
 * table, the hours that a bound cuts from their minutes, the minutes that a bound cuts from their contributions.
 * Windows and groups without usage are absent.
 */
export async function usageInWindows(lane: Lane, accountId: string, question: UsageQuestion): Promise<UsageRow[]> {
  const { bucket, contribution, join } = AGGREGATIONS[question.aggregation];
  const from = question.bounds[0];
  const to = question.bounds.at(-1);
  if (from === undefined || to === undefined || question.bounds.length < 2) return [];
  const cutHours = startsOfCutUnits(question.bounds, HOUR);
  const cutMinutes = startsOfCutUnits(question.bounds, MINUTE);

  const parts = [
    `SELECT ${windowOf('toInt64(toUnixTimestamp(hour)) * 1000000')}, ${GROUP}, ${bucket} AS m
     FROM usage_per_hour_v1 FINAL
     WHERE ${SCOPE} AND hour >= toDateTime(intDiv({from:Int64}, 1000000), 'UTC')
       AND hour < toDateTime(intDiv({to:Int64}, 1000000), 'UTC')
       AND hour NOT IN (SELECT toDateTime(arrayJoin(${CUT_HOURS}), 'UTC'))`,
  ];
  if (cutHours.length > 0) {
    parts.push(`SELECT ${windowOf('toInt64(toUnixTimestamp(minute)) * 1000000')}, ${GROUP}, ${bucket} AS m
     FROM usage_per_minute_v1 FINAL
     WHERE ${SCOPE} AND toStartOfHour(minute, 'UTC') IN (SELECT toDateTime(arrayJoin(${CUT_HOURS}), 'UTC'))
       AND minute >= toDateTime(intDiv({from:Int64}, 1000000), 'UTC') AND minute < toDateTime(intDiv({to:Int64}, 1000000), 'UTC')
       AND minute NOT IN (SELECT toDateTime(arrayJoin(${CUT_MINUTES}), 'UTC'))`);
  }
  if (cutMinutes.length > 0) {
    parts.push(`SELECT ${windowOf('toUnixTimestamp64Micro(time)')}, ${GROUP}, ${contribution} AS m
     FROM contributions_v1
     WHERE ${SCOPE} AND minute IN (SELECT toDateTime(arrayJoin(${CUT_MINUTES}), 'UTC'))
       AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`);
  }
  const rows = await lane.query<{ window: string; group: string[]; value: string }>({
    name: 'usage_in_windows',
    sql: `SELECT w AS window, grp AS \`group\`, toString(${join}) AS value
          FROM (${parts.join('\nUNION ALL\n')})
          GROUP BY w, grp ORDER BY w, grp`,
    params: {
      accountId,
      meter: question.meter,
      meterVersion: question.meterVersion,
      starts: runsOf(question.bounds.slice(0, -1)),
      from,
      to,
      cutHours: runsOf(cutHours),
      cutMinutes: runsOf(cutMinutes),
      groupBy: question.groupBy,
      onlyOn: question.only.map((filter) => filter.on),
      onlyValues: question.only.map((filter) => filter.values),
      keepAll: question.keep === null ? 1 : 0,
      keep: question.keep ?? [],
    },
  });
  return rows.map((row) => ({ ...row, window: Number(row.window) }));
}

/** Starts, in seconds, of the units that have a bound inside them, not at their start. */
export function startsOfCutUnits(bounds: readonly Micros[], unit: number): number[] {
  const starts = new Set<number>();
  for (const bound of bounds) {
    if (bound % unit !== 0) starts.add((bound - (bound % unit)) / 1_000_000);
  }
  return [...starts];
}
