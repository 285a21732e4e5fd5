import type { ChargeModel } from './charge-model.ts';
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
  mayFall: false,
  words: () => 'Each unit at the price of the tier it falls in:',
};
