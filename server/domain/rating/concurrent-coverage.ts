import { inOrder } from './contribution.ts';
import { countUntil, rising } from './instants.ts';
import type { Claimant, Limit } from './license-pool.ts';
import { coveredOf, cutPieces, type Piece } from './piece.ts';

/** How a license of so many at the same time was used. */
interface Concurrent {
  /** Pieces to put in the place of those that are covered in part. */
  cuts: Map<Piece, Piece[]>;
  /** The most that was covered at one time, in 10⁻¹⁸ of the license's unit. */
  drawn: bigint;
  /** The first instant at which more ran than it covers. */
  exhaustedAt: number | null;
}

/** A time in which a piece is covered at one level, in 10⁻¹² of the meter's unit. */
interface CoveredLevel {
  from: number;
  to: number;
  level: bigint;
}

/** Levels times weights are exact in 10⁻²⁴, the capacity is told in 10⁻¹⁸. */
const WEIGHTED_LEVEL = 1_000_000n;

/**
 * Covers up to so much at the same time, first come first covered; nothing is saved up for later, and what does not
 * fit whole is covered as far as it does.
 * @param claimants in the order they count; only intervals run at a time. Who came first is told by when the whole interval
 *   began: where one is cut, by a price version or another license, it keeps its place
 */
export function coverConcurrent(
  licenseId: string,
  claimants: readonly Claimant[],
  limits: readonly Limit[],
): Concurrent {
  const intervals = claimants.filter(({ piece, from, to }) => piece.contribution.kind === 'interval' && from < to);
  const starts = limits.slice(1).map(({ from }) => from);
  const moments = rising([...starts, ...intervals.flatMap(({ from, to }) => [from, to])]);
  const levels = new Map<Claimant, CoveredLevel[]>();
  let present: Claimant[] = [];
  let next = 0;
  let exhaustedAt: number | null = null;
  let most = 0n;
  for (let m = 0; m + 1 < moments.length; m++) {
    const from = moments[m] as number;
    const to = moments[m + 1] as number;
    present = present.filter((claimant) => claimant.to > from);
    const before = next;
    for (; next < intervals.length && (intervals[next] as Claimant).from <= from; next++)
      present.push(intervals[next] as Claimant);
    if (next > before) present.sort(firstCome);
    const capacity = limits[countUntil(starts, from)]?.most ?? 0n;
    let left = capacity * WEIGHTED_LEVEL;
    for (const claimant of present) {
      const whole = claimant.rest / BigInt(claimant.to - claimant.from);
      const fits = left / claimant.weight;
      const level = fits < whole ? fits : whole;
      if (level < whole) exhaustedAt ??= from;
      left -= level * claimant.weight;
      if (level > 0n) addLevel(levels, claimant, { from, to, level });
    }
    const used = capacity * WEIGHTED_LEVEL - left;
    if (used > most) most = used;
  }
  const cuts = new Map<Piece, Piece[]>();
  for (const [{ piece }, covered] of levels) cuts.set(piece, coveredIn(covered, piece, licenseId));
  return { cuts, drawn: most / WEIGHTED_LEVEL, exhaustedAt };
}

function firstCome(a: Claimant, b: Claimant): number {
  const [first, second] = [a.piece.contribution, b.piece.contribution];
  return inOrder(first.whole ?? first, second.whole ?? second) || a.turn - b.turn;
}

/** Adds a time at a level, or makes the one before longer when it goes on at its level. */
function addLevel(levels: Map<Claimant, CoveredLevel[]>, claimant: Claimant, level: CoveredLevel): void {
  const before = levels.get(claimant);
  const last = before?.at(-1);
  if (before === undefined) levels.set(claimant, [level]);
  else if (last?.to === level.from && last.level === level.level) last.to = level.to;
  else before.push(level);
}

function coveredIn(levels: readonly CoveredLevel[], piece: Piece, licenseId: string): Piece[] {
  const pieces = cutPieces([piece], rising(levels.flatMap(({ from, to }) => [from, to])));
  for (const cut of pieces) {
    const { from, to, quantity: whole } = cut.contribution;
    const level = levels.find((each) => each.from <= from && to <= each.to);
    if (level === undefined) continue;
    const quantity = level.level * BigInt(to - from);
    if (quantity > whole - coveredOf(cut)) throw new Error(`license ${licenseId} covers more than was used`);
    cut.covered = [...cut.covered, { licenseId, quantity }];
  }
  return pieces;
}
