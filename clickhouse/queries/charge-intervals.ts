import { ARROW_FORMAT, arrowBatches } from '../arrow.ts';
import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/** An interval of an account's time-weighted meter, cut to a period. */
export interface ChargeInterval {
  accountId: string;
  meter: string;
  subject: string;
  slot: number;
  startsAt: Micros;
  endsAt: Micros;
  /** Exact decimal text. */
  level: string;
  /** The same array for all intervals with the same values. */
  dimensions: readonly string[];
  source: string;
  id: string;
}

/**
 * Intervals of many accounts that lie in `[from, to)`, cut there and at `through`, where open ones end.
 * @param meters with dimensions that must have a value, which is looked at only where it is a single meter
 * @param onInterval is told each of them; it must not keep the object, which is used again for the next one
 */
export async function chargeIntervals(
  lane: Lane,
  accountIds: readonly string[],
  meters: readonly { meter: string; meterVersion: number; only?: readonly { position: number; value: string }[] }[],
  period: { from: Micros; to: Micros; through: Micros },
  onInterval: (interval: Readonly<ChargeInterval>) => void,
): Promise<void> {
  if (meters.length === 0 || accountIds.length === 0) return;
  const only = meters.length === 1 ? (meters[0]?.only ?? []) : [];
  const bytes = await lane.bytes({
    name: 'charge_intervals',
    ofPublished: true,
    sql: `SELECT account_id AS account, meter, slot,
                 toFloat64(greatest(toUnixTimestamp64Micro(starts_at), {from:Int64})) AS starts,
                 toFloat64(least(toUnixTimestamp64Micro(ends_at), {through:Int64}, {to:Int64})) AS ends,
                 CAST(subject, 'LowCardinality(String)') AS resource, CAST(toString(level), 'LowCardinality(String)') AS amount,
                 CAST(toJSONString(dimensions), 'LowCardinality(String)') AS values, source, id AS event
          FROM usage_intervals_v1 FINAL
          WHERE account_id IN {accounts:Array(String)}
            AND (meter, meter_version) IN (${meters.map((_, i) => `({meter${i}:String}, {version${i}:UInt32})`).join(', ')})
            AND starts_at < fromUnixTimestamp64Micro(least({to:Int64}, {through:Int64}), 'UTC')
            AND ends_at > fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            ${only.map(({ position }, i) => `AND dimensions[${position}] = {only${i}:String}`).join(' ')}
          ${ARROW_FORMAT}`,
    params: {
      accounts: accountIds,
      ...Object.fromEntries(meters.map(({ meter }, i) => [`meter${i}`, meter])),
      ...Object.fromEntries(meters.map(({ meterVersion }, i) => [`version${i}`, meterVersion])),
      ...period,
      ...Object.fromEntries(only.map(({ value }, i) => [`only${i}`, value])),
    },
  });
  const asIs = (text: string) => text;
  const interval = {} as ChargeInterval;
  for (const batch of arrowBatches(bytes)) {
    const account = batch.words('account', asIs);
    const meter = batch.words('meter', asIs);
    const subject = batch.words('resource', asIs);
    const level = batch.words('amount', asIs);
    const dimensions = batch.words('values', (text) => JSON.parse(text) as string[]);
    const source = batch.words('source', asIs);
    const id = batch.texts('event');
    const slots = batch.numbers('slot');
    const starts = batch.numbers('starts');
    const ends = batch.numbers('ends');
    for (let row = 0; row < batch.rows; row++) {
      interval.accountId = account(row);
      interval.meter = meter(row);
      interval.subject = subject(row);
      interval.slot = slots[row] as number;
      interval.startsAt = starts[row] as number;
      interval.endsAt = ends[row] as number;
      interval.level = level(row);
      interval.dimensions = dimensions(row);
      interval.source = source(row);
      interval.id = id(row);
      onInterval(interval);
    }
  }
}
