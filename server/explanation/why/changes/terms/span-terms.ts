import type { Micros } from '../../../../domain/instant.ts';
import { type Amount, divideHalfEven, type Quantity } from '../../../../domain/money.ts';
import type { ChargeLine } from '../../../../domain/pricing/charge-line.ts';
import type { Price } from '../../../../domain/pricing/price.ts';
import type { Contribution } from '../../../../domain/rating/contribution.ts';

/** So much of a quantity at one price. */
export interface Priced {
  price: Price;
  quantity: Quantity;
}

/** What was taken off a quantity, and what it would cost at the list price. */
export interface Spared {
  quantity: Quantity;
  worth: Amount;
  prices: readonly Priced[];
}

/**
 * What usage of one resource under one charge came to in a span, taken apart: `list` less what licenses and the allowance
 * spared, and what tiers, limits, the discount and licenses in money made of it, is `amount`, exactly.
 */
export interface Terms {
  line: ChargeLine;
  /** What was used at which, in the order they were in force; `price` is the last. */
  prices: readonly Priced[];
  price: Price;
  /** The events' subject; `''` where usage is told for the line, and not for each resource. */
  resource: string;
  quantity: Quantity;
  /** What the quantity costs before anything is taken off: by the first tier, without what is fixed. */
  list: Amount;
  /** By license. */
  covered: ReadonlyMap<string, Spared>;
  included: Spared;
  tiers: Amount;
  limits: Amount;
  discount: Amount;
  /** By license in money; above zero. */
  credit: ReadonlyMap<string, Amount>;
  amount: Amount;
  /** The discounts that were agreed on at one time or another, percent. */
  percents: ReadonlySet<string>;
  /** What ran or happened first, and last. */
  first: Contribution;
  last: Contribution;
  /** What ran, by the event that began it; of many the first. */
  began: ReadonlyMap<string, Began>;
  /** Of which billing period the charge is. */
  periodKey: string;
}

/** What ran since an event. */
export interface Began {
  source: string;
  id: string;
  /** Since when, in the billing period. */
  at: Micros;
  until: Micros;
  /** How much of it ran in the span. */
  quantity: Quantity;
}

/** What an account, or a part of it, came to in a span. */
export interface SpanTerms {
  /** How long it was, as far as it is metered. */
  length: Micros;
  uses: Terms[];
  /** What was due without any usage. */
  bases: { line: ChargeLine; price: Price; amount: Amount; periodKey: string }[];
}

/** Several spans' terms as one, as long as all of them together. */
export function together(spans: readonly SpanTerms[]): SpanTerms {
  return {
    length: spans.reduce((sum, { length }) => sum + length, 0),
    uses: spans.flatMap(({ uses }) => uses),
    bases: spans.flatMap(({ bases }) => bases),
  };
}

/** What a span came to, exactly. */
export function amountOfSpan({ uses, bases }: SpanTerms): Amount {
  return [...uses, ...bases].reduce((sum, { amount }) => sum + amount, 0n);
}

/**
 * What was usual: of some spans the one in the middle, by what they came to; of an even number the mean of the two there, each
 * term of it rounded half even to its last digit.
 */
export function middleOf(spans: readonly SpanTerms[]): SpanTerms {
  const sorted = spans
    .map((span) => ({ span, amount: amountOfSpan(span) }))
    .sort((a, b) => (a.amount < b.amount ? -1 : 1));
  const upper = sorted[Math.floor(sorted.length / 2)]?.span;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]?.span;
  if (upper === undefined || lower === undefined) throw new RangeError('there is no middle of no spans');
  if (upper === lower) return upper;
  const both = together([lower, upper]);
  const bases = both.bases.map((base) => ({ ...base, amount: half(base.amount) }));
  return { length: Math.floor(both.length / 2), uses: both.uses.map(halved), bases };
}

const half = (value: bigint) => divideHalfEven(value, 2n);

function halved(terms: Terms): Terms {
  const halves = (prices: readonly Priced[]) =>
    prices.map(({ price, quantity }) => ({ price, quantity: half(quantity) }));
  const spared = ({ quantity, worth, prices }: Spared): Spared => {
    return { quantity: half(quantity), worth: half(worth), prices: halves(prices) };
  };
  const covered = new Map([...terms.covered].map(([license, each]) => [license, spared(each)]));
  const credit = new Map([...terms.credit].map(([license, amount]) => [license, half(amount)]));
  const included = spared(terms.included);
  const [list, tiers] = [half(terms.list), half(terms.tiers)];
  const [limits, discount] = [half(terms.limits), half(terms.discount)];
  const off = [...covered.values(), included].reduce((sum, { worth }) => sum + worth, 0n);
  const paid = [...credit.values()].reduce((sum, amount) => sum + amount, 0n);
  const amount = list - off + tiers + limits + discount - paid;
  return {
    ...terms,
    prices: halves(terms.prices),
    ...{ quantity: half(terms.quantity), list, covered, included, tiers, limits, discount, credit, amount },
  };
}
