import type { Lane } from '../../clickhouse/index.ts';

/** Usage of one UTC day (seconds since 1970) from its contributions, as the roller makes it, for all accounts at once. */
export async function rollDay(lane: Lane, day: number): Promise<void> {
  const params = { day, rolledAt: Date.now() * 1000 };
  await lane.command({
    name: 'seed_minutes',
    sql: `INSERT INTO usage_per_minute_v1
          SELECT account_id, meter, meter_version, minute, subject, dimensions,
                 count(), sum(value), max(value), max(tuple(time, toString(source), id, value)),
                 uniqExactStateIf(text_value, text_value != ''), fromUnixTimestamp64Micro({rolledAt:Int64}, 'UTC')
          FROM contributions_v1
          WHERE toStartOfDay(minute, 'UTC') = toDateTime({day:UInt32}, 'UTC')
          GROUP BY account_id, meter, meter_version, minute, subject, dimensions`,
    params,
  });
  await lane.command({
    name: 'seed_hours',
    sql: `INSERT INTO usage_per_hour_v1
          SELECT account_id, meter, meter_version, toStartOfHour(minute, 'UTC') AS hour, subject, dimensions,
                 sum(m.events), sum(m.sum), max(m.max), max(m.latest), uniqExactMergeState(m.uniques),
                 fromUnixTimestamp64Micro({rolledAt:Int64}, 'UTC')
          FROM usage_per_minute_v1 AS m FINAL
          WHERE toStartOfDay(minute, 'UTC') = toDateTime({day:UInt32}, 'UTC')
          GROUP BY account_id, meter, meter_version, hour, subject, dimensions`,
    params,
  });
}
