import type { ModelTerms } from './models/models.ts';
import type { DecimalText, PriceCommon } from './price-common.ts';

/** One priced thing of a rate card, as the API takes it in `prices`. */
export type Price = PriceCommon & ModelTerms;

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
