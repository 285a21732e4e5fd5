import { amountText, divideHalfEven, parseAmount, parseQuantity, type Quantity, quantityText } from '../../money.ts';
import type { DecimalText } from '../price-common.ts';

/** A product that an amount is the sum of: `count × amount ÷ per`, plus what is due at once. Exact decimal text. */
export interface Product {
  /** From 1; `null` where the price has no tiers. */
  tier: number | null;
  /** What is counted: units of the meter, or packages that were begun. */
  of: 'units' | 'packages';
  count: DecimalText;
  /** Money, or of a percentage the percent. */
  amount: DecimalText;
  isPercent: boolean;
  /** For so many. */
  per: DecimalText;
  /** Due once, with the tier; `0` where nothing is. */
  atOnce: DecimalText;
  /** What it comes to, to 12 decimals. */
  total: DecimalText;
}

interface Factors {
  count: Quantity;
  amount: DecimalText;
  per?: DecimalText;
  tier?: number;
  of?: Product['of'];
  atOnce?: DecimalText;
  isPercent?: boolean;
}

/** The product of these factors. */
export function productOf({ count, amount, per = '1', tier, of = 'units', atOnce = '0', isPercent = false }: Factors) {
  const times = divideHalfEven(count * parseAmount(amount), parseQuantity(isPercent ? '100' : per));
  const product: Product = {
    ...{ tier: tier ?? null, of, count: quantityText(count), amount, isPercent, per, atOnce },
    total: amountText(times + parseAmount(atOnce)),
  };
  return product;
}
