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

/** What a group used in a window; `group` in the order it was asked by. */
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

const SCOPE = 'account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}';
const ONLY = `arrayAll((on, allowed) -> has(allowed, if(on = 0, toString(subject), toString(dimensions[on]))),
               {onlyOn:Array(UInt8)}, {onlyValues:Array(Array(String))})`;

const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
/** Instants that are written out in a statement. */
const MOST_NAMED = 4;

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

  // What a question does not ask for is left out: to plan a statement takes the engine longer than to read a month of hours.
  const scope = question.only.length === 0 ? SCOPE : `${SCOPE} AND ${ONLY}`;
  const group = groupOf(question);
  const windowOf = (at: string) => (question.bounds.length === 2 ? '{from:Int64}' : lastBefore(at, 'starts'));
  const sources = [
    `SELECT ${windowOf('toInt64(toUnixTimestamp(hour)) * 1000000')} AS w, ${group} AS grp, ${bucket} AS m
     FROM usage_per_hour_v1 FINAL
     WHERE ${scope} AND hour >= toDateTime(intDiv({from:Int64}, 1000000), 'UTC')
       AND hour < toDateTime(intDiv({to:Int64}, 1000000), 'UTC')
       ${cutHours.length === 0 ? '' : `AND hour NOT IN (${instantsIn('cutHours', cutHours)})`}`,
  ];
  if (cutHours.length > 0) {
    sources.push(`SELECT ${windowOf('toInt64(toUnixTimestamp(minute)) * 1000000')} AS w, ${group} AS grp, ${bucket} AS m
     FROM usage_per_minute_v1 FINAL
     WHERE ${scope} AND toStartOfHour(minute, 'UTC') IN (${instantsIn('cutHours', cutHours)})
       AND minute >= toDateTime(intDiv({from:Int64}, 1000000), 'UTC') AND minute < toDateTime(intDiv({to:Int64}, 1000000), 'UTC')
       ${cutMinutes.length === 0 ? '' : `AND minute NOT IN (${instantsIn('cutMinutes', cutMinutes)})`}`);
  }
  if (cutMinutes.length > 0) {
    sources.push(`SELECT ${windowOf('toUnixTimestamp64Micro(time)')} AS w, ${group} AS grp, ${contribution} AS m
     FROM contributions_v1
     WHERE ${scope} AND minute IN (${instantsIn('cutMinutes', cutMinutes)})
       AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`);
  }
  const rows = await lane.query<{ window: string; group: string[]; value: string }>({
    name: 'usage_in_windows',
    ofPublished: true,
    sql: `SELECT w AS window, grp AS \`group\`, toString(${join}) AS value
          FROM (${sources.join('\nUNION ALL\n')})
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

/** What a row is told apart by. */
function groupOf({ groupBy, keep }: UsageQuestion): string {
  if (groupBy.length === 0) return 'emptyArrayString()';
  const values = `[${groupBy.map((by) => (by === 0 ? 'toString(subject)' : `toString(dimensions[${by}])`)).join(', ')}]`;
  return keep === null ? values : `if(has({keep:Array(String)}, ${values}[1]), ${values}, [])`;
}

/**
 * The SQL of what `IN` looks for: a few instants are named one by one, many of them reach the engine as runs (`Array(Array(Int64))`).
 */
export function instantsIn(name: string, seconds: readonly number[]): string {
  if (seconds.length > MOST_NAMED) return `SELECT toDateTime(arrayJoin(${numbersOf(name)}), 'UTC')`;
  return seconds.map((second) => `toDateTime(${second}, 'UTC')`).join(', ');
}

/** Starts, in seconds, of the units that have a bound inside them, not at their start. */
export function startsOfCutUnits(bounds: readonly Micros[], unit: number): number[] {
  const starts = new Set<number>();
  for (const bound of bounds) {
    if (bound % unit !== 0) starts.add((bound - (bound % unit)) / 1_000_000);
  }
  return [...starts];
}
