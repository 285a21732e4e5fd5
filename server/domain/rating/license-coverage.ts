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

/** How a license's pool of this period was used. In the license's unit times 10¹⁸ (unit-seconds for unit-months). */
export interface Drawdown {
  licenseId: string;
  capacity: bigint;
  drawn: bigint;
  exhaustedAt: number | null;
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
function capacityOf({ license, from, to }: LicenseTerm, period: { from: number; to: number }): bigint {
  const quantity = parseAmount(license.quantity);
  if (license.measure === 'unit_months') return quantity * BigInt(to - from);
  if (license.measure === 'max') return quantity * SECONDS;
  return (quantity * SECONDS * BigInt(to - from)) / BigInt(period.to - period.from);
}

/**
 * Covers usage with one license, in time order over all its charges; pieces are cut at the instant it ran out. The
 * license covers only what no license before it covers.
 */
export function coverWith(
  term: LicenseTerm,
  period: { from: number; to: number },
  charges: readonly PiecesOfCharge[],
): Drawdown {
  const { license } = term;
  const claimants = claimantsOf(term, charges);
  const capacity = capacityOf(term, period);
  if (license.measure === 'max' && claimants.some(({ piece }) => piece.contribution.kind === 'interval')) {
    const { cuts, ...used } = coverConcurrent(license.id, claimants.sort(inTurn), capacity);
    replacePieces(charges, cuts);
    return { licenseId: license.id, capacity, ...used };
  }
  const { covered, exhaustedAt } = drawDown(capacity * WEIGHTED, claimants, inTurn);
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
  return { licenseId: license.id, capacity, drawn: drawn / WEIGHTED, exhaustedAt };
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
