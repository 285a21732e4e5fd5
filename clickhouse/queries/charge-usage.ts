import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { knownThen, type MeterReading } from './meter-reading.ts';
import { startsOfCutUnits } from './usage-in-windows.ts';

/** One way to group a counting meter's usage; a meter may be asked for in several ways at once. */
export interface UsageEntry extends MeterReading {
  aggregation: 'count' | 'sum' | 'max' | 'unique' | 'latest';
  /** Positions of dimensions, from 1; 0 is the subject. */
  groupBy: readonly number[];
  /** Dimensions, or the subject, that must have a value. */
  only?: readonly { position: number; value: string }[];
  /** Of `unique`: not each window's own number, but that of all from the first bound to the window's end. */
  running?: true;
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

/** What each aggregation makes of many buckets, of a single contribution, and how its value is made of those. */
const STORED: Record<UsageEntry['aggregation'], { buckets: string; single: string; value: string }> = {
  count: { buckets: '', single: '', value: 'sum(n)' },
  sum: { buckets: ', sum(b.sum) AS v', single: ', value AS v', value: 'sum(v)' },
  max: { buckets: ', max(b.max) AS v', single: ', value AS v', value: 'max(v)' },
  latest: {
    buckets: ', max(b.latest) AS v',
    single: ', tuple(time, toString(source), id, value) AS v',
    value: 'max(v).4',
  },
  unique: {
    buckets: ', uniqExactMergeState(b.uniques) AS v',
    single: `, initializeAggregation('uniqExactState', text_value) AS v`,
    value: 'uniqExactMerge(v)',
  },
};

const FROM = `toDateTime(intDiv({from:Int64}, 1000000), 'UTC')`;
const TO = `toDateTime(intDiv({to:Int64}, 1000000), 'UTC')`;

/**
 * Usage of many counting meters of many accounts in windows that are the same for all, in one question: what charges are
 * computed from. Exact for bounds at any instant, like `usageInWindows`. `max`, `unique` and `latest` are each window's
 * own, unless they are asked for as they run.
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
  const cuts = { hours: cutHours.length > 0, minutes: cutMinutes.length > 0 };
  const rows = await lane.query<Omit<ChargeUsageRow, 'window' | 'entry'> & { window: string; entry: number }>({
    name: 'charge_usage',
    // A question for each entry: it reads its meter's columns and nothing of the others.
    sql: `SELECT * FROM (${entries.map((entry, i) => usageOfEntry(entry, i, cuts)).join('\nUNION ALL\n')})
          ORDER BY accountId, entry, window, \`group\``,
    params: {
      accounts: accountIds,
      ...Object.fromEntries(entries.map(({ meter }, i) => [`meter${i}`, meter])),
      ...Object.fromEntries(entries.map(({ meterVersion }, i) => [`version${i}`, meterVersion])),
      ...Object.fromEntries(
        entries.flatMap(({ receivedBy }, i) => (receivedBy === undefined ? [] : [[`receivedBy${i}`, receivedBy]])),
      ),
      ...Object.fromEntries(
        entries.flatMap(({ only = [] }, i) => only.map(({ value }, o) => [`only${i}_${o}`, value])),
      ),
      starts: bounds.slice(0, -1),
      from,
      to,
      cutHours,
      cutMinutes,
    },
  });
  return rows.map((row) => ({ ...row, window: Number(row.window) }));
}

const columnOf = (position: number) => (position === 0 ? 'subject' : `dimensions[${position}]`);

function usageOfEntry(
  { aggregation, groupBy, only = [], receivedBy, running }: UsageEntry,
  i: number,
  cuts: { hours: boolean; minutes: boolean },
): string {
  const { buckets, single, value } = STORED[aggregation];
  const scope = `account_id IN {accounts:Array(String)} AND meter = {meter${i}:String} AND meter_version = {version${i}:UInt32}
    ${only.map(({ position }, o) => `AND ${columnOf(position)} = {only${i}_${o}:String}`).join(' ')}`;
  const windowOf = (at: string) => `roundDown(${at}, {starts:Array(Int64)}) AS w`;
  // Named one by one: a function over the array of positions took three times as long as all the rest.
  const names = groupBy.map((_, g) => `g${g}`);
  const groups = groupBy.map((position, g) => `, ${columnOf(position)} AS g${g}`).join('');
  // Hours first, then windows and texts: there are far fewer of them than buckets.
  const bucketsOf = (table: string, unit: string, where: string) =>
    `SELECT account_id, ${windowOf('toInt64(toUnixTimestamp(at)) * 1000000')}, n${buckets === '' ? '' : ', v'}${names.map((name) => `, ${name}`).join('')}
     FROM (SELECT account_id, ${unit} AS at, sum(b.events) AS n${buckets}${groups} FROM ${table} AS b FINAL
           WHERE ${scope} AND ${unit} >= ${FROM} AND ${unit} < ${TO} AND ${where}
           GROUP BY account_id, at${names.map((name) => `, ${name}`).join('')})`;
  const cutHours = `(SELECT toDateTime(arrayJoin({cutHours:Array(UInt32)}), 'UTC'))`;
  const cutMinutes = `(SELECT toDateTime(arrayJoin({cutMinutes:Array(UInt32)}), 'UTC'))`;
  const contributionsOf = (where: string) =>
    `SELECT account_id, ${windowOf('toUnixTimestamp64Micro(time)')}, toUInt64(1) AS n${single}${groups}
     FROM contributions_v1
     WHERE ${scope} AND ${where}
       AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`;
  const parts: string[] = [];
  if (receivedBy !== undefined) {
    const minutes = `minute >= ${FROM} - 60 AND minute < ${TO} + 60`;
    parts.push(contributionsOf(`${minutes} ${knownThen({ receivedBy }, `receivedBy${i}`)}`));
  } else {
    parts.push(bucketsOf('usage_per_hour_v1', 'hour', `hour NOT IN ${cutHours}`));
    if (cuts.hours) {
      const inThem = `toStartOfHour(minute, 'UTC') IN ${cutHours} AND minute NOT IN ${cutMinutes}`;
      parts.push(bucketsOf('usage_per_minute_v1', 'minute', inThem));
    }
    if (cuts.minutes) parts.push(contributionsOf(`minute IN ${cutMinutes}`));
  }
  const shown = `toString(account_id) AS accountId, ${i} AS entry, w AS window,
                 [${names.map((name) => `toString(${name})`).join(', ')}]::Array(String) AS \`group\``;
  const windows = `FROM (${parts.join('\nUNION ALL\n')}) GROUP BY ${['account_id', 'w', ...names].join(', ')}`;
  if (running === undefined) {
    return `SELECT ${shown}, toString(${value}) AS value, toString(sum(n)) AS events ${windows}`;
  }
  // What the windows saw is put together in their order: a question for each would read everything before it again.
  const own = `SELECT account_id, w${names.map((name) => `, ${name}`).join('')}, uniqExactMergeState(v) AS seen, sum(n) AS n ${windows}`;
  const among = ['account_id', ...names].join(', ');
  return `SELECT ${shown}, toString(uniqExactMerge(seen) OVER (PARTITION BY ${among} ORDER BY w)) AS value,
                 toString(n) AS events FROM (${own})`;
}
