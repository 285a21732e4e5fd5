import { parseAmount, QUANTITY_ONE } from '../../money.ts';
import type { DecimalText } from '../price-common.ts';
import type { ChargeModel, Fractions } from './charge-model.ts';
import { productOf } from './product.ts';

interface Percentage {
  model: 'percentage';
  percent: DecimalText;
  /** Added for each event. */
  fixedAmount?: DecimalText;
  perEventMin?: DecimalText;
  perEventMax?: DecimalText;
}

/** A share of each event's value plus a fixed amount, at least and at most so much per event. Values below zero are returned as they are. */
export const percentage: ChargeModel<Percentage> = {
  fractions,
  needsSingleEvents,
  isSeparable: false,
  mayFall: false,
  isEven: true,
  isPool: false,
  listPrice: ({ percent }) => ({ perUnit: parseAmount(percent), denominator: 100n * QUANTITY_ONE }),
  tiers: () => [],
  products: (price, count) =>
    needsSingleEvents(price) ? null : [productOf({ count, amount: price.percent, isPercent: true })],
  meter: {
    aggregation: 'sum',
    because: (meter, is) => `A percentage is of a sum, and meter ${meter} is a ${is}.`,
  },
  faults: ({ perEventMin, perEventMax }) =>
    perEventMin !== undefined && perEventMax !== undefined && parseAmount(perEventMin) > parseAmount(perEventMax)
      ? [{ path: ['perEventMax'], message: `Must not be less than perEventMin, ${perEventMin}.` }]
      : [],
  words: ({ percent, fixedAmount, perEventMin, perEventMax }, { money }) =>
    [
      `${percent} % of each event’s value`,
      fixedAmount && `plus ${money(fixedAmount)}`,
      perEventMin && `at least ${money(perEventMin)}`,
      perEventMax && `at most ${money(perEventMax)}`,
    ]
      .filter(Boolean)
      .join(', '),
  figure: (price) => (needsSingleEvents(price) ? null : { amount: `${price.percent} %`, of: '' }),
};

function needsSingleEvents({ fixedAmount, perEventMin, perEventMax }: Percentage): boolean {
  return [fixedAmount, perEventMin, perEventMax].some((amount) => amount !== undefined);
}

function fractions(price: Percentage): Fractions {
  const denominator = 100n * QUANTITY_ONE;
  const percent = parseAmount(price.percent);
  const fraction = (text: string | undefined) => (text === undefined ? null : parseAmount(text) * denominator);
  const fixed = fraction(price.fixedAmount) ?? 0n;
  const least = fraction(price.perEventMin);
  const most = fraction(price.perEventMax);
  return {
    denominator,
    of: (sum) => sum,
    evenUntil: (sum) => (needsSingleEvents(price) ? sum : null),
    ofEvents: (quantity, events) => {
      if (quantity <= 0n) return percent * quantity;
      const amount = percent * quantity + fixed * BigInt(events);
      if (least !== null && amount < least) return least;
      return most !== null && amount > most ? most : amount;
    },
  };
}
