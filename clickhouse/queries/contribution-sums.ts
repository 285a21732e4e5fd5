import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { knownThen, type MeterReading } from './meter-reading.ts';

/** A stretch of time in which every contribution must be a multiple of `divisor`, in 10⁻¹²; less than 2¹²⁷. */
export interface SumStretch {
  from: Micros;
  to: Micros;
  divisor: bigint;
}

/** What the contributions of a stretch come to, summed one by one. */
export interface ContributionSum {
  /** Exact decimal text. */
  sum: string;
  events: number;
  /** How many are no multiple of the stretch's divisor. */
  odd: number;
}

/**
 * Sums an account's contributions to a meter in each of some stretches (rising, apart), from the contributions themselves.
 * @param dimensions that must have a value; positions from 1
 * @returns in the order of the stretches
 */
export async function contributionSums(
  lane: Lane,
  accountId: string,
  meter: MeterReading & { dimensions: readonly { position: number; value: string }[] },
  stretches: readonly SumStretch[],
): Promise<ContributionSum[]> {
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { dimensions, ...reading } = meter;
  const divides = stretches.some(({ divisor }) => divisor > 1n);
  // A decimal is a whole number of its last digit; to multiply it up to one takes 15 times as long.
  const odd = 'reinterpretAsInt128(value) % toInt128({divisors:Array(String)}[stretch]) != 0';
  const rows = await lane.query<{ stretch: number; sum: string; events: string; odd: string }>({
    name: 'contribution_sums',
    sql: `SELECT indexOf({starts:Array(Int64)}, roundDown(toUnixTimestamp64Micro(time), {starts:Array(Int64)})) AS stretch,
                 toString(sum(value)) AS sum, toString(count()) AS events, toString(${divides ? `countIf(${odd})` : '0'}) AS odd
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            AND toUnixTimestamp64Micro(time) < {ends:Array(Int64)}[stretch]
            ${dimensions.map(({ position }, i) => `AND dimensions[${position}] = {value${i}:String}`).join(' ')} ${knownThen(meter)}
          GROUP BY stretch ORDER BY stretch`,
    params: {
      accountId,
      ...reading,
      from: first.from,
      to: last.to,
      starts: stretches.map((stretch) => stretch.from),
      ends: stretches.map((stretch) => stretch.to),
      divisors: stretches.map(({ divisor }) => String(divisor)),
      ...Object.fromEntries(dimensions.map(({ value }, i) => [`value${i}`, value])),
    },
  });
  const sums = stretches.map((): ContributionSum => ({ sum: '0', events: 0, odd: 0 }));
  for (const { stretch, sum, events, odd } of rows) {
    sums[stretch - 1] = { sum, events: Number.parseInt(events, 10), odd: Number.parseInt(odd, 10) };
  }
  return sums;
}
