import { AMOUNT_ONE, parseAmount, parseQuantity, QUANTITY_ONE, type Quantity } from '../money.ts';
import type { Price, Tier } from '../price.ts';

/**
 * A charge model as exact fractions: an amount is `numerator / denominator` in units of 10⁻¹² of the currency. Nothing
 * is rounded here.
 */
export interface FractionModel {
  denominator: bigint;
  /** The amount of a running quantity. `used` tells zero usage from usage of quantity zero. */
  of: (quantity: Quantity, used: boolean) => bigint;
  /** What single events add, for models that look at each of them; then `of` is not asked. */
  ofEvents?: (quantity: Quantity, events: number) => bigint;
  /** Same amount for every unit, so that quantity and time at which a cap is reached can be told. */
  perUnit?: bigint;
}

/** The fractions of a price's charge model, without allowance, cap, minimum and discount. */
export function fractionModel(price: Price): FractionModel {
  switch (price.model) {
    case 'per_unit':
      return linear(price.unitAmount, price.per ?? '1');
    case 'per_time':
      return linear(price.amount, price.perSeconds);
    case 'graduated':
      return { denominator: QUANTITY_ONE, of: graduated(tiersOf(price.tiers), price.flatAtZero === true) };
    case 'volume':
      return { denominator: QUANTITY_ONE, of: volume(tiersOf(price.tiers), price.flatAtZero === true) };
    case 'package': {
      const amount = parseAmount(price.amount);
      const size = parseQuantity(price.size);
      // A package that is begun is due whole.
      return { denominator: 1n, of: (quantity) => (quantity <= 0n ? 0n : amount * ((quantity + size - 1n) / size)) };
    }
    case 'flat': {
      const amount = parseAmount(price.amount);
      return { denominator: 1n, of: (_quantity, used) => (used || price.flatAtZero === true ? amount : 0n) };
    }
    case 'percentage':
      return percentage(price);
  }
}

function linear(unitAmount: string, per: string): FractionModel {
  const perUnit = parseAmount(unitAmount);
  // amount × quantity / per: both of 10⁻¹⁸ cancel, so the fraction is amount · q / per.
  return { denominator: parseQuantity(per), of: (quantity) => perUnit * quantity, perUnit };
}

interface ParsedTier {
  upTo: Quantity | null;
  unitAmount: bigint;
  flat: bigint;
}

function tiersOf(tiers: readonly Tier[]): ParsedTier[] {
  return tiers.map(({ upTo, unitAmount, flatAmount }) => ({
    upTo: upTo === null ? null : parseQuantity(upTo),
    unitAmount: parseAmount(unitAmount),
    flat: flatAmount === undefined ? 0n : parseAmount(flatAmount) * QUANTITY_ONE,
  }));
}

/** Each unit at the price of the tier it falls in; a tier's flat amount is due once the quantity is beyond the one before. */
function graduated(tiers: readonly ParsedTier[], flatAtZero: boolean) {
  return (quantity: Quantity): bigint => {
    if (quantity <= 0n) return flatAtZero ? (tiers[0]?.flat ?? 0n) : 0n;
    let amount = 0n;
    let below = 0n;
    for (const { upTo, unitAmount, flat } of tiers) {
      const end = upTo === null || quantity < upTo ? quantity : upTo;
      amount += flat + unitAmount * (end - below);
      if (end === quantity) break;
      below = end;
    }
    return amount;
  };
}

/** All units at the price of the tier the whole quantity falls in. */
function volume(tiers: readonly ParsedTier[], flatAtZero: boolean) {
  return (quantity: Quantity): bigint => {
    if (quantity <= 0n) return flatAtZero ? (tiers[0]?.flat ?? 0n) : 0n;
    const tier = tiers.find(({ upTo }) => upTo === null || quantity <= upTo);
    return tier === undefined ? 0n : tier.flat + tier.unitAmount * quantity;
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
    of: () => 0n,
    ofEvents: (quantity, events) => {
      if (quantity <= 0n) return percent * quantity;
      const amount = percent * quantity + fixed * BigInt(events);
      if (least !== null && amount < least) return least;
      return most !== null && amount > most ? most : amount;
    },
  };
}

/** Whether a price looks at each event by itself, so that buckets of events cannot stand in for them. */
export function needsSingleEvents(price: Price): boolean {
  return price.model === 'percentage' && (price.perEventMin !== undefined || price.perEventMax !== undefined);
}

/** 100 %, in the unit discounts are kept in. */
export const WHOLE_PERCENT = 100n * AMOUNT_ONE;
