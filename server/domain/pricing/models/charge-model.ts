import type { Aggregation } from '../../aggregation.ts';
import type { Quantity } from '../../money.ts';
import type { PriceCommon, Tier } from '../price-common.ts';
import type { Product } from './product.ts';

/**
 * What usage costs as exact fractions: an amount is `numerator / denominator` in units of 10⁻¹² of the currency. Nothing
 * is rounded here.
 */
export interface Fractions {
  denominator: bigint;
  /** The amount of all so far. `used` tells zero usage from usage of quantity zero. */
  of: (sum: bigint, used: boolean) => bigint;
  /**
   * What a contribution adds to the sum so far, for models that look at each event by itself: its own amount. Absent:
   * its quantity.
   */
  ofEvents?: (quantity: Quantity, events: number) => bigint;
  /** Same amount for every unit, so that quantity and time at which a cap is reached can be told. */
  perUnit?: bigint;
  /** Up to which sum more costs evenly more; the sum itself where the next bit jumps, `null` for without end. */
  evenUntil: (sum: bigint, used: boolean) => bigint | null;
}

/** So much a unit: an amount is `quantity · perUnit / denominator`. */
export interface UnitPrice {
  perUnit: bigint;
  denominator: bigint;
}

/** How a price is told in words: amounts as people read them, and the meter's unit. */
export interface Wording {
  money: (amount: string) => string;
  unit: string;
}

/** Something a price says that contradicts itself, and where in it. */
export interface PriceFault {
  path: (string | number)[];
  message: string;
}

/**
 * Everything that is asked of a charge model. `Terms` is what a price says besides what every price says.
 */
export interface ChargeModel<Terms> {
  /** What usage costs, without allowance, cap, minimum and discount. */
  fractions: (price: PriceCommon & Terms) => Fractions;
  /**
   * Whether a price looks at each event by itself, so that buckets of events cannot stand in for them. A fixed amount does
   * too: it is due only for events that cost anything, and a bucket does not tell how many those are.
   */
  needsSingleEvents: (price: Terms) => boolean;
  /** Whether what a slot costs depends on its own usage alone, so that the order of the others does not matter. */
  isSeparable: boolean;
  /** Whether more usage can cost less. */
  mayFall: boolean;
  /** Whether usage taken back costs what it cost, whatever was used before. */
  isEven: boolean;
  /** Whether all that is included is bought, used or not. */
  isPool: boolean;
  /**
   * What a unit costs by itself: in the first tier, as its share of a package, without what is fixed; in units of 10⁻¹² of the
   * currency for 10⁻¹⁸ of the meter's unit, as a fraction. `null` where the quantity does not matter.
   */
  listPrice: (price: PriceCommon & Terms) => UnitPrice | null;
  /** Steps in which what a unit costs changes; none where it does not. */
  tiers: (price: Terms) => readonly Tier[];
  /** What its meter must be, and why another will not do; `null` for any. */
  meter: { aggregation: Aggregation; because: (meter: string, is: Aggregation) => string } | null;
  /** What contradicts itself within one price. */
  faults: (price: Terms) => PriceFault[];
  /** What is paid for what, in words. Tiers are told beside it. */
  words: (price: Terms, wording: Wording) => string;
  /** The products that what so much costs is the sum of, where it is one: as anyone gets it by hand. */
  products: (price: PriceCommon & Terms, quantity: Quantity) => Product[] | null;
  /** The one figure of a price that has one, and what it is for: to tell a change by. */
  figure: (price: Terms, wording: Wording) => { amount: string; of: string } | null;
}
