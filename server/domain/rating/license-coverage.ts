import { quantitiesIn } from '../license-terms.ts';
import { AMOUNT_ONE, parseAmount, type Quantity } from '../money.ts';
import type { License } from '../price.ts';
import { coverConcurrent } from './concurrent-coverage.ts';
import { inOrder } from './contribution.ts';
import { type Claim, drawDown, withoutReturned } from './draw-down.ts';
import { coveredOf, cutPieces, type Piece, sortPieces } from './piece.ts';

/** Pieces of one charge, in the order they count; replaced where a license cuts them. */
export interface PiecesOfCharge {
  priceKey: string;
  pieces: Piece[];
}

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
const WEIGHTED = AMOUNT_ONE;

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

/**
 * Covers usage with one license, in time order over all its charges; pieces are cut at the instant it ran out. The
 * license covers only what no license before it covers. What it gives is gone from the pool.
 */
export function coverWith(pool: Pool, charges: readonly PiecesOfCharge[]): void {
  const { license } = pool.term;
  const claimants = claimantsOf(pool.term, charges);
  if (license.measure === 'max' && claimants.length > 0) {
    const isLevel = ({ piece }: Claimant) => piece.contribution.kind === 'interval';
    pool.counts ??= claimants.some(isLevel) ? 'levels' : 'events';
  }
  if (pool.counts === 'levels') {
    const limits = pool.limits.map((limit) => ({ ...limit, most: limit.most / WEIGHTED }));
    const { cuts, drawn, exhaustedAt } = coverConcurrent(license.id, claimants.sort(inTurn), limits);
    replacePieces(charges, cuts);
    if (drawn * WEIGHTED > pool.drawn) pool.drawn = drawn * WEIGHTED;
    if (exhaustedAt !== null && pool.exhaustions.length === 0) pool.exhaustions = [exhaustedAt];
    return;
  }
  for (const limit of pool.limits) {
    const those =
      pool.limits.length === 1 ? claimants : claimants.filter(({ from }) => from >= limit.from && from < limit.to);
    if (those.length > 0) coverUpTo(limit, pool, those, charges);
  }
}

/** Covers usage while this limit of the pool holds. */
function coverUpTo(limit: Limit, pool: Pool, claimants: readonly Claimant[], charges: readonly PiecesOfCharge[]): void {
  const { license } = pool.term;
  const left = leftOf(pool, limit);
  const { covered, exhaustedAt } = drawDown(left, claimants, inTurn);
  let drawn = 0n;
  const cuts = new Map<Piece, Piece[]>();
  for (let i = 0; i < claimants.length; i++) {
    const { piece, rest, weight } = claimants[i] as Claimant;
    const quantity = (covered[i] as bigint) / weight;
    if (quantity === 0n) continue;
    drawn += quantity * weight;
    if (quantity === rest || exhaustedAt === null || piece.contribution.kind !== 'interval') {
      piece.covered = [...piece.covered, { licenseId: license.id, quantity }];
    } else {
      cuts.set(piece, coveredUntil(exhaustedAt, piece, license.id));
    }
  }
  replacePieces(charges, cuts);
  spend(pool, limit, left, drawn, exhaustedAt);
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

/** What the license may cover of these charges. */
function claimantsOf(term: LicenseTerm, charges: readonly PiecesOfCharge[]): Claimant[] {
  const claimants: Claimant[] = [];
  for (const [turn, { priceKey, pieces }] of charges.entries()) {
    const text = term.license.weights[priceKey];
    if (text === undefined) continue;
    const weight = parseAmount(text);
    const rests = withoutReturned(pieces.map((piece) => piece.contribution.quantity - coveredOf(piece)));
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as Piece;
      const rest = rests[i] as Quantity;
      const { kind, from, to } = piece.contribution;
      if (from < term.from || from >= term.to || rest === 0n) continue;
      const until = kind === 'event' ? from : to;
      claimants.push({
        from,
        to: until,
        divisible: kind === 'bucket',
        total: rest * weight,
        piece,
        rest,
        weight,
        turn,
      });
    }
  }
  return claimants;
}

/** First come first; claims of one instant share what is left in the order they count, then by charge. */
function inTurn(a: Claimant, b: Claimant): number {
  return a.from - b.from || inOrder(a.piece.contribution, b.piece.contribution) || a.turn - b.turn;
}

/** An interval's piece, covered up to the instant the license ran out and not after it. */
function coveredUntil(exhaustedAt: number, piece: Piece, licenseId: string): Piece[] {
  const pieces = cutPieces([piece], [exhaustedAt]);
  const first = pieces[0] as Piece;
  const quantity = first.contribution.quantity - coveredOf(first);
  first.covered = [...first.covered, { licenseId, quantity }];
  return pieces;
}

function replacePieces(charges: readonly PiecesOfCharge[], cuts: ReadonlyMap<Piece, Piece[]>): void {
  if (cuts.size === 0) return;
  for (const charge of charges) {
    if (!charge.pieces.some((piece) => cuts.has(piece))) continue;
    charge.pieces = sortPieces(charge.pieces.flatMap((piece) => cuts.get(piece) ?? [piece]));
  }
}
