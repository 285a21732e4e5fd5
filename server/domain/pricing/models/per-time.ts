import type { DecimalText } from '../price-common.ts';
import type { ChargeModel } from './charge-model.ts';
import { linear, linearFractions, linearListPrice } from './linear.ts';
import { productOf } from './product.ts';

interface PerTime {
  model: 'per_time';
  amount: DecimalText;
  perSeconds: DecimalText;
}

/** An amount for so many seconds of a unit, to the microsecond. */
export const perTime: ChargeModel<PerTime> = {
  ...linear,
  // Time is not taken back: a level is told anew.
  isEven: false,
  fractions: ({ amount, perSeconds }) => linearFractions(amount, perSeconds),
  listPrice: ({ amount, perSeconds }) => linearListPrice(amount, perSeconds),
  products: ({ amount, perSeconds }, count) => [productOf({ count, amount, per: perSeconds })],
  meter: {
    aggregation: 'time_weighted',
    because: (meter, is) => `Only time_weighted meters count time, and ${meter} is a ${is}.`,
  },
  words: ({ amount, perSeconds }, { money }) => `${money(amount)} for ${inHours(perSeconds)}, to the second`,
  figure: ({ amount, perSeconds }, { money }) => ({ amount: money(amount), of: ` per ${inWords(perSeconds)}` }),
};

const isWhole = (seconds: DecimalText, of: bigint) => !seconds.includes('.') && BigInt(seconds) % of === 0n;

/** `720 h (2592000 seconds)` where hours are whole, else `90 seconds`. */
function inHours(seconds: DecimalText): string {
  const told = `${seconds} seconds`;
  return isWhole(seconds, 3600n) ? `${BigInt(seconds) / 3600n} h (${told})` : told;
}

/** `30 days`, `720 h` only where it is no number of days, `90 s`. */
function inWords(seconds: DecimalText): string {
  if (!isWhole(seconds, 3600n)) return `${seconds} s`;
  const whole = BigInt(seconds);
  if (!isWhole(seconds, 86_400n)) return whole === 3600n ? 'hour' : `${whole / 3600n} h`;
  return whole === 86_400n ? 'day' : `${whole / 86_400n} days`;
}
