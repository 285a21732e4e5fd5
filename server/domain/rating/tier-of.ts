import { parseQuantity } from '../money.ts';
import type { Price } from '../pricing/price.ts';

/**
 * The tier a charged quantity falls in, from 1; `null` where the price has none.
 * @param quantity in 10⁻¹⁸, after licenses and allowance
 */
export function tierOf(price: Price, quantity: bigint): number | null {
  if (price.model !== 'graduated' && price.model !== 'volume') return null;
  const at = price.tiers.findIndex(({ upTo }) => upTo === null || quantity <= parseQuantity(upTo));
  return (at < 0 ? price.tiers.length - 1 : at) + 1;
}
