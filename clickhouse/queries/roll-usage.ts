import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/** A bucket to compute anew: seconds since 1970 of its start. */
export interface Bucket {
  accountId: string;
  meter: string;
  meterVersion: number;
  start: number;
}

const BUCKETS = `(
  SELECT bucket.1, bucket.2, bucket.3, bucket.4 FROM (SELECT arrayJoin(arrayZip(
    {accounts:Array(String)}, {meters:Array(String)}, {versions:Array(UInt32)},
    arrayMap(start -> toDateTime(start, 'UTC'), {starts:Array(UInt32)}))) AS bucket))`;

const LATEST = `(SELECT m.1, m.2 FROM (SELECT arrayJoin(arrayZip(
    {latestMeters:Array(String)}, {latestVersions:Array(UInt32)})) AS m))`;

/** More than this many buckets in one statement only makes its parameters long. */
const BUCKETS_AT_ONCE = 20_000;

async function inChunks(
  buckets: readonly Bucket[],
  roll: (params: Record<string, (string | number)[]>) => Promise<void>,
) {
  for (let at = 0; at < buckets.length; at += BUCKETS_AT_ONCE) {
    const chunk = buckets.slice(at, at + BUCKETS_AT_ONCE);
    await roll({
      accounts: chunk.map((bucket) => bucket.accountId),
      meters: chunk.map((bucket) => bucket.meter),
      versions: chunk.map((bucket) => bucket.meterVersion),
      starts: chunk.map((bucket) => bucket.start),
    });
  }
}

/**
 * Computes these minutes from all their contributions, staged ones included, and stages what replaces them.
 * @param latest the meter versions that are asked for their latest value; to look for it in all others is most of the work
 */
export async function rollMinutes(
  lane: Lane,
  minutes: readonly Bucket[],
  latest: readonly { meter: string; meterVersion: number }[],
  rolledAt: Micros,
): Promise<void> {
  const latestMeters = latest.map(({ meter }) => meter);
  const latestVersions = latest.map(({ meterVersion }) => meterVersion);
  await inChunks(minutes, (params) =>
    lane.command({
      name: 'roll_minutes',
      sql: `INSERT INTO usage_per_minute_staged
            SELECT account_id, meter, meter_version, minute, subject, dimensions,
                   count(), sum(value), max(value), maxIf(tuple(time, toString(source), id, value), (meter, meter_version) IN ${LATEST}),
                   uniqExactStateIf(text_value, text_value != ''),
                   fromUnixTimestamp64Micro({rolledAt:Int64}, 'UTC')
            FROM (SELECT * FROM contributions_v1 UNION ALL SELECT * FROM contributions_staged)
            WHERE (account_id, meter, meter_version, minute) IN ${BUCKETS}
            GROUP BY account_id, meter, meter_version, minute, subject, dimensions`,
      params: { ...params, latestMeters, latestVersions, rolledAt },
    }),
  );
}

/** Computes these hours from all their minutes, of which the staged ones count, and stages what replaces them. */
export async function rollHours(lane: Lane, hours: readonly Bucket[], rolledAt: Micros): Promise<void> {
  await inChunks(hours, (params) =>
    lane.command({
      name: 'roll_hours',
      sql: `INSERT INTO usage_per_hour_staged
            SELECT account_id, meter, meter_version, toStartOfHour(minute, 'UTC') AS hour, subject, dimensions,
                   sum(m.events), sum(m.sum), max(m.max), max(m.latest), uniqExactMergeState(m.uniques),
                   fromUnixTimestamp64Micro({rolledAt:Int64}, 'UTC')
            FROM (
              SELECT * FROM usage_per_minute_v1 FINAL
              WHERE (account_id, meter, meter_version, minute) NOT IN (
                SELECT account_id, meter, meter_version, minute FROM usage_per_minute_staged)
              UNION ALL SELECT * FROM usage_per_minute_staged) AS m
            WHERE (account_id, meter, meter_version, toStartOfHour(minute, 'UTC')) IN ${BUCKETS}
            GROUP BY account_id, meter, meter_version, hour, subject, dimensions`,
      params: { ...params, rolledAt },
    }),
  );
}
