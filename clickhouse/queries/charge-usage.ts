import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { runsOf } from '../runs.ts';
import { type MeterReading, receivedAsOf } from './meter-reading.ts';
import { instantsIn, startsOfCutUnits } from './usage-in-windows.ts';

/** One way to group a counting meter's usage; a meter may be asked for in several ways at once. */
export interface UsageEntry extends MeterReading {
  aggregation: 'count' | 'sum' | 'max' | 'unique' | 'latest';
  /** Positions of dimensions, from 1; 0 is the subject. */
  groupBy: readonly number[];
  /** Dimensions, or the subject, that must have a value. */
  only?: readonly { position: number; value: string }[];
  /** Of `unique`: not each window's own number, but that of all from the first bound to the window's end. */
  standing?: true;
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
  const among = { accounts: accountIds, bounds, cutHours, cutMinutes };
  const rows = await lane.query<Omit<ChargeUsageRow, 'window' | 'entry'> & { window: string; entry: number }>({
    name: 'charge_usage',
    ofPublished: true,
    sql: `SELECT * FROM (${alikeOf(entries)
      .map((alike) => usageOf(alike, among))
      .join('\nUNION ALL\n')})
          ORDER BY accountId, entry, window, \`group\``,
    params: {
      accounts: accountIds,
      account: accountIds[0] ?? '',
      ...Object.fromEntries(entries.map(({ meter }, i) => [`meter${i}`, meter])),
      ...Object.fromEntries(entries.map(({ meterVersion }, i) => [`version${i}`, meterVersion])),
      ...Object.fromEntries(entries.flatMap(({ asOf }, i) => (asOf === undefined ? [] : [[`asOf${i}`, asOf]]))),
      ...Object.fromEntries(
        entries.flatMap(({ only = [] }, i) => only.map(({ value }, o) => [`only${i}_${o}`, value])),
      ),
      starts: bounds.slice(0, -1),
      from,
      to,
      cutHours: runsOf(cutHours),
      cutMinutes: runsOf(cutMinutes),
    },
  });
  return rows.map((row) => ({ ...row, window: Number(row.window) }));
}

const columnOf = (position: number) => (position === 0 ? 'subject' : `dimensions[${position}]`);

/** An entry, and which it is. */
type Numbered = readonly [entry: UsageEntry, i: number];

/**
 * Entries that one part of the statement reads: to plan a part takes the engine longer than to read a month of an account. What adds
 * up reads the same columns of the same buckets, whichever meter it is of; all else is read by itself, and nothing of the others.
 */
function alikeOf(entries: readonly UsageEntry[]): Numbered[][] {
  const alike = new Map<string, Numbered[]>();
  for (const [i, entry] of entries.entries()) {
    const { aggregation, groupBy, only = [], asOf, standing, meter, meterVersion } = entry;
    const addsUp = aggregation === 'count' || aggregation === 'sum';
    const isPlain = addsUp && only.length === 0 && asOf === undefined && standing === undefined;
    const together = alike.get(groupBy.join());
    const isOther = together?.every(([other]) => other.meter !== meter || other.meterVersion !== meterVersion);
    if (isPlain && isOther) together?.push([entry, i]);
    else alike.set(isPlain && together === undefined ? groupBy.join() : `by itself ${i}`, [[entry, i]]);
  }
  return [...alike.values()];
}

function usageOf(
  alike: readonly Numbered[],
  among: { accounts: readonly string[]; bounds: readonly Micros[]; cutHours: number[]; cutMinutes: number[] },
): string {
  const [{ aggregation, groupBy, only = [], asOf, standing }, i] = alike[0] as Numbered;
  const isOne = alike.length === 1;
  const sums = alike.flatMap(([each, entry]) => (each.aggregation === 'sum' ? [entry] : []));
  const { buckets, single, value } = STORED[isOne ? aggregation : sums.length === 0 ? 'count' : 'sum'];
  const account =
    among.accounts.length === 1 ? 'account_id = {account:String}' : 'account_id IN {accounts:Array(String)}';
  const meters = isOne
    ? `meter = {meter${i}:String} AND meter_version = {version${i}:UInt32}`
    : `(meter, meter_version) IN (${alike.map(([, entry]) => `({meter${entry}:String}, {version${entry}:UInt32})`).join(', ')})`;
  const scope = `${account} AND ${meters}
    ${only.map(({ position }, o) => `AND ${columnOf(position)} = {only${i}_${o}:String}`).join(' ')}`;
  const entryOf = `multiIf(${alike.map(([, entry]) => `meter = {meter${entry}:String} AND meter_version = {version${entry}:UInt32}, ${entry}, `).join('')}-1)`;
  const isOneWindow = among.bounds.length === 2;
  const windowOf = (at: string) => (isOneWindow ? '{from:Int64} AS w' : `roundDown(${at}, {starts:Array(Int64)}) AS w`);
  // Named one by one: a function over the array of positions took three times as long as all the rest.
  const values = groupBy.map((_, g) => `g${g}`);
  const names = isOne ? values : ['meter', 'meter_version', ...values];
  const groups = `${isOne ? '' : ', meter, meter_version'}${groupBy.map((position, g) => `, ${columnOf(position)} AS g${g}`).join('')}`;
  const grouped = names.map((name) => `, ${name}`).join('');
  // Hours first, then windows and texts: there are far fewer of them than buckets.
  const bucketsOf = (table: string, unit: string, where: string) => {
    const at = isOneWindow ? '' : `, ${unit} AS at`;
    const summed = `SELECT account_id${at}, sum(b.events) AS n${buckets}${groups} FROM ${table} AS b FINAL
           WHERE ${scope} AND ${unit} >= ${FROM} AND ${unit} < ${TO} ${where}
           GROUP BY account_id${isOneWindow ? '' : ', at'}${grouped}`;
    const window = windowOf('toInt64(toUnixTimestamp(at)) * 1000000');
    return `SELECT account_id, ${window}, n${buckets === '' ? '' : ', v'}${grouped} FROM (${summed})`;
  };
  const cutHours = instantsIn('cutHours', among.cutHours);
  const cutMinutes = instantsIn('cutMinutes', among.cutMinutes);
  const contributionsOf = (where: string) =>
    `SELECT account_id, ${windowOf('toUnixTimestamp64Micro(time)')}, toUInt64(1) AS n${single}${groups}
     FROM contributions_v1
     WHERE ${scope} AND ${where}
       AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`;
  const sources: string[] = [];
  if (asOf !== undefined) {
    const minutes = `minute >= ${FROM} - 60 AND minute < ${TO} + 60`;
    sources.push(contributionsOf(`${minutes} ${receivedAsOf({ asOf }, `asOf${i}`)}`));
  } else {
    const isCut = { hours: among.cutHours.length > 0, minutes: among.cutMinutes.length > 0 };
    sources.push(bucketsOf('usage_per_hour_v1', 'hour', isCut.hours ? `AND hour NOT IN (${cutHours})` : ''));
    if (isCut.hours) {
      const inThem = `AND toStartOfHour(minute, 'UTC') IN (${cutHours})`;
      const notCut = isCut.minutes ? `AND minute NOT IN (${cutMinutes})` : '';
      sources.push(bucketsOf('usage_per_minute_v1', 'minute', `${inThem} ${notCut}`));
    }
    if (isCut.minutes) sources.push(contributionsOf(`minute IN (${cutMinutes})`));
  }
  const shown = `toString(account_id) AS accountId, toInt32(${isOne ? i : entryOf}) AS entry, w AS window,
                 [${values.map((name) => `toString(${name})`).join(', ')}]::Array(String) AS \`group\``;
  const windows = `FROM (${sources.join('\nUNION ALL\n')}) GROUP BY ${['account_id', 'w', ...names].join(', ')}`;
  if (standing === undefined) {
    const isSame = isOne || sums.length === 0 || sums.length === alike.length;
    const text = `toString(${value})`;
    const told = isSame ? text : `if(entry IN (${sums.join(', ')}), ${text}, toString(sum(n)))`;
    return `SELECT ${shown}, ${told} AS value, toString(sum(n)) AS events ${windows}`;
  }
  // What the windows saw is put together in their order: a question for each would read everything before it again.
  const own = `SELECT account_id, w${names.map((name) => `, ${name}`).join('')}, uniqExactMergeState(v) AS seen, sum(n) AS n ${windows}`;
  const each = ['account_id', ...names].join(', ');
  return `SELECT ${shown}, toString(uniqExactMerge(seen) OVER (PARTITION BY ${each} ORDER BY w)) AS value,
                 toString(n) AS events FROM (${own})`;
}
