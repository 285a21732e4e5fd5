import { parseAmount } from '../../money.ts';
import type { DecimalText } from '../price-common.ts';
import type { ChargeModel } from './charge-model.ts';

interface Flat {
  model: 'flat';
  amount: DecimalText;
}

/** One amount for the period, once anything is used, or anyhow. */
export const flat: ChargeModel<Flat> = {
  fractions: (price) => {
    const amount = parseAmount(price.amount);
    const isDue = (used: boolean) => used || price.flatAtZero === true;
    return {
      denominator: 1n,
      of: (_quantity, used) => (isDue(used) ? amount : 0n),
      evenUntil: (sum, used) => (isDue(used) ? null : sum),
    };
  },
  needsSingleEvents: () => false,
  isSeparable: true,
  mayFall: false,
  isEven: false,
  isPool: true,
  listPrice: () => null,
  tiers: () => [],
  products: () => null,
  meter: null,
  faults: () => [],
  words: ({ amount }, { money }) => `${money(amount)} for the whole period, once anything is used`,
  figure: ({ amount }, { money }) => ({ amount: money(amount), of: ' for the period' }),
};
