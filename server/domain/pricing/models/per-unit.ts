import type { DecimalText } from '../price-common.ts';
import type { ChargeModel } from './charge-model.ts';
import { linear, linearFractions, linearListPrice } from './linear.ts';
import { productOf } from './product.ts';

interface PerUnit {
  model: 'per_unit';
  unitAmount: DecimalText;
  /** `unitAmount` is for so many units; default 1. */
  per?: DecimalText;
}

/** Every unit costs the same. */
export const perUnit: ChargeModel<PerUnit> = {
  ...linear,
  fractions: ({ unitAmount, per }) => linearFractions(unitAmount, per ?? '1'),
  listPrice: ({ unitAmount, per }) => linearListPrice(unitAmount, per ?? '1'),
  products: ({ unitAmount, per }, count) => [
    productOf({ count, amount: unitAmount, ...(per === undefined ? {} : { per }) }),
  ],
  meter: null,
  words: ({ unitAmount, per }, { money, unit }) =>
    `${money(unitAmount)} for ${per === undefined ? `each ${unit}` : `${per} ${unit}`}`,
  figure: ({ unitAmount, per }, { money, unit }) => ({
    amount: money(unitAmount),
    of: per === undefined ? ' each' : ` for ${per} ${unit}`,
  }),
};
