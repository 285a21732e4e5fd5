import { AMOUNT_ONE, parseAmount, parseQuantity, QUANTITY_ONE, type Quantity } from '../money.ts';
import type { Price, Tier } from '../pricing/price.ts';

/**
 * A charge model as exact fractions: an amount is `numerator / denominator` in units of 10⁻¹² of the currency. Nothing
 * is rounded here.
 */
export interface FractionModel {
  denominator: bigint;
  /** The amount of a running sum. `used` tells zero usage from usage of quantity zero. */
  of: (sum: bigint, used: boolean) => bigint;
  /**
   * What a contribution adds to the running sum, for models that look at each event by itself: its own amount. Absent:
   * its quantity.
   */
  ofEvents?: (quantity: Quantity, events: number) => bigint;
  /** Same amount for every unit, so that quantity and time at which a cap is reached can be told. */
  perUnit?: bigint;
  /** Up to which running sum more costs evenly more; the sum itself where the next bit jumps, `null` for without end. */
  evenUntil: (sum: bigint, used: boolean) => bigint | null;
}

/** The fractions of a price's charge model, without allowance, cap, minimum and discount. */
export function fractionModel(price: Price): FractionModel {
  switch (price.model) {
    case 'per_unit':
      return linear(price.unitAmount, price.per ?? '1');
    case 'per_time':
      return linear(price.amount, price.perSeconds);
    case 'graduated':
    case 'volume': {
      const tiers = tiersOf(price.tiers);
      const of = price.model === 'graduated' ? graduated : volume;
      return {
        denominator: QUANTITY_ONE,
        of: of(tiers, price.flatAtZero === true),
        evenUntil: (sum) => tierEnd(tiers, sum, price.model === 'volume'),
      };
    }
    case 'package': {
      const amount = parseAmount(price.amount);
      const size = parseQuantity(price.size);
      // A package that is begun is due whole.
      return {
        denominator: 1n,
        of: (quantity) => (quantity <= 0n ? 0n : amount * ((quantity + size - 1n) / size)),
        evenUntil: (sum) => sum,
      };
    }
    case 'flat': {
      const amount = parseAmount(price.amount);
      return {
        denominator: 1n,
        of: (_quantity, used) => (used || price.flatAtZero === true ? amount : 0n),
        evenUntil: (sum, used) => (used || price.flatAtZero === true ? null : sum),
      };
    }
    case 'percentage':
      return percentage(price);
  }
}

function linear(unitAmount: string, per: string): FractionModel {
  const perUnit = parseAmount(unitAmount);
  // amount × quantity / per: both of 10⁻¹⁸ cancel, so the fraction is amount · q / per.
  return { denominator: parseQuantity(per), of: (quantity) => perUnit * quantity, perUnit, evenUntil: () => null };
}

interface ParsedTier {
  /** Where the tier before ends. */
  above: Quantity;
  upTo: Quantity | null;
  unitAmount: bigint;
  flat: bigint;
  /** What all of the tiers before cost together. */
  before: bigint;
}

function tiersOf(tiers: readonly Tier[]): ParsedTier[] {
  const parsed: ParsedTier[] = [];
  let above = 0n;
  let before = 0n;
  for (const tier of tiers) {
    const upTo = tier.upTo === null ? null : parseQuantity(tier.upTo);
    const unitAmount = parseAmount(tier.unitAmount);
    const flat = parseAmount(tier.flatAmount ?? '0') * QUANTITY_ONE;
    parsed.push({ above, upTo, unitAmount, flat, before });
    if (upTo === null) break;
    before += flat + unitAmount * (upTo - above);
    above = upTo;
  }
  return parsed;
}

/** The tier a quantity falls in; beyond the last bound, the last. */
function tierAt(tiers: readonly ParsedTier[], quantity: Quantity): ParsedTier {
  let at = 0;
  for (; at < tiers.length - 1; at++) {
    const { upTo } = tiers[at] as ParsedTier;
    if (upTo === null || quantity <= upTo) break;
  }
  return tiers[at] as ParsedTier;
}

/** Where the tier ends that the next bit falls in; the sum itself where entering that tier adds something at once. */
function tierEnd(tiers: readonly ParsedTier[], sum: Quantity, isVolume: boolean): Quantity | null {
  const tier = tiers.find(({ upTo }) => upTo === null || upTo > sum);
  if (tier === undefined) return null;
  const isEntered = sum > tier.above;
  return isEntered || (tier.flat === 0n && (!isVolume || sum === 0n)) ? tier.upTo : sum;
}

/** Each unit at the price of the tier it falls in; a tier's flat amount is due once the quantity is beyond the one before. */
function graduated(tiers: readonly ParsedTier[], flatAtZero: boolean) {
  return (quantity: Quantity): bigint => {
    if (quantity <= 0n) return flatAtZero ? (tiers[0]?.flat ?? 0n) : 0n;
    const { above, unitAmount, flat, before } = tierAt(tiers, quantity);
    return before + flat + unitAmount * (quantity - above);
  };
}

/** All units at the price of the tier the whole quantity falls in. */
function volume(tiers: readonly ParsedTier[], flatAtZero: boolean) {
  return (quantity: Quantity): bigint => {
    if (quantity <= 0n) return flatAtZero ? (tiers[0]?.flat ?? 0n) : 0n;
    const { unitAmount, flat } = tierAt(tiers, quantity);
    return flat + unitAmount * quantity;
  };
}

/** A share of each event's value plus a fixed amount, at least and at most so much per event. Values below zero are returned as they are. */
function percentage(price: Extract<Price, { model: 'percentage' }>): FractionModel {
  const denominator = 100n * QUANTITY_ONE;
  const percent = parseAmount(price.percent);
  const fraction = (text: string | undefined) => (text === undefined ? null : parseAmount(text) * denominator);
  const fixed = fraction(price.fixedAmount) ?? 0n;
  const least = fraction(price.perEventMin);
  const most = fraction(price.perEventMax);
  return {
    denominator,
    of: (sum) => sum,
    evenUntil: (sum) => (needsSingleEvents(price) ? sum : null),
    ofEvents: (quantity, events) => {
      if (quantity <= 0n) return percent * quantity;
      const amount = percent * quantity + fixed * BigInt(events);
      if (least !== null && amount < least) return least;
      return most !== null && amount > most ? most : amount;
    },
  };
}

/**
 * Whether a price looks at each event by itself, so that buckets of events cannot stand in for them. A fixed amount does
 * too: it is due only for events that cost anything, and a bucket does not tell how many those are.
 */
export function needsSingleEvents(price: Price): boolean {
  if (price.model !== 'percentage') return false;
  return [price.fixedAmount, price.perEventMin, price.perEventMax].some((amount) => amount !== undefined);
}

/** 100 %, in the unit discounts are kept in. */
export const WHOLE_PERCENT = 100n * AMOUNT_ONE;
