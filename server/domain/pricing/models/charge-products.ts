import { amountText, parseAmount, parseQuantity } from '../../money.ts';
import type { Price } from '../price.ts';
import type { DecimalText } from '../price-common.ts';
import { modelOf } from './models.ts';
import type { Product } from './product.ts';

/** What a charge comes to by its price, before caps and discounts, as products. */
export interface ChargeProducts {
  /** Each with the price it is of, by its place among those in force. */
  products: (Product & { price: number })[];
  /** By how much their sum is rounded in its last digits; `0` where it is not. */
  rest: DecimalText;
}

/**
 * The products that a charge's price makes of its quantity; `null` where it is no sum of products, or where what they come to is not
 * what was charged.
 * @param prices in force one after the other, with how much each charged where there is more than one
 * @param quantity what was left to be charged
 * @param comesTo what the price made of it
 */
export function productsOfCharge(
  prices: readonly { price: Price; charged?: DecimalText | undefined }[],
  quantity: DecimalText,
  comesTo: DecimalText,
): ChargeProducts | null {
  const isOne = prices.length === 1;
  // Tiers and packages go on from what was charged before, which no product of one price says.
  const isTold = prices.every(({ price, charged }) => {
    return isOne || (charged !== undefined && (price.model === 'per_unit' || price.model === 'per_time'));
  });
  if (!isTold) return null;
  const products: ChargeProducts['products'] = [];
  for (const [at, { price, charged }] of prices.entries()) {
    const own = modelOf(price).products(price, parseQuantity(isOne ? quantity : (charged ?? '0')));
    if (own === null) return null;
    products.push(...own.map((product) => ({ ...product, price: at })));
  }
  const rest = parseAmount(comesTo) - products.reduce((sum, { total }) => sum + parseAmount(total), 0n);
  const isRounding = (rest < 0n ? -rest : rest) <= BigInt(products.length);
  return products.length > 0 && isRounding ? { products, rest: amountText(rest) } : null;
}
