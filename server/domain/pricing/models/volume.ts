import type { ChargeModel } from './charge-model.ts';
import { type Tiered, tiered, tieredFractions } from './tiers.ts';

/** All units at the price of the tier the whole quantity falls in. */
export const volume: ChargeModel<Tiered & { model: 'volume' }> = {
  ...tiered,
  fractions: (price) => tieredFractions(price, ({ unitAmount, flat }, quantity) => flat + unitAmount * quantity, true),
  // Where the next tier begins, all units may become cheaper.
  mayFall: true,
  words: () => 'All units at the price of the tier the whole falls in:',
};
