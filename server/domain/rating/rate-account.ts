import { AccountRater } from './account-rater.ts';
import type { Rating, RatingInput } from './rating.types.ts';

/**
 * Rates all charges of one account and billing period: licenses in quantities, allowance, charge model, cap or minimum,
 * discount, licenses in money, and the one rounding. The same function for every surface.
 * @throws RangeError when a contribution lies outside the period, or where a bucket would have to be cut
 */
export function rateAccount(input: RatingInput): Rating {
  const rater = new AccountRater(input);
  rater.rate(input.charges);
  return rater.result();
}
