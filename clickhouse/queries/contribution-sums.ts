import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';
import { type MeterReading, receivedAsOf } from './meter-reading.ts';

/** A span of time in which every contribution must be a multiple of `divisor`, in 10⁻¹²; less than 2¹²⁷. */
export interface SumSpan {
  from: Micros;
  to: Micros;
  divisor: bigint;
}

/** What the contributions of a span come to, summed one by one. */
export interface ContributionSum {
  /** Exact decimal text. */
  sum: string;
  events: number;
  /** How many are no multiple of the span's divisor. */
  odd: number;
}

/**
 * Sums an account's contributions to a meter in each of some spans (rising, apart), from the contributions themselves.
 * @param dimensions that must have a value; positions from 1
 * @returns in the order of the spans
 */
export async function contributionSums(
  lane: Lane,
  accountId: string,
  meter: MeterReading & { dimensions: readonly { position: number; value: string }[] },
  spans: readonly SumSpan[],
): Promise<ContributionSum[]> {
  const [first, last] = [spans[0], spans.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { dimensions, ...reading } = meter;
  const divides = spans.some(({ divisor }) => divisor > 1n);
  // A decimal is a whole number of its last digit; to multiply it up to one takes 15 times as long.
  const odd = 'reinterpretAsInt128(value) % toInt128({divisors:Array(String)}[span]) != 0';
  const rows = await lane.query<{ span: number; sum: string; events: string; odd: string }>({
    name: 'contribution_sums',
    ofPublished: true,
    sql: `SELECT indexOf({starts:Array(Int64)}, roundDown(toUnixTimestamp64Micro(time), {starts:Array(Int64)})) AS span,
                 toString(sum(value)) AS sum, toString(count()) AS events, toString(${divides ? `countIf(${odd})` : '0'}) AS odd
          FROM contributions_v1
          WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32}
            AND time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            AND toUnixTimestamp64Micro(time) < {ends:Array(Int64)}[span]
            ${dimensions.map(({ position }, i) => `AND dimensions[${position}] = {value${i}:String}`).join(' ')} ${receivedAsOf(meter)}
          GROUP BY span ORDER BY span`,
    params: {
      accountId,
      ...reading,
      from: first.from,
      to: last.to,
      starts: spans.map((span) => span.from),
      ends: spans.map((span) => span.to),
      divisors: spans.map(({ divisor }) => String(divisor)),
      ...Object.fromEntries(dimensions.map(({ value }, i) => [`value${i}`, value])),
    },
  });
  const sums = spans.map((): ContributionSum => ({ sum: '0', events: 0, odd: 0 }));
  for (const { span, sum, events, odd } of rows) {
    sums[span - 1] = { sum, events: Number.parseInt(events, 10), odd: Number.parseInt(odd, 10) };
  }
  return sums;
}
