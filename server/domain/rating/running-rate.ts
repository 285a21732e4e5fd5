import { microsOf } from '../instant.ts';
import { isPoolOf } from '../license-terms.ts';
import { type Amount, amountText, parseAmount, type Quantity, WHOLE_PERCENT } from '../money.ts';
import { modelOf } from '../pricing/models/models.ts';
import type { License, Price } from '../pricing/price.ts';
import { type Contribution, cutAt } from './contribution.ts';
import { countUntil, rising } from './instants.ts';
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

/** A stretch of time, half-open. */
interface Stretch {
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
  const { perUnit, denominator } = modelOf(price).fractions(price);
  if (perUnit === undefined || price.included !== undefined || price.maximum?.scope === 'line') return null;
  const licensed = licensedTime(charge, scope);
  if (licensed === null || licensed.covered.some(({ from, to }) => from <= through && through < to)) return null;

  const slots = slotsOf(charge, scope, licensed.covered);
  const cap = price.maximum === undefined ? null : parseAmount(price.maximum.amount) * denominator;
  if (!reachesMinimum(price, denominator, perUnit, cap, slots)) return null;
  const changes = [period.to, ...starts, ...licensed.starts].filter((at) => at > through);
  let until = Math.min(...changes);
  let level = 0n;
  for (const { used, perMicro } of slots) {
    const left = cap === null ? null : cap - perUnit * used;
    if (perMicro === 0n || (left !== null && left <= 0n)) continue;
    level += perMicro;
    if (left !== null && perUnit > 0n) until = Math.min(until, through + Number(left / (perUnit * perMicro)));
  }
  const kept = WHOLE_PERCENT - parseAmount(inForce?.discountPercent ?? '0');
  const perSecond: Amount = (perUnit * level * 1_000_000n * kept) / (denominator * WHOLE_PERCENT);
  return perSecond <= 0n || until <= through ? null : { perSecond: amountText(perSecond), until };
}

/** What a slot has used that no license covered, and how much it uses in each microsecond now. */
interface SlotUse {
  used: Quantity;
  perMicro: Quantity;
}

function slotsOf(
  { contributions, priceKey }: ChargeUsage,
  { versions, through }: RunningScope,
  covered: readonly Stretch[],
): SlotUse[] {
  const starts = versions.map(({ from }) => from);
  const cuts = rising([...starts, ...covered.flatMap(({ from, to }) => [from, to])]);
  const slots = new Map<string, SlotUse>();
  const isCharged = ({ from }: Contribution) =>
    versions[countUntil(starts, from) - 1]?.prices.has(priceKey) === true &&
    !covered.some((stretch) => stretch.from <= from && from < stretch.to);
  for (const contribution of contributions) {
    const { from, to, quantity, slot } = contribution;
    const use = slots.get(slot) ?? { used: 0n, perMicro: 0n };
    slots.set(slot, use);
    if (to === through) use.perMicro += quantity / BigInt(to - from);
    for (const piece of cutAt(contribution, cuts)) if (isCharged(piece)) use.used += piece.quantity;
  }
  return [...slots.values()];
}

/**
 * When licenses covered the charge, and when another one begins. A pool that ran out gives no more, so it covers all of
 * the charge's usage from its term's beginning to that instant and nothing after it.
 * @returns `null` for licenses of which that is not so
 */
function licensedTime(
  { priceKey }: ChargeUsage,
  { licenses, pools, period, through, currency }: RunningScope,
): { covered: Stretch[]; starts: number[] } | null {
  const covered: Stretch[] = [];
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

function reachesMinimum(
  { minimum }: Price,
  denominator: bigint,
  perUnit: bigint,
  cap: bigint | null,
  slots: readonly SlotUse[],
): boolean {
  if (minimum === undefined) return true;
  let amount = 0n;
  for (const { used } of slots) amount += cap !== null && perUnit * used > cap ? cap : perUnit * used;
  return amount >= parseAmount(minimum) * denominator;
}
