import type { License, Price } from '../pricing/price.ts';
import type { Contribution } from './contribution.ts';
import type { Part } from './rate-charge.ts';

/** The usage of one charge: a price, and where the price says so one value of each of its line dimensions. */
export interface ChargeUsage {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
  contributions: readonly Contribution[];
  /** Its quantity is a maximum, a latest value or a number of different ones: more of the same adds nothing. */
  standing?: true;
}

/**
 * The terms that rule from an instant of the period on, in microseconds; the first from the period's start: a rate card
 * version and the discount agreed on. A neighbour may have the same prices, the same discount, or both.
 */
export interface VersionInForce {
  from: number;
  version: number;
  prices: ReadonlyMap<string, Price>;
  /** Decimal text, 0 to 100. */
  discountPercent: string;
}

/** What the usage of one account and billing period is rated with. Instants in microseconds. */
export interface RatingScope {
  /** Whose usage it is, for errors to name. */
  accountId?: string;
  period: { from: number; to: number };
  /** Bounds of the period's days in the account's zone, both ends included. */
  days: readonly number[];
  versions: readonly VersionInForce[];
  currency: string;
  minorUnit: number;
  licenses: readonly License[];
  /** Whether `RatedCharge.days` is wanted: every interval is then cut at midnight. */
  byDay?: boolean;
  /** Whether parts tell what caps, minimums and discounts make of them. */
  byStage?: boolean;
  /** Told every part of every charge, charge by charge. */
  onPart?: (charge: ChargeUsage, part: RatedPart) => void;
}

/** Everything the charges of one account and billing period are computed from. */
export interface RatingInput extends RatingScope {
  charges: readonly ChargeUsage[];
}

/** A part of a charge, as it ends up on the line. */
export type RatedPart = Part;

/** One line of the calculation, in the order it is done. Exact decimal text. */
export interface Step {
  name:
    | 'usage'
    | 'license'
    | 'allowance'
    | 'charge model'
    | 'cap or minimum'
    | 'discount'
    | 'license credit'
    | 'rounding'
    /** Of a correction: what the charge comes to now, and what was charged so far. */
    | 'now'
    | 'charged before';
  /** Of which license, for steps of licenses. */
  licenseId?: string;
  /** In the meter's unit; negative where something is taken off. */
  quantity?: string;
  /** In the currency; negative where something is taken off. The amounts add up to the rounded line. */
  amount?: string;
}

/** A charge, rated. */
export interface RatedCharge {
  priceKey: string;
  lineValues: Readonly<Record<string, string>>;
  /** The price of the last version that has it: its description and unit are shown. */
  price: Price;
  quantity: string;
  steps: Step[];
  /** 12 decimals at most. */
  amountExact: string;
  /** Rounded once to the currency's minor unit, half up. */
  amount: string;
  /** Exact amounts of each day, in the order of the days; they and `base` add up to `amountExact`. Only with `byDay`. */
  days: string[];
  /** Due without usage. */
  base: string;
  /**
   * What the charge comes to by the terms of each version in force, in their order; together exactly `amountExact`. What is
   * due without usage belongs to the version by whose price it is due.
   */
  bySegment: { from: number; amountExact: string }[];
}

/** A license's pool in the period. Quantities in the license's unit; unit-seconds for unit-months. */
export interface RatedLicense {
  licenseId: string;
  /** Where its part of the period begins: a license that begins to count otherwise has another pool from there. */
  from: number;
  /** Of a maximum: the highest, where that changed. */
  capacity: string;
  drawn: string;
  /** When it first could give no more. */
  exhaustedAt: number | null;
  /** When it could again give no more, after its maximum had been raised. */
  exhaustedAgainAt?: number[];
}

export interface Rating {
  charges: RatedCharge[];
  licenses: RatedLicense[];
}
