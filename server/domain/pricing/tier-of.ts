import { parseQuantity } from '../money.ts';
import { modelOf } from './models/models.ts';
import type { Price } from './price.ts';

/**
 * The tier a charged quantity falls in, from 1; `null` where the price has none.
 * @param quantity in 10⁻¹⁸, after licenses and allowance
 */
export function tierOf(price: Price, quantity: bigint): number | null {
  const tiers = modelOf(price).tiers(price);
  if (tiers.length === 0) return null;
  const at = tiers.findIndex(({ upTo }) => upTo === null || quantity <= parseQuantity(upTo));
  return (at < 0 ? tiers.length - 1 : at) + 1;
}
