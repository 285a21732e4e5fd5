import { parseAmount, parseQuantity } from '../../money.ts';
import type { DecimalText } from '../price-common.ts';
import type { ChargeModel, Fractions, UnitPrice } from './charge-model.ts';

/** What models have in common under which every unit costs the same. */
export const linear = {
  needsSingleEvents: () => false,
  isSeparable: true,
  mayFall: false,
  isEven: true,
  isPool: false,
  tiers: () => [],
  faults: () => [],
} satisfies Partial<ChargeModel<unknown>>;

/** Every unit costs what its fractions say. */
export function linearListPrice(amount: DecimalText, units: DecimalText): UnitPrice {
  return { perUnit: parseAmount(amount), denominator: parseQuantity(units) };
}

/** So much for so many units. */
export function linearFractions(amount: DecimalText, units: DecimalText): Fractions {
  const perUnit = parseAmount(amount);
  // amount × quantity / units: both of 10⁻¹⁸ cancel, so the fraction is amount · q / units.
  return { denominator: parseQuantity(units), of: (quantity) => perUnit * quantity, perUnit, evenUntil: () => null };
}
