import { type Amount, parseQuantity, type Quantity } from '../money.ts';
import type { Price } from '../price.ts';
import { type Contribution, cutAt, spanOf } from './contribution.ts';
import { drawDown, withoutReturned } from './draw-down.ts';
import { coveredOf, type Piece } from './piece.ts';
import { PriceFunction, type PriceStages } from './price-function.ts';

/** A stretch of the billing period under one rate card version; `null` where that version has no such price. */
export interface PriceSegment {
  from: number;
  price: Price | null;
}

/** A piece with what it costs. */
export interface Part extends Piece {
  /** Covered by the price's own allowance. */
  included: Quantity;
  /** The exact difference it makes to the charge, before licenses in money. */
  amount: Amount;
  /** What licenses in money cover of it, once they have been asked; `amount − coveredAmount` is what it adds to the line. */
  coveredAmount: Amount;
}

/** A charge up to its discount; licenses in money and the rounding come after. */
export interface ChargeAmounts {
  /** Due without any usage. */
  base: Amount;
  /** Sums over the segments of what each made of the running quantity. */
  stages: PriceStages;
  included: Quantity;
}

/** A price in force, and what its allowance gives each piece. */
interface Version {
  p: PriceFunction;
  included: readonly Quantity[];
}

const NOTHING: PriceStages = { model: 0n, limited: 0n, discounted: 0n };

/**
 * The amount of a charge and of every part of it: P(Q after) − P(Q before), so that base and parts add up to
 * `stages.discounted` exactly, whatever the model.
 *
 * A price version that begins inside the period goes on from the running quantity it finds: allowance, tiers and caps run
 * through the whole period, each version charges the difference its own price makes from its first instant on. As long as
 * there was no usage, the newer version takes the place of the older: only one of them says what is due without any.
 * @param segments rising, the first from the period's start
 * @param pieces in the order they count; none reaches over a segment's end or lies in one without a price
 * @param onPart is told every part in that order
 */
export function rateCharge(
  segments: readonly PriceSegment[],
  discountPercent: string,
  pieces: readonly Piece[],
  onPart: (part: Part) => void,
): ChargeAmounts {
  const versions = segments.map(({ price }): Version | null =>
    price === null ? null : { p: new PriceFunction(price, discountPercent), included: allowances(price, pieces) },
  );
  const charge: ChargeAmounts = { base: 0n, stages: { ...NOTHING }, included: 0n };
  let next = 0;
  for (let s = 0; s < segments.length; s++) {
    const version = versions[s];
    if (!version) continue;
    const begin = next;
    const end = segments[s + 1]?.from ?? Number.POSITIVE_INFINITY;
    while (next < pieces.length && (pieces[next] as Piece).contribution.from < end) next++;
    const later = versions.slice(s + 1).filter((other) => other != null);
    const start = begin === 0 ? NOTHING : version.p.stages();
    if (begin === 0) {
      charge.base = version.p.amount();
      charge.stages = { ...NOTHING };
    }
    charge.included += rateVersion(version, later, pieces, begin, next, onPart);
    const stop = version.p.stages();
    charge.stages.model += stop.model - start.model;
    charge.stages.limited += stop.limited - start.limited;
    charge.stages.discounted += stop.discounted - start.discounted;
  }
  return charge;
}

/** Rates the pieces from `begin` to before `end` under one version. @returns what its allowance gave them */
function rateVersion(
  { p, included }: Version,
  later: readonly Version[],
  pieces: readonly Piece[],
  begin: number,
  end: number,
  onPart: (part: Part) => void,
): Quantity {
  let total = 0n;
  let before = p.amount();
  for (let i = begin; i < end; i++) {
    const { contribution, covered } = pieces[i] as Piece;
    const { quantity: whole, slot, events } = contribution;
    const rest = covered.length === 0 ? whole : whole - coveredOf(pieces[i] as Piece);
    for (const other of later) other.p.add(rest - (other.included[i] ?? 0n), slot, events);
    const free = included[i] ?? 0n;
    total += free;
    // What is covered or free in part has no cap instant of its own: the cap then counts only the rest.
    const cap = rest - free === whole ? capOf(contribution, p) : null;
    for (const cut of cap === null ? [contribution] : cutAt(contribution, [cap])) {
      p.add(cap === null ? rest - free : cut.quantity, slot, events);
      const after = p.amount();
      onPart({ contribution: cut, covered, included: free, amount: after - before, coveredAmount: 0n });
      before = after;
    }
  }
  return total;
}

/** What the allowance gives each piece, in time order. */
function allowances(price: Price, pieces: readonly Piece[]): readonly Quantity[] {
  const pool = parseQuantity(price.included ?? '0');
  if (pool === 0n) return [];
  const rests = withoutReturned(pieces.map((piece) => piece.contribution.quantity - coveredOf(piece)));
  const claims = pieces.map(({ contribution }, i) => ({ ...spanOf(contribution), total: rests[i] as Quantity }));
  return drawDown(pool, claims).covered;
}

/** The instant inside an interval at which its slot reaches its cap, so that it shows; `null` when it does not. */
function capOf({ kind, from, to, quantity, slot }: Contribution, p: PriceFunction): number | null {
  if (kind !== 'interval') return null;
  const left = p.untilCap(slot);
  if (left === null || left <= 0n || left >= quantity) return null;
  const rate = quantity / BigInt(to - from);
  return from + Number((left + rate - 1n) / rate);
}
