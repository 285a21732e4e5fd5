import { AMOUNT_ONE, parseAmount, type Quantity } from '../money.ts';
import type { License } from '../price.ts';
import { cutAt, inOrder } from './contribution.ts';
import { drawDown } from './draw-down.ts';
import { coveredOf, type Piece, spanOf, withoutReturned } from './rate-charge.ts';

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

const SECONDS = 1_000_000n;

/** Weighted quantities are exact in 10⁻³⁰; capacities are told in 10⁻¹⁸. */
const WEIGHTED = AMOUNT_ONE;

/** What the license's pool holds in this period, in 10⁻¹⁸ of its unit: see `License`. */
export function capacityOf({ license, from, to }: LicenseTerm, period: { from: number; to: number }): bigint {
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
  const claimants = charges.flatMap((charge) => {
    const weight = license.weights[charge.priceKey];
    if (weight === undefined) return [];
    const rests = withoutReturned(charge.pieces.map((piece) => piece.contribution.quantity - coveredOf(piece)));
    return charge.pieces.flatMap((piece, i) => {
      const { from } = piece.contribution;
      const rest = rests[i] as Quantity;
      if (from < term.from || from >= term.to || rest === 0n) return [];
      return [{ charge, piece, rest, weight: parseAmount(weight) }];
    });
  });
  const capacity = capacityOf(term, period);
  // First come first covered, and the order in which claims of one instant share what is left.
  claimants.sort((a, b) => inOrder(a.piece.contribution, b.piece.contribution));
  const concurrent = license.measure === 'max' && claimants.some(({ piece }) => piece.contribution.kind === 'interval');
  if (concurrent) return coverConcurrent(license.id, claimants, capacity);

  const claims = claimants.map(({ piece, rest, weight }) => ({ ...spanOf(piece.contribution), total: rest * weight }));
  const { covered, exhaustedAt } = drawDown(capacity * WEIGHTED, claims);
  let drawn = 0n;
  const replaced = new Map<Piece, Piece[]>();
  for (let i = 0; i < claimants.length; i++) {
    const { piece, rest, weight } = claimants[i] as (typeof claimants)[number];
    const taken = covered[i] as bigint;
    if (taken === 0n) continue;
    const quantity = taken / weight;
    drawn += quantity * weight;
    replaced.set(piece, coverPiece(license.id, piece, quantity === rest ? null : exhaustedAt, quantity));
  }
  replacePieces(charges, replaced);
  return { licenseId: license.id, capacity, drawn: drawn / WEIGHTED, exhaustedAt };
}

/** Up to `capacity` at the same time, first come first covered; nothing is saved up for later. */
function coverConcurrent(
  licenseId: string,
  claimants: readonly { charge: PiecesOfCharge; piece: Piece; weight: bigint }[],
  capacity: bigint,
): Drawdown {
  const intervals = claimants.filter(({ piece }) => piece.contribution.kind === 'interval');
  const moments = [...new Set(intervals.flatMap(({ piece: { contribution: c } }) => [c.from, c.to]))].sort(
    (a, b) => a - b,
  );
  const spans = new Map<Piece, { from: number; to: number }[]>();
  let exhaustedAt: number | null = null;
  let most = 0n;
  for (let m = 0; m + 1 < moments.length; m++) {
    const from = moments[m] as number;
    const to = moments[m + 1] as number;
    let used = 0n;
    for (const { piece, weight } of intervals) {
      const c = piece.contribution;
      if (c.from > from || c.to < to) continue;
      // Level × weight, in the capacity's 10⁻¹⁸.
      const takes = ((c.quantity / BigInt(c.to - c.from)) * SECONDS * weight) / AMOUNT_ONE;
      if (used + takes > capacity) {
        exhaustedAt ??= from;
        continue;
      }
      used += takes;
      const list = spans.get(piece) ?? [];
      const last = list.at(-1);
      if (last?.to === from) last.to = to;
      else list.push({ from, to });
      spans.set(piece, list);
    }
    if (used > most) most = used;
  }
  const replaced = new Map<Piece, Piece[]>();
  for (const [piece, covered] of spans) {
    const pieces = cutAt(
      piece.contribution,
      covered.flatMap(({ from, to }) => [from, to]),
    );
    replaced.set(
      piece,
      pieces.map((contribution) => ({
        contribution,
        covered: covered.some(({ from, to }) => from <= contribution.from && contribution.to <= to)
          ? [{ licenseId, quantity: contribution.quantity }]
          : [],
      })),
    );
  }
  replacePieces(new Set(claimants.map(({ charge }) => charge)), replaced);
  return { licenseId, capacity, drawn: most, exhaustedAt };
}

/** The piece with what the license gives it; an interval is cut where it ends, so that each piece is covered or not. */
function coverPiece(licenseId: string, piece: Piece, exhaustedAt: number | null, quantity: Quantity): Piece[] {
  const covered = { licenseId, quantity };
  const { contribution } = piece;
  if (exhaustedAt === null || contribution.kind !== 'interval') {
    return [{ contribution, covered: [...piece.covered, covered] }];
  }
  return cutAt(contribution, [exhaustedAt]).map((cut) =>
    cut.from < exhaustedAt
      ? { contribution: cut, covered: [...piece.covered, { licenseId, quantity: cut.quantity }] }
      : { contribution: cut, covered: [] },
  );
}

function replacePieces(charges: Iterable<PiecesOfCharge>, replaced: ReadonlyMap<Piece, Piece[]>): void {
  if (replaced.size === 0) return;
  for (const charge of charges) charge.pieces = charge.pieces.flatMap((piece) => replaced.get(piece) ?? [piece]);
}
