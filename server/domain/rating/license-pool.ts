import { quantitiesIn } from '../license-terms.ts';
import { AMOUNT_ONE, type Quantity } from '../money.ts';
import type { License } from '../pricing/price.ts';
import type { Claim } from './draw-down.ts';
import type { Piece } from './piece.ts';

/** A license within a billing period. */
export interface LicenseTerm {
  license: License;
  /** The part of its term inside the period, microseconds. */
  from: number;
  to: number;
}

/** A license's pool in a billing period, while it is used. */
export interface Pool {
  readonly term: LicenseTerm;
  /** How many of its units (in which the rest is told) are 10⁻¹⁸ of the license's unit; of a unit-second for unit-months. */
  readonly scale: bigint;
  /** Of a maximum: the highest of its limits. */
  readonly capacity: bigint;
  /** What it may have given in all while each holds: one, unless it is a maximum that changes. */
  readonly limits: readonly Limit[];
  drawn: bigint;
  /** What it gave, and rests too small to be given. Not of so many at a time, which are given anew at every instant. */
  spent: bigint;
  /** When it could give no more, of each limit. */
  exhaustions: readonly number[];
  /** What a license of `max` counts: levels if there is one among its first usage, else events. */
  counts: 'levels' | 'events' | null;
}

/** What a pool may have given in all by some time, in its units. Half-open, microseconds. */
export interface Limit {
  from: number;
  to: number;
  most: bigint;
}

/** Usage that a license may cover: what of a piece no license before it covers. `total` is weighted, in 10⁻³⁰. */
export interface Claimant extends Claim {
  piece: Piece;
  rest: Quantity;
  weight: bigint;
  /** Of which charge, for usage that feeds two. */
  turn: number;
}

const SECONDS = 1_000_000n;

/** Weighted quantities are exact in 10⁻³⁰; capacities are told in 10⁻¹⁸. */
export const WEIGHTED = AMOUNT_ONE;

/** What the license's pool holds in this period, in 10⁻¹⁸ of its unit: see `License`. */
function limitsOf(term: LicenseTerm, period: { from: number; to: number }): Limit[] {
  const { license, from, to } = term;
  if (license.measure === 'max') {
    return quantitiesIn(license, term).map(({ quantity, ...span }) => ({ ...span, most: quantity * SECONDS }));
  }
  const time = quantityTime(term);
  const most = license.measure === 'unit_months' ? time : (time * SECONDS) / BigInt(period.to - period.from);
  return [{ from, to, most }];
}

/** The license's quantities, each times the microseconds it holds; in 10⁻¹² of its unit. */
export function quantityTime(term: LicenseTerm): bigint {
  let sum = 0n;
  for (const { from, to, quantity } of quantitiesIn(term.license, term)) sum += quantity * BigInt(to - from);
  return sum;
}

/** The pool of a license in quantities at the period's start. */
export function quantityPool(term: LicenseTerm, period: { from: number; to: number }): Pool {
  const limits = limitsOf(term, period).map((limit) => ({ ...limit, most: limit.most * WEIGHTED }));
  return newPool(term, WEIGHTED, limits);
}

/** A pool that nothing was drawn from. */
export function newPool(term: LicenseTerm, scale: bigint, limits: readonly Limit[]): Pool {
  let capacity = 0n;
  for (const { most } of limits) if (most > capacity) capacity = most;
  return { term, scale, limits, capacity, drawn: 0n, spent: 0n, exhaustions: [], counts: null };
}

/** What the pool can still give while this limit holds. */
export function leftOf({ spent }: Pool, { most }: Limit): bigint {
  return most > spent ? most - spent : 0n;
}

/** Takes from the pool what it gave of what was left. */
export function spend(pool: Pool, limit: Limit, left: bigint, drawn: bigint, exhaustedAt: number | null): void {
  pool.drawn += drawn;
  // A rest too small to be given at an instant is given to nobody later either.
  pool.spent += exhaustedAt === null ? drawn : left;
  if (exhaustedAt === null || pool.exhaustions.some((at) => at >= limit.from)) return;
  pool.exhaustions = [...pool.exhaustions, exhaustedAt];
}
