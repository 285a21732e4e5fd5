import type { Quantity } from '../money.ts';
import { type Contribution, cutAt, inOrder } from './contribution.ts';

/** What a license covers of a piece, in the meter's unit. */
interface Covered {
  licenseId: string;
  quantity: Quantity;
}

/** A contribution, cut where anything about its price changes, and what licenses cover of it: of an interval, evenly. */
export interface Piece {
  contribution: Contribution;
  covered: readonly Covered[];
}

/** One for all pieces: a charge may have a million. */
const NOTHING: readonly Covered[] = [];

/** A piece of which nothing is covered yet. */
export const uncovered = (contribution: Contribution): Piece => ({ contribution, covered: NOTHING });

/** What licenses cover of a piece together. */
export function coveredOf({ covered }: Piece): Quantity {
  let sum = 0n;
  for (const { quantity } of covered) sum += quantity;
  return sum;
}

/**
 * The pieces cut at instants (rising), in the order they count. What is covered is cut with the usage, evenly.
 * @param buckets `whole` leaves buckets that reach over an instant as they are
 * @throws RangeError when a bucket would have to be cut
 */
export function cutPieces(
  pieces: readonly Piece[],
  instants: readonly number[],
  buckets: 'cut' | 'whole' = 'cut',
): Piece[] {
  const cut: Piece[] = [];
  for (const piece of pieces) {
    const { from, to } = piece.contribution;
    const stays = buckets === 'whole' && piece.contribution.kind === 'bucket';
    const contributions = stays ? [piece.contribution] : cutAt(piece.contribution, instants);
    if (contributions.length === 1) cut.push(piece);
    else for (const part of contributions) cut.push({ contribution: part, covered: shareOf(piece, part, to - from) });
  }
  return sortPieces(cut);
}

/** Sorts the pieces in place into the order they count; most are already. */
export function sortPieces(pieces: Piece[]): Piece[] {
  const order = (a: Piece, b: Piece) => inOrder(a.contribution, b.contribution);
  for (let i = 1; i < pieces.length; i++) {
    if (order(pieces[i - 1] as Piece, pieces[i] as Piece) > 0) return pieces.sort(order);
  }
  return pieces;
}

/** What is covered of a part of a piece that is so long, microseconds. */
export function shareOf({ covered }: Piece, { from, to }: Contribution, length: number): readonly Covered[] {
  if (covered.length === 0) return NOTHING;
  return covered.map(({ licenseId, quantity }) => ({
    licenseId,
    quantity: (quantity / BigInt(length)) * BigInt(to - from),
  }));
}
