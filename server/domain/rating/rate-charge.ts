import { type Amount, parseQuantity, type Quantity } from '../money.ts';
import type { Price } from '../price.ts';
import { type Contribution, cutAt } from './contribution.ts';
import { drawDown } from './draw-down.ts';
import { PriceFunction, type PriceStages } from './price-function.ts';

/** A stretch of the billing period under one rate card version; `null` where that version has no such price. */
export interface PriceSegment {
  from: number;
  price: Price | null;
}

/** A contribution, cut where anything about its price changes, and what licenses cover of it. */
export interface Piece {
  contribution: Contribution;
  /** In the meter's unit, by license. */
  covered: { licenseId: string; quantity: Quantity }[];
}

/** A piece with what it costs. */
export interface Part extends Piece {
  /** Covered by the price's own allowance. */
  included: Quantity;
  /** The exact difference it makes to the charge, before money licenses. */
  amount: Amount;
}

/** A charge up to its discount; licenses in money and the rounding come after. */
export interface ChargeAmounts {
  /** Due without any usage. */
  base: Amount;
  /** Sums over the segments of what each made of the running quantity. */
  stages: PriceStages;
  included: Quantity;
}

const NOTHING: PriceStages = { model: 0n, limited: 0n, discounted: 0n };

/**
 * The amount of a charge and of every part of it: P(Q after) − P(Q before), so that base and parts add up to
 * `stages.discounted` exactly, whatever the model.
 *
 * A price version that begins inside the period goes on from the running quantity it finds: allowance, tiers and caps run
 * through the whole period, each version charges the difference its own price makes from its first instant on.
 * @param segments rising, the first from the period's start
 * @param pieces in the order they count; none reaches over a segment's end
 * @param onPart is told every part in that order
 */
export function rateCharge(
  segments: readonly PriceSegment[],
  discountPercent: string,
  pieces: readonly Piece[],
  onPart: (part: Part) => void,
): ChargeAmounts {
  const versions = segments.map(({ price }) => {
    if (price === null) return null;
    return { p: new PriceFunction(price, discountPercent), included: allowances(price, pieces) };
  });
  const stages = { ...NOTHING };
  let base = 0n;
  let included = 0n;
  let next = 0;
  let begun = false;
  for (let s = 0; s < segments.length; s++) {
    const end = segments[s + 1]?.from ?? Number.POSITIVE_INFINITY;
    const version = versions[s];
    const later = versions.slice(s + 1);
    const start = begun || !version ? (version?.p.stages() ?? NOTHING) : NOTHING;
    if (!begun && version) base = version.p.amount();
    begun ||= version !== null;
    let before = version?.p.amount() ?? 0n;
    for (; next < pieces.length && (pieces[next] as Piece).contribution.from < end; next++) {
      const piece = pieces[next] as Piece;
      const rest = piece.contribution.quantity - coveredOf(piece);
      for (const other of later)
        other?.p.add(rest - (other.included[next] ?? 0n), piece.contribution.slot, piece.contribution.events);
      if (!version) continue;
      const free = version.included[next] ?? 0n;
      included += free;
      for (const [contribution, quantity] of atCap(piece.contribution, rest - free, version.p)) {
        version.p.add(quantity, contribution.slot, contribution.events);
        const after = version.p.amount();
        onPart({ contribution, covered: piece.covered, included: free, amount: after - before });
        before = after;
      }
    }
    if (!version) continue;
    const stop = version.p.stages();
    stages.model += stop.model - start.model;
    stages.limited += stop.limited - start.limited;
    stages.discounted += stop.discounted - start.discounted;
  }
  return { base, stages, included };
}

/** What licenses cover of a piece together. */
export function coveredOf(piece: Piece): Quantity {
  let sum = 0n;
  for (const { quantity } of piece.covered) sum += quantity;
  return sum;
}

/** What the allowance gives each piece, in time order. */
function allowances(price: Price, pieces: readonly Piece[]): Quantity[] {
  if (price.included === undefined) return [];
  const rests = pieces.map((piece) => piece.contribution.quantity - coveredOf(piece));
  const claims = withoutReturned(rests).map((total, i) => ({ ...spanOf((pieces[i] as Piece).contribution), total }));
  return drawDown(parseQuantity(price.included), claims).covered;
}

/**
 * What of each quantity stays when negative ones (usage taken back) cancel the latest before them: a pool is not drawn
 * for what was returned. Negative ones claim nothing.
 */
export function withoutReturned(quantities: readonly bigint[]): bigint[] {
  const left = quantities.map((quantity) => (quantity > 0n ? quantity : 0n));
  for (let i = 0; i < quantities.length; i++) {
    let returned = -(quantities[i] as bigint);
    for (let j = i - 1; j >= 0 && returned > 0n; j--) {
      const cancelled = (left[j] as bigint) < returned ? (left[j] as bigint) : returned;
      left[j] = (left[j] as bigint) - cancelled;
      returned -= cancelled;
    }
  }
  return left;
}

/** When a contribution draws: an interval evenly, anything else at once. */
export function spanOf({ kind, from, to }: Contribution): { from: number; to: number } {
  return kind === 'event' ? { from, to: from } : { from, to };
}

/** An interval that reaches its slot's cap is cut there, so that the instant shows. */
function atCap(contribution: Contribution, quantity: Quantity, p: PriceFunction): [Contribution, Quantity][] {
  const whole: [Contribution, Quantity][] = [[contribution, quantity]];
  if (contribution.kind !== 'interval' || quantity !== contribution.quantity) return whole;
  const left = p.untilCap(contribution.slot);
  if (left === null || left <= 0n || left >= quantity) return whole;
  const rate = quantity / BigInt(contribution.to - contribution.from);
  const cap = contribution.from + Number((left + rate - 1n) / rate);
  return cutAt(contribution, [cap]).map((piece) => [piece, piece.quantity]);
}
