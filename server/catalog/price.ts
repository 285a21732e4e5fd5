/** A decimal as text, such as `25.00` or `0.0000024`; never a JavaScript number. */
export type Decimal = string;

/** One step of a graduated or volume price. `upTo` is inclusive; `null` is without end. */
export interface Tier {
  upTo: Decimal | null;
  unitAmount: Decimal;
  /** Due when the tier is entered. */
  flatAmount?: Decimal;
}

/** What every price says, whatever its charge model. */
interface PriceCommon {
  key: string;
  /** Key of the meter whose usage it prices. */
  meter: string;
  /** Dimension values the usage must carry; all of them. */
  match?: Record<string, string>;
  description: string;
  /** Quantity that costs nothing, in the meter's unit, within a charge. */
  included?: Decimal;
  minimum?: Decimal;
  /** Most that is charged in a period, for the line or for each slot of it. */
  maximum?: { amount: Decimal; scope: 'line' | 'slot' };
  /** Flat amounts are due without usage too. */
  flatAtZero?: boolean;
  /** One charge for each value of these dimensions; absent: one for the whole account. */
  lineBy?: string[];
}

/** How a price turns a quantity into an amount. */
type ChargeModel =
  | { model: 'per_unit'; unitAmount: Decimal; per?: Decimal }
  | { model: 'graduated' | 'volume'; tiers: Tier[] }
  | { model: 'package'; amount: Decimal; size: Decimal }
  | {
      model: 'percentage';
      percent: Decimal;
      fixedAmount?: Decimal;
      perEventMin?: Decimal;
      perEventMax?: Decimal;
    }
  | { model: 'flat'; amount: Decimal }
  | { model: 'per_time'; amount: Decimal; perSeconds: Decimal };

/** One priced thing of a rate card, as the API takes it in `prices`. */
export type Price = PriceCommon & ChargeModel;

/** A versioned set of prices; a change is a new version, never an edit. */
export interface RateCard {
  key: string;
  /** RFC 3339, UTC. */
  effectiveFrom: string;
  currency: string;
  prices: Price[];
}

/** Thirty days of 24 hours: what every monthly price of the platform is divided by. */
export const SECONDS_PER_BILLED_MONTH: Decimal = '2592000';

/** A monthly price charged by the second, at most once a month for each slot. */
export function perMonth(
  price: Pick<Price, 'key' | 'meter' | 'match' | 'description' | 'lineBy'> & {
    monthly: Decimal;
  },
): Price {
  const { monthly, ...rest } = price;
  return {
    ...rest,
    model: 'per_time',
    amount: monthly,
    perSeconds: SECONDS_PER_BILLED_MONTH,
    maximum: { amount: monthly, scope: 'slot' },
  };
}
