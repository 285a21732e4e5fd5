import { DAY } from '../instant.ts';
import type { Quantity } from '../money.ts';
import type { Contribution } from './contribution.ts';
import { countUntil } from './instants.ts';
import type { ChargeUsage } from './rating.types.ts';

/** What may still come until a period's end: to be rated by the same engine, after what is metered. */
export interface Forecast {
  /** What runs now and keeps running, the same in every case. */
  goingOn: ChargeUsage[];
  /** Counted usage, in three cases; charges of which nothing more is expected are left out. */
  low: ChargeUsage[];
  expected: ChargeUsage[];
  high: ChargeUsage[];
}

/** How it is done, for people. */
export const FORECAST_METHOD =
  'What runs now keeps running; counted usage goes on as on this period’s days so far. The range is how much those days differ, in four of five cases.';

/** Half the width of an 80 % interval of a normal distribution, in hundredths of its standard deviation. */
const WIDTH = 128n;

/**
 * Carries usage on to the period's end.
 * @param through what is metered ends here; microseconds
 * @param days bounds of the period's days; counted usage must have been read day by day
 */
export function forecastUsage(
  charges: readonly ChargeUsage[],
  { from, to, through, days }: { from: number; to: number; through: number; days: readonly number[] },
): Forecast {
  const forecast: Forecast = { goingOn: [], low: [], expected: [], high: [] };
  if (through >= to) return forecast;
  const left = BigInt(to - through);
  const elapsed = BigInt(through - from);
  const whole = days.filter((bound) => bound <= through);
  for (const charge of charges) {
    const open = charge.contributions.filter(({ kind, to: end }) => kind === 'interval' && end === through);
    if (open.length > 0) {
      forecast.goingOn.push({ ...charge, contributions: open.map((interval) => runOn(interval, to)) });
    }
    const counted = charge.contributions.filter(({ kind }) => kind !== 'interval');
    const last = counted.at(-1);
    // More of the same adds nothing to a maximum.
    if (last === undefined || elapsed <= 0n || charge.standing) continue;
    const sum = counted.reduce((total, { quantity }) => total + quantity, 0n);
    const more = (sum * left) / elapsed;
    const spread = spreadOf(counted, whole, left);
    const add = (cases: ChargeUsage[], quantity: Quantity) => {
      // What was used is not taken back, however much the days differ.
      if (quantity > 0n) cases.push({ ...charge, contributions: expectedIn(last, quantity, through, to) });
    };
    add(forecast.low, more - spread);
    add(forecast.expected, more);
    add(forecast.high, more + spread);
  }
  return forecast;
}

/** The rest of an interval: it keeps its place in a line, and divides evenly by its microseconds. */
function runOn(interval: Contribution, to: number): Contribution {
  const { from, to: through, quantity, whole } = interval;
  const rate = quantity / BigInt(through - from);
  return { ...interval, from: through, to, quantity: rate * BigInt(to - through), whole: whole ?? interval };
}

/** Evenly over the time that is left, so that versions and license terms that begin in it cut it where they must. */
function expectedIn({ dimensions }: Contribution, quantity: Quantity, from: number, to: number): Contribution[] {
  const rest = quantity % BigInt(to - from);
  const named = { slot: '', events: 0, source: '', id: 'forecast', subject: '', dimensions };
  const even: Contribution = { ...named, kind: 'interval', from, to, quantity: quantity - rest };
  // What does not divide evenly by the microseconds comes at once; without it whole numbers would just be missed.
  return rest === 0n ? [even] : [even, { ...named, kind: 'event', from, to: from, quantity: rest }];
}

/** How far the rest of the period may stray: the standard deviation of whole days, grown with the root of what is left. */
function spreadOf(contributions: readonly Contribution[], days: readonly number[], left: bigint): Quantity {
  const count = days.length - 1;
  if (count < 3) return 0n;
  const sums = new Array<bigint>(count).fill(0n);
  for (const { from, quantity } of contributions) {
    const day = countUntil(days, from) - 1;
    if (day >= 0 && day < count) sums[day] = (sums[day] as bigint) + quantity;
  }
  const mean = sums.reduce((a, b) => a + b, 0n) / BigInt(count);
  const squares = sums.reduce((total, sum) => total + (sum - mean) * (sum - mean), 0n);
  const variance = squares / BigInt(count - 1);
  return (root((variance * left) / BigInt(DAY)) * WIDTH) / 100n;
}

/** The whole square root, by Newton's method. */
function root(square: bigint): bigint {
  if (square < 2n) return square;
  let guess = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const better = (guess + square / guess) >> 1n;
    if (better >= guess) return guess;
    guess = better;
  }
}
