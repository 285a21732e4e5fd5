import { AMOUNT_ONE, amountText, divideHalfEven, parseQuantity } from '../money.ts';
import type { Price } from '../pricing/price.ts';
import { rateAccount } from './rate-account.ts';
import type { RatedCharge } from './rating.types.ts';

/** A quantity at one price, as if it were all usage of a charge. */
export interface PricePreview {
  /** Exact, at most 12 decimals. */
  amount: string;
  rounded: string;
  steps: RatedCharge['steps'];
  /** Amount divided by quantity; `null` for no quantity. */
  unitAmount: string | null;
}

/**
 * Rates quantities at one price with the engine that invoices use.
 * @param slots the quantity of each slot, for prices with a cap per slot, or of each event, for percentages; default one
 *   of all the quantity
 * @throws RangeError when the slots do not add up to the quantity
 */
export function ratePrice(
  price: Price,
  quantity: string,
  slots: readonly string[] | null,
  currency: { code: string; minorUnit: number },
): PricePreview {
  const whole = parseQuantity(quantity);
  const parts = (slots ?? [quantity]).map(parseQuantity);
  if (parts.reduce((sum, part) => sum + part, 0n) !== whole) {
    throw new RangeError('the slots do not add up to the quantity');
  }
  const used = whole !== 0n || parts.length > 1;
  const { charges } = rateAccount({
    period: { from: 0, to: 1 },
    days: [0, 1],
    versions: [{ from: 0, version: 1, prices: new Map([[price.key, price]]), discountPercent: '0' }],
    currency: currency.code,
    minorUnit: currency.minorUnit,
    licenses: [],
    charges: [
      {
        priceKey: price.key,
        lineValues: {},
        contributions: used
          ? parts.map((part, i) => ({
              kind: 'event',
              from: 0,
              to: 0,
              quantity: part,
              slot: String(i + 1),
              events: 1,
              source: '',
              id: String(i).padStart(9, '0'),
              subject: '',
              dimensions: {},
            }))
          : [],
      },
    ],
  });
  const charge = charges[0] as RatedCharge;
  return {
    amount: charge.amountExact,
    rounded: charge.amount,
    steps: charge.steps,
    unitAmount: perUnit(charge.amountExact, quantity),
  };
}

function perUnit(amount: string, quantity: string): string | null {
  const q = parseQuantity(quantity);
  if (q === 0n) return null;
  return amountText(divideHalfEven(parseQuantity(amount) * AMOUNT_ONE, q));
}
