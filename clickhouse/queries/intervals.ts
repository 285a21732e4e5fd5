import { dateTimeText, type Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { listField, textField } from '../tab-separated.ts';

/** A resource of a time-weighted meter version. */
export interface LevelResource {
  accountId: string;
  meter: string;
  meterVersion: number;
  subject: string;
}

/** From `time` on the resource stands at `level` with these dimensions. */
export interface LevelEvent {
  time: Micros;
  source: string;
  id: string;
  level: string;
  dimensions: string[];
}

/** A slot (or an amount, slot 0) at one level from one instant to another. */
export interface UsageInterval {
  slot: number;
  startsAt: Micros;
  /** `OPEN_END` while it runs. */
  endsAt: Micros;
  level: string;
  dimensions: string[];
  /** The event that opened it. */
  source: string;
  id: string;
}

type Of<T> = T & LevelResource;

const RESOURCES = `(
  SELECT resource.1, resource.2, resource.3, resource.4 FROM (SELECT arrayJoin(arrayZip(
    {accounts:Array(String)}, {meters:Array(String)}, {versions:Array(UInt32)}, {subjects:Array(String)})) AS resource))`;

function resourceParams(resources: readonly LevelResource[]) {
  return {
    accounts: resources.map((r) => r.accountId),
    meters: resources.map((r) => r.meter),
    versions: resources.map((r) => r.meterVersion),
    subjects: resources.map((r) => r.subject),
  };
}

const RESOURCE_COLUMNS = `account_id AS accountId, meter, meter_version AS meterVersion, subject`;

/**
 * All level events of these resources from `since` on, in order of time, source, id.
 * @param staged those of the pass that is being rolled included
 */
export async function levelEventsSince(
  lane: Lane,
  resources: readonly LevelResource[],
  since: Micros,
  { staged = false }: { staged?: boolean } = {},
): Promise<Of<LevelEvent>[]> {
  const rows = await lane.query<Of<Omit<LevelEvent, 'time'>> & { at: string }>({
    name: 'level_events_since',
    sql: `SELECT ${RESOURCE_COLUMNS}, toUnixTimestamp64Micro(time) AS at, source, id, toString(value) AS level, dimensions
          FROM ${staged ? '(SELECT * FROM contributions_v1 UNION ALL SELECT * FROM contributions_staged)' : 'contributions_v1'}
          WHERE (account_id, meter, meter_version) IN (SELECT DISTINCT r.1, r.2, r.3 FROM (SELECT arrayJoin(arrayZip(
                  {accounts:Array(String)}, {meters:Array(String)}, {versions:Array(UInt32)})) AS r))
            AND minute >= toDateTime(intDiv({since:Int64}, 60000000) * 60, 'UTC')
            AND time >= fromUnixTimestamp64Micro({since:Int64}, 'UTC')
            AND (account_id, meter, meter_version, subject) IN ${RESOURCES}
          ORDER BY at, source, id`,
    params: { ...resourceParams(resources), since },
  });
  return rows.map(({ at, ...row }) => ({ ...row, time: Number(at) }));
}

/** The stored intervals of these resources that end at `since` or later. */
export async function intervalsEndingSince(
  lane: Lane,
  resources: readonly LevelResource[],
  since: Micros,
): Promise<Of<UsageInterval>[]> {
  const rows = await lane.query<Of<Omit<UsageInterval, 'startsAt' | 'endsAt'>> & { startsAt: string; endsAt: string }>({
    name: 'intervals_ending_since',
    sql: `SELECT ${RESOURCE_COLUMNS}, slot, toUnixTimestamp64Micro(starts_at) AS startsAt,
                 toUnixTimestamp64Micro(ends_at) AS endsAt, toString(level) AS level, dimensions, source, id
          FROM usage_intervals_v1 FINAL
          WHERE (account_id, meter, meter_version, subject) IN ${RESOURCES}
            AND ends_at >= fromUnixTimestamp64Micro({since:Int64}, 'UTC')`,
    params: { ...resourceParams(resources), since },
  });
  return rows.map((row) => ({ ...row, startsAt: Number(row.startsAt), endsAt: Number(row.endsAt) }));
}

/** Stages intervals and the taking back of those that no longer exist; the newest `rolledAt` of a key counts. */
export async function replaceIntervals(
  lane: Lane,
  written: readonly Of<UsageInterval>[],
  removed: readonly Of<UsageInterval>[],
  rolledAt: Micros,
): Promise<void> {
  const row = (interval: Of<UsageInterval>, isDeleted: 0 | 1) =>
    `${[
      textField(interval.accountId),
      textField(interval.meter),
      interval.meterVersion,
      textField(interval.subject),
      interval.slot,
      dateTimeText(interval.startsAt),
      dateTimeText(interval.endsAt),
      interval.level,
      listField(interval.dimensions),
      textField(interval.source),
      textField(interval.id),
      dateTimeText(rolledAt),
      isDeleted,
    ].join('\t')}\n`;
  await lane.insert({
    name: 'replace_intervals',
    table: 'usage_intervals_staged',
    columns: [
      'account_id',
      'meter',
      'meter_version',
      'subject',
      'slot',
      'starts_at',
      'ends_at',
      'level',
      'dimensions',
      'source',
      'id',
      'rolled_at',
      'is_deleted',
    ],
    rows: [...written.map((interval) => row(interval, 0)), ...removed.map((interval) => row(interval, 1))].join(''),
  });
}

/** Which time-weighted usage, cut how; see `UsageQuestion`. */
export interface LevelUsageQuestion {
  meter: string;
  meterVersion: number;
  bounds: readonly Micros[];
  groupBy: readonly number[];
  only: readonly { on: number; values: readonly string[] }[];
  /** See `UsageQuestion`. */
  keep: readonly string[] | null;
  /** Open intervals run to here. */
  through: Micros;
}

/**
 * Level × time of an account's intervals in each window, as level-microseconds (decimal text with 12 decimals).
 * Windows and groups in which nothing ran are absent.
 */
export async function levelUsageInWindows(
  lane: Lane,
  accountId: string,
  question: LevelUsageQuestion,
): Promise<{ window: Micros; group: string[]; levelMicros: string }[]> {
  const from = question.bounds[0];
  const to = question.bounds.at(-1);
  if (from === undefined || to === undefined || question.bounds.length < 2) return [];
  const rows = await lane.query<{ window: string; group: string[]; levelMicros: string }>({
    name: 'level_usage_in_windows',
    ofPublished: true,
    sql: `SELECT win.1 AS window, grp AS \`group\`,
                 toString(sum(toDecimal256(level, 12) * (least(ends, win.2) - greatest(starts, win.1)))) AS levelMicros
          FROM (
            SELECT arrayMap(by -> if(by = 0, subject, toString(dimensions[by])), {groupBy:Array(UInt8)}) AS names,
                   if({keepAll:UInt8} = 1 OR has({keep:Array(String)}, names[1]), names, []) AS grp, level,
                   toUnixTimestamp64Micro(starts_at) AS starts,
                   least(toUnixTimestamp64Micro(ends_at), {through:Int64}) AS ends,
                   arrayJoin(arrayFilter(w -> w.1 < ends AND w.2 > starts,
                             arrayZip({starts:Array(Int64)}, {ends:Array(Int64)}))) AS win
            FROM usage_intervals_v1 FINAL
            WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
              AND starts_at < fromUnixTimestamp64Micro(least({to:Int64}, {through:Int64}), 'UTC')
              AND ends_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
              AND arrayAll((on, allowed) -> has(allowed, if(on = 0, subject, toString(dimensions[on]))),
                           {onlyOn:Array(UInt8)}, {onlyValues:Array(Array(String))})
          )
          GROUP BY win.1, grp ORDER BY window, grp`,
    params: {
      accountId,
      meter: question.meter,
      meterVersion: question.meterVersion,
      starts: question.bounds.slice(0, -1),
      ends: question.bounds.slice(1),
      from,
      to,
      through: question.through,
      groupBy: question.groupBy,
      onlyOn: question.only.map((filter) => filter.on),
      onlyValues: question.only.map((filter) => filter.values),
      keepAll: question.keep === null ? 1 : 0,
      keep: question.keep ?? [],
    },
  });
  return rows.map((row) => ({ ...row, window: Number(row.window) }));
}
