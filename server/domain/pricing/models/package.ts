import { parseAmount, parseQuantity, QUANTITY_ONE } from '../../money.ts';
import type { DecimalText } from '../price-common.ts';
import type { ChargeModel } from './charge-model.ts';
import { productOf } from './product.ts';

interface Package {
  model: 'package';
  amount: DecimalText;
  size: DecimalText;
}

/** A package that is begun is due whole. */
export const packages: ChargeModel<Package> = {
  fractions: (price) => {
    const amount = parseAmount(price.amount);
    const size = parseQuantity(price.size);
    return {
      denominator: 1n,
      of: (quantity) => (quantity <= 0n ? 0n : amount * ((quantity + size - 1n) / size)),
      evenUntil: (sum) => sum,
    };
  },
  needsSingleEvents: () => false,
  isSeparable: false,
  mayFall: false,
  isEven: false,
  isPool: false,
  listPrice: ({ amount, size }) => ({ perUnit: parseAmount(amount), denominator: parseQuantity(size) }),
  tiers: () => [],
  products: ({ amount, size }, quantity) => {
    const whole = parseQuantity(size);
    const begun = quantity <= 0n ? 0n : (quantity + whole - 1n) / whole;
    return [productOf({ count: begun * QUANTITY_ONE, amount, of: 'packages' })];
  },
  meter: null,
  faults: () => [],
  words: ({ amount, size }, { money, unit }) => `${money(amount)} for each ${size} ${unit} begun`,
  figure: ({ amount, size }, { money, unit }) => ({ amount: money(amount), of: ` for each ${size} ${unit} begun` }),
};
