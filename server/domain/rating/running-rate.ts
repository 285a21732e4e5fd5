import { microsOf } from '../instant.ts';
import { isPoolOf } from '../license-terms.ts';
import { type Amount, amountText, type Quantity } from '../money.ts';
import type { License } from '../pricing/price.ts';
import { type Contribution, cutAt } from './contribution.ts';
import { countUntil, rising } from './instants.ts';
import { PriceFunction } from './price-function.ts';
import type { ChargeUsage, RatedLicense, RatingInput } from './rating.types.ts';

/** How fast a charge grows while what runs keeps running. */
export interface RunningRate {
  /** Exact decimal text, 12 decimals, rounded down: whoever carries an amount on with it never runs ahead of it. */
  perSecond: string;
  /** Until when it holds, in microseconds: the next cap, price version, license or the period's end. */
  until: number;
}

/** What the rate of a charge depends on, beside the charge; `licenses` with how their pools were used up to `through`. */
export interface RunningScope extends Pick<RatingInput, 'period' | 'versions' | 'currency'> {
  licenses: readonly License[];
  pools: readonly RatedLicense[];
  /** Open intervals have been read up to here, microseconds. */
  through: number;
}

/** A time, half-open. */
interface Span {
  from: number;
  to: number;
}

/**
 * The rate at which a charge grows right now: the sum over its open intervals whose slot is below its cap. `null` where
 * nothing runs or adds no money, and where no even rate can be told: tiers, packages, an allowance, a minimum not
 * reached, a cap of the line, a license that covers what runs, or counts what runs at a time, or covers money.
 */
export function runningRate(charge: ChargeUsage, scope: RunningScope): RunningRate | null {
  const { period, versions, through } = scope;
  const starts = versions.map(({ from }) => from);
  const inForce = versions[countUntil(starts, through) - 1];
  const price = inForce?.prices.get(charge.priceKey);
  const { contributions } = charge;
  if (through >= period.to || price === undefined || contributions.some(({ kind }) => kind !== 'interval')) return null;
  // An allowance ends somewhere inside what runs.
  if (price.included !== undefined) return null;
  const licensed = licensedTime(charge, scope);
  if (licensed === null || licensed.covered.some(({ from, to }) => from <= through && through < to)) return null;

  const p = new PriceFunction(price, inForce?.discountPercent ?? '0');
  const growth = p.growth(usedUpTo(charge, scope, licensed.covered, p));
  if (growth === null) return null;
  const changes = [period.to, ...starts, ...licensed.starts].filter((at) => at > through);
  const untilCap = growth.micros === null ? Number.POSITIVE_INFINITY : through + Number(growth.micros);
  const until = Math.min(...changes, untilCap);
  const perSecond: Amount = (growth.numerator * 1_000_000n) / growth.denominator;
  return perSecond <= 0n || until <= through ? null : { perSecond: amountText(perSecond), until };
}

/**
 * Adds what no license covered of the charge to its price function.
 * @returns how much each slot uses in each microsecond now
 */
function usedUpTo(
  { contributions, priceKey }: ChargeUsage,
  { versions, through }: RunningScope,
  covered: readonly Span[],
  p: PriceFunction,
): ReadonlyMap<string, Quantity> {
  const starts = versions.map(({ from }) => from);
  const cuts = rising([...starts, ...covered.flatMap(({ from, to }) => [from, to])]);
  const now = new Map<string, Quantity>();
  const isCharged = ({ from }: Contribution) =>
    versions[countUntil(starts, from) - 1]?.prices.has(priceKey) === true &&
    !covered.some((span) => span.from <= from && from < span.to);
  for (const contribution of contributions) {
    const { from, to, quantity, slot } = contribution;
    if (to === through) now.set(slot, (now.get(slot) ?? 0n) + quantity / BigInt(to - from));
    for (const piece of cutAt(contribution, cuts)) if (isCharged(piece)) p.add(piece.quantity, slot, 1);
  }
  return now;
}

/**
 * When licenses covered the charge, and when another one begins. A pool that ran out gives no more, so it covers all of
 * the charge's usage from its term's beginning to that instant and nothing after it.
 * @returns `null` for licenses of which that is not so
 */
function licensedTime(
  { priceKey }: ChargeUsage,
  { licenses, pools, period, through, currency }: RunningScope,
): { covered: Span[]; starts: number[] } | null {
  const covered: Span[] = [];
  const starts: number[] = [];
  for (const license of licenses) {
    const { weights, from, to, measure, unit } = license;
    const term = { from: microsOf(from), to: microsOf(to) };
    if (weights[priceKey] === undefined || term.to <= period.from || term.from >= period.to) continue;
    if (measure === 'max' || unit === currency) return null;
    starts.push(term.from);
    const pool = pools.find((each) => isPoolOf(license, each, period));
    const ranOut = pool?.exhaustedAt ?? Number.POSITIVE_INFINITY;
    // Exactly at the instant it ran out the next microsecond may still have its share.
    if (ranOut >= through && term.to > through && term.from <= through) return null;
    covered.push({ from: term.from, to: Math.min(term.to, ranOut) });
  }
  return { covered, starts };
}
