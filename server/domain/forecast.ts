import type { Quantity } from './money.ts';
import { type Contribution, cutAt } from './rating/contribution.ts';
import type { ChargeUsage } from './rating/rate-account.ts';

/** The usage of a whole period as it may become: to be rated by the same engine as what is metered. */
export interface Forecast {
  low: ChargeUsage[];
  expected: ChargeUsage[];
  high: ChargeUsage[];
}

/** How it is done, for people. */
export const FORECAST_METHOD =
  'What runs now keeps running; counted usage goes on as on this period’s days so far. The range is how much those days differ, in four of five cases.';

const DAY = 86_400_000_000n;
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
  const forecast: Forecast = { low: [], expected: [], high: [] };
  const left = BigInt(Math.max(0, to - through));
  const whole = days.filter((bound) => bound <= through);
  for (const charge of charges) {
    const carried = charge.contributions.map((c) => (c.kind === 'interval' && c.to === through ? runOn(c, to) : c));
    const counted = charge.contributions.filter(({ kind }) => kind !== 'interval');
    const elapsed = BigInt(through - from);
    const sum = counted.reduce((total, { quantity }) => total + quantity, 0n);
    const more = counted.length === 0 || elapsed <= 0n || charge.running ? 0n : (sum * left) / elapsed;
    const spread = charge.running ? 0n : spreadOf(charge.contributions, whole, left);
    const last = charge.contributions.at(-1);
    const carriedOn = (quantity: Quantity): ChargeUsage => ({
      ...charge,
      contributions:
        quantity === 0n || last === undefined || through >= to
          ? carried
          : [...carried, ...expectedIn(last, quantity, through, to)],
    });
    forecast.low.push(carriedOn(more - spread));
    forecast.expected.push(carriedOn(more));
    forecast.high.push(carriedOn(more + spread));
  }
  return forecast;
}

/** An interval divides evenly by its microseconds, and so does its longer self. */
function runOn({ whole: _, ...interval }: Contribution, to: number): Contribution {
  const rate = interval.quantity / BigInt(interval.to - interval.from);
  return { ...interval, to, quantity: rate * BigInt(to - interval.from) };
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
  for (const contribution of contributions) {
    const pieces = contribution.kind === 'interval' ? cutAt(contribution, days) : [contribution];
    for (const { from, quantity } of pieces) {
      const day = days.findLastIndex((bound) => bound <= from);
      if (day >= 0 && day < count) sums[day] = (sums[day] as bigint) + quantity;
    }
  }
  const mean = sums.reduce((a, b) => a + b, 0n) / BigInt(count);
  const squares = sums.reduce((total, sum) => total + (sum - mean) * (sum - mean), 0n);
  const variance = squares / BigInt(count - 1);
  return (root((variance * left) / DAY) * WIDTH) / 100n;
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
