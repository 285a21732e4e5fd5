import { parseAmount, type Quantity } from '../money.ts';
import { coverConcurrent } from './concurrent-coverage.ts';
import { inOrder } from './contribution.ts';
import { drawDown, withoutReturned } from './draw-down.ts';
import { type Claimant, type LicenseTerm, type Limit, leftOf, type Pool, spend, WEIGHTED } from './license-pool.ts';
import { coveredOf, cutPieces, type Piece, sortPieces } from './piece.ts';

/** Pieces of one charge, in the order they count; replaced where a license cuts them. */
export interface PiecesOfCharge {
  priceKey: string;
  pieces: Piece[];
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
