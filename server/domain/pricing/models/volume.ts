import { parseQuantity } from '../../money.ts';
import type { ChargeModel } from './charge-model.ts';
import { productOf } from './product.ts';
import { type Tiered, tiered, tieredFractions } from './tiers.ts';

/** All units at the price of the tier the whole quantity falls in. */
export const volume: ChargeModel<Tiered & { model: 'volume' }> = {
  ...tiered,
  fractions: (price) => tieredFractions(price, ({ unitAmount, flat }, quantity) => flat + unitAmount * quantity, true),
  products: ({ tiers }, count) => {
    const at = tiers.findIndex(({ upTo }) => upTo === null || count <= parseQuantity(upTo));
    const tier = tiers[at];
    if (tier === undefined || count <= 0n) return [];
    const { unitAmount: amount, flatAmount } = tier;
    return [productOf({ count, amount, tier: at + 1, atOnce: flatAmount ?? '0' })];
  },
  // Where the next tier begins, all units may become cheaper.
  mayFall: true,
  words: () => 'All units at the price of the tier the whole falls in:',
};
