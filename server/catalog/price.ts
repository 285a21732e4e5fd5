import type { Price } from '../domain/pricing/price.ts';
import type { DecimalText } from '../domain/pricing/price-common.ts';

/** Thirty days of 24 hours: what every monthly price of the platform is divided by. */
export const SECONDS_PER_BILLED_MONTH: DecimalText = '2592000';

/** A monthly price charged by the second, at most once a month for each slot. */
export function perMonth(
  price: Pick<Price, 'key' | 'meter' | 'match' | 'description' | 'lineBy'> & {
    monthly: DecimalText;
  },
): Price {
  const { monthly, ...rest } = price;
  return {
    ...rest,
    model: 'per_time',
    amount: monthly,
    perSeconds: SECONDS_PER_BILLED_MONTH,
    maximum: { amount: monthly, scope: 'slot' },
  };
}
