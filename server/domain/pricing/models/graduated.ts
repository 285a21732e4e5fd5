import { parseQuantity } from '../../money.ts';
import type { ChargeModel } from './charge-model.ts';
import { productOf } from './product.ts';
import { type Tiered, tiered, tieredFractions } from './tiers.ts';

/** Each unit at the price of the tier it falls in; a tier's flat amount is due once the quantity is beyond the one before. */
export const graduated: ChargeModel<Tiered & { model: 'graduated' }> = {
  ...tiered,
  fractions: (price) =>
    tieredFractions(
      price,
      ({ above, unitAmount, flat, before }, quantity) => before + flat + unitAmount * (quantity - above),
      false,
    ),
  products: ({ tiers }, quantity) =>
    tiers.flatMap(({ upTo, unitAmount, flatAmount }, i) => {
      const above = parseQuantity(tiers[i - 1]?.upTo ?? '0');
      const isFull = upTo !== null && parseQuantity(upTo) < quantity;
      const count = (isFull ? parseQuantity(upTo) : quantity) - above;
      if (count <= 0n) return [];
      return [productOf({ count, amount: unitAmount, tier: i + 1, atOnce: flatAmount ?? '0' })];
    }),
  mayFall: false,
  words: () => 'Each unit at the price of the tier it falls in:',
};
