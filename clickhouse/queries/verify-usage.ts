import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import type { Contribution } from './contributions.ts';
import type { LevelResource } from './intervals.ts';

/** Contributions of events received in `(after, through]`, to be held against what the raw events say. */
export async function contributionsReceived(lane: Lane, after: Micros, through: Micros): Promise<Contribution[]> {
  const rows = await lane.query<Omit<Contribution, 'time' | 'receivedAt'> & { at: string; received: string }>({
    name: 'contributions_received',
    sql: `SELECT account_id AS accountId, meter, meter_version AS meterVersion, toUnixTimestamp64Micro(time) AS at, source, id,
                 toUnixTimestamp64Micro(received_at) AS received, subject, dimensions, toString(value) AS value,
                 text_value AS textValue
          FROM contributions_v1
          WHERE received_at > fromUnixTimestamp64Micro({after:Int64}, 'UTC')
            AND received_at <= fromUnixTimestamp64Micro({through:Int64}, 'UTC')`,
    params: { after, through },
  });
  return rows.map(({ at, received, ...row }) => ({ ...row, time: Number(at), receivedAt: Number(received) }));
}

/** A bucket whose stored figures are not what its source says. */
export interface BucketDifference {
  accountId: string;
  meter: string;
  meterVersion: number;
  subject: string;
  bucket: string;
  stored: string;
  computed: string;
}

/** The latest value is kept only for the meters that are asked for it. */
const LATEST = `(meter, meter_version) IN (SELECT m.1, m.2 FROM (SELECT arrayJoin(arrayZip({latestMeters:Array(String)}, {latestVersions:Array(UInt32)})) AS m))`;
const FIGURES = `tuple(toString(sum(events)), toString(sum(sum)), toString(max(max)), toString(maxIf(latest, ${LATEST})), toString(uniqExactMerge(uniques)))`;

/** Minutes that differ from their contributions, or hours from their minutes, of these meter versions. At most 100. */
export async function differingBuckets(
  lane: Lane,
  level: 'minute' | 'hour',
  meters: readonly { key: string; version: number; isLatest: boolean }[],
): Promise<BucketDifference[]> {
  const latest = meters.filter(({ isLatest }) => isLatest);
  const scope = `(meter, meter_version) IN (SELECT m.1, m.2 FROM (SELECT arrayJoin(arrayZip({meters:Array(String)}, {versions:Array(UInt32)})) AS m))`;
  const source =
    level === 'minute'
      ? `SELECT account_id, meter, meter_version, minute AS bucket, subject, dimensions,
                tuple(toString(count()), toString(sum(value)), toString(max(value)),
                      toString(maxIf(tuple(time, toString(source), id, value), ${LATEST})),
                      toString(uniqExactIf(text_value, text_value != ''))) AS figures
         FROM contributions_v1 WHERE ${scope}
         GROUP BY account_id, meter, meter_version, bucket, subject, dimensions`
      : `SELECT account_id, meter, meter_version, toStartOfHour(minute, 'UTC') AS bucket, subject, dimensions, ${FIGURES} AS figures
         FROM usage_per_minute_v1 FINAL WHERE ${scope}
         GROUP BY account_id, meter, meter_version, bucket, subject, dimensions`;
  return lane.query<BucketDifference>({
    name: `differing_${level}s`,
    sql: `SELECT account_id AS accountId, meter, meter_version AS meterVersion, subject, toString(bucket) AS bucket,
                 toString(anyIf(figures, side = 'stored')) AS stored, toString(anyIf(figures, side = 'computed')) AS computed
          FROM (
            SELECT 'computed' AS side, * FROM (${source})
            UNION ALL
            SELECT 'stored' AS side, * FROM (
              SELECT account_id, meter, meter_version, ${level} AS bucket, subject, dimensions, ${FIGURES} AS figures
              FROM usage_per_${level}_v1 FINAL WHERE ${scope}
              GROUP BY account_id, meter, meter_version, bucket, subject, dimensions)
          )
          GROUP BY account_id, meter, meter_version, bucket, subject, dimensions
          HAVING count() != 2 OR uniqExact(figures) != 1
          LIMIT 100`,
    params: {
      meters: meters.map(({ key }) => key),
      versions: meters.map(({ version }) => version),
      latestMeters: latest.map(({ key }) => key),
      latestVersions: latest.map(({ version }) => version),
    },
  });
}

/** Every resource that ever had a level under this meter version. */
export async function levelResources(lane: Lane, meter: string, meterVersion: number): Promise<LevelResource[]> {
  return lane.query<LevelResource>({
    name: 'level_resources',
    sql: `SELECT DISTINCT account_id AS accountId, meter, meter_version AS meterVersion, toString(subject) AS subject
          FROM contributions_v1 WHERE meter = {meter:String} AND meter_version = {meterVersion:UInt32}
          UNION DISTINCT
          SELECT DISTINCT account_id, meter, meter_version, subject
          FROM usage_intervals_v1 FINAL WHERE meter = {meter:String} AND meter_version = {meterVersion:UInt32}`,
    params: { meter, meterVersion },
  });
}
