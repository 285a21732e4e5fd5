/** A decimal as text, such as `25.00` or `0.0000024`; never a JavaScript number. At most 12 decimals. */
export type DecimalText = string;

/** One step of a graduated or volume price. `upTo` is inclusive; `null` is without end. */
export interface Tier {
  upTo: DecimalText | null;
  unitAmount: DecimalText;
  /** Due when the tier is entered. */
  flatAmount?: DecimalText;
}

/** What every price says, whatever its charge model. */
export interface PriceCommon {
  key: string;
  /** Key of the meter whose usage it prices. */
  meter: string;
  /** Dimension values the usage must carry; all of them. */
  match?: Record<string, string>;
  description: string;
  /**
   * Quantity that costs nothing, in the meter's unit, within a charge and period; of a flat price, how much it buys, which
   * changes no amount.
   */
  included?: DecimalText;
  /** Least that a charge with usage amounts to. */
  minimum?: DecimalText;
  /** Most that is charged in a period, for the line or for each slot of it. */
  maximum?: { amount: DecimalText; scope: 'line' | 'slot' };
  /** Flat amounts are due without usage too. */
  flatAtZero?: boolean;
  /** One charge for each value of these dimensions; absent: one for the whole account. */
  lineBy?: string[];
}

/** How a price turns a quantity into an amount. */
export type ChargeModel =
  | { model: 'per_unit'; unitAmount: DecimalText; per?: DecimalText }
  | { model: 'graduated' | 'volume'; tiers: Tier[] }
  | { model: 'package'; amount: DecimalText; size: DecimalText }
  | {
      model: 'percentage';
      percent: DecimalText;
      fixedAmount?: DecimalText;
      perEventMin?: DecimalText;
      perEventMax?: DecimalText;
    }
  | { model: 'flat'; amount: DecimalText }
  | { model: 'per_time'; amount: DecimalText; perSeconds: DecimalText };

/** One priced thing of a rate card, as the API takes it in `prices`. */
export type Price = PriceCommon & ChargeModel;

/** A versioned set of prices; a change is a new version, never an edit. */
export interface RateCardVersion {
  key: string;
  /** 1, 2, … in the order they take effect. */
  version: number;
  /** RFC 3339, UTC. */
  effectiveFrom: string;
  currency: string;
  prices: Price[];
}

/**
 * A prepaid quantity for a term. Each billing period has its own pool: of unit-months, `quantity` units for as long as
 * the term covers the period; of a sum, `quantity`, in proportion to the covered time; of a maximum, `quantity` itself.
 * Where the quantity changes, each counts for its time; of a maximum, at its time.
 */
export interface License {
  id: string;
  /** Grows with every change; invoices name the one they used. */
  version: number;
  product: string;
  quantity: DecimalText;
  /** What `quantity` counts: `units`, `rows`, …, or an ISO 4217 code: then the pool is money and covers amounts. */
  unit: string;
  measure: 'unit_months' | 'sum' | 'max';
  /** How much one unit of usage under a price takes from the pool; prices not named are not covered. */
  weights: Record<string, DecimalText>;
  /** RFC 3339, half-open. */
  from: string;
  to: string;
  /** What it said one after another in its term, where that changed; the last is what it says above. */
  stretches?: LicenseStretch[];
}

/** What a license says from an instant on, until the next stretch or the end of its term. */
export interface LicenseStretch {
  /** RFC 3339. */
  from: string;
  version: number;
  product: string;
  quantity: DecimalText;
}
