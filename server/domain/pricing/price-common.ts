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
