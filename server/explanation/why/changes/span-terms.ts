import type { Span } from '../../../billing/charge-gathering.ts';
import type { Micros } from '../../../domain/instant.ts';
import { type Amount, divideHalfEven, parseAmount, type Quantity } from '../../../domain/money.ts';
import type { ChargeLine } from '../../../domain/pricing/charge-line.ts';
import type { UnitPrice } from '../../../domain/pricing/models/charge-model.ts';
import { modelOf } from '../../../domain/pricing/models/models.ts';
import type { Price } from '../../../domain/pricing/price.ts';
import type { Contribution } from '../../../domain/rating/contribution.ts';
import { countUntil } from '../../../domain/rating/instants.ts';
import type { ChargeUsage, RatedCharge, RatedPart, VersionInForce } from '../../../domain/rating/rating.types.ts';
import { eventName } from '../event-said.ts';

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

/** So many of what began are told of each resource. */
const MOST_BEGAN = 50;

/** What was used at one price. */
interface AtPrice {
  price: Price;
  quantity: Quantity;
  covered: Map<string, Quantity>;
  included: Quantity;
  model: Amount;
}

/** What came together of a resource. */
interface Gathered {
  line: ChargeLine;
  resource: string;
  atPrices: Map<Price, AtPrice>;
  limits: Amount;
  discount: Amount;
  credit: Map<string, Amount>;
  amount: Amount;
  percents: Set<string>;
  first: Contribution;
  last: Contribution;
  began: Map<string, Began>;
}

/** By charge, then by resource. */
type Cell = Map<ChargeUsage, Map<string, Gathered>>;

/** Takes a period's charges apart between instants, so that any span between two of them can be told. */
export class PeriodTerms {
  private readonly cells: Cell[];
  private bases: SpanTerms['bases'] = [];
  private periodKey = '';
  private through: Micros = 0;
  private readonly starts: readonly Micros[];

  /** @param bounds rising, from the period's start to its end */
  constructor(
    private readonly bounds: readonly Micros[],
    private readonly versions: readonly VersionInForce[],
  ) {
    this.cells = bounds.slice(1).map(() => new Map());
    this.starts = versions.map(({ from }) => from);
  }

  /** Counts a part; of an interval none may reach over a bound. */
  add(charge: ChargeUsage, part: RatedPart): void {
    const { contribution, amount, limits, discount, included, covered, coveredAmount, coveredAmounts } = part;
    const { from } = contribution;
    const cell = this.cells[countUntil(this.bounds, from) - 1];
    const version = this.versions[countUntil(this.starts, from) - 1];
    const price = version?.prices.get(charge.priceKey);
    if (cell === undefined || version === undefined || price === undefined) return;
    const gathered = this.gathered(cell, charge, contribution);
    const atPrice = known(gathered.atPrices, price, () => nothingAt(price));
    atPrice.quantity += contribution.quantity;
    atPrice.included += included;
    atPrice.model += amount - limits - discount;
    for (const { licenseId, quantity } of covered) count(atPrice.covered, licenseId, quantity);
    gathered.limits += limits;
    gathered.discount += discount;
    gathered.amount += amount - coveredAmount;
    for (const each of coveredAmounts) count(gathered.credit, each.licenseId, each.amount);
    gathered.percents.add(version.discountPercent);
    if (from < gathered.first.from) gathered.first = contribution;
    if (contribution.to >= gathered.last.to) gathered.last = contribution;
    if (contribution.kind === 'interval') begin(gathered.began, contribution);
  }

  /**
   * All parts were counted. What is due without usage is due where the period begins.
   * @param charges of the period, rated
   * @param through amounts are known up to here
   */
  done(charges: readonly RatedCharge[], periodKey: string, through: Micros): void {
    this.periodKey = periodKey;
    this.through = through;
    this.bases = charges.flatMap(({ priceKey, lineValues, price, base }) => {
      const amount = parseAmount(base);
      return amount === 0n ? [] : [{ line: { priceKey, lineValues }, price, amount, periodKey }];
    });
  }

  /** A span between two of the bounds. */
  between({ from, to }: Span): SpanTerms {
    const [first, end] = [this.bounds.indexOf(from), this.bounds.indexOf(to)];
    if (first < 0 || end < first) throw new RangeError(`${from} to ${to} is not between bounds`);
    const merged: Cell = new Map();
    for (const cell of this.cells.slice(first, end)) {
      for (const [charge, ofCharge] of cell) {
        const into = known(merged, charge, () => new Map<string, Gathered>());
        for (const [resource, each] of ofCharge) merge(into, resource, each);
      }
    }
    const uses = [...merged.values()].flatMap((ofCharge) =>
      [...ofCharge.values()].map((gathered) => termsOf(gathered, this.periodKey)),
    );
    return { length: Math.max(0, Math.min(to, this.through) - from), uses, bases: first === 0 ? this.bases : [] };
  }

  private gathered(cell: Cell, charge: ChargeUsage, contribution: Contribution): Gathered {
    const { priceKey, lineValues } = charge;
    const ofCharge = known(cell, charge, () => new Map<string, Gathered>());
    return known(ofCharge, contribution.subject, () => ({
      ...{ line: { priceKey, lineValues }, resource: contribution.subject, atPrices: new Map() },
      ...{ limits: 0n, discount: 0n, credit: new Map(), amount: 0n, percents: new Set() },
      ...{ first: contribution, last: contribution, began: new Map() },
    }));
  }
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

function nothingAt(price: Price): AtPrice {
  return { price, quantity: 0n, covered: new Map(), included: 0n, model: 0n };
}

function count<Value extends bigint>(sums: Map<string, Value>, key: string, value: Value): void {
  sums.set(key, ((sums.get(key) ?? 0n) + value) as Value);
}

/** What the map has for a key, made when it is first asked for. */
function known<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

function merge(into: Map<string, Gathered>, resource: string, from: Gathered): void {
  const sum = into.get(resource);
  if (sum === undefined) {
    const atPrices = new Map([...from.atPrices].map(([price, at]) => [price, { ...at, covered: new Map(at.covered) }]));
    const own = {
      atPrices,
      credit: new Map(from.credit),
      percents: new Set(from.percents),
      began: new Map(from.began),
    };
    into.set(resource, { ...from, ...own });
    return;
  }
  for (const [price, at] of from.atPrices) {
    const sumAt = known(sum.atPrices, price, () => nothingAt(price));
    sumAt.quantity += at.quantity;
    sumAt.included += at.included;
    sumAt.model += at.model;
    for (const [license, quantity] of at.covered) count(sumAt.covered, license, quantity);
  }
  sum.limits += from.limits;
  sum.discount += from.discount;
  sum.amount += from.amount;
  for (const [license, amount] of from.credit) count(sum.credit, license, amount);
  for (const percent of from.percents) sum.percents.add(percent);
  sum.last = from.last;
  for (const [event, each] of from.began) {
    const before = sum.began.get(event);
    if (before !== undefined) sum.began.set(event, joined(before, each));
    else if (sum.began.size < MOST_BEGAN) sum.began.set(event, each);
  }
}

/** Counts what runs since an event. */
function begin(began: Map<string, Began>, { whole, ...piece }: Contribution): void {
  const { source, id, quantity } = piece;
  const key = eventName(piece);
  const before = began.get(key);
  if (before === undefined && began.size >= MOST_BEGAN) return;
  const own = { source, id, at: whole?.from ?? piece.from, until: whole?.to ?? piece.to, quantity };
  began.set(key, before === undefined ? own : joined(before, own));
}

function joined(a: Began, b: Began): Began {
  const [at, until] = [Math.min(a.at, b.at), Math.max(a.until, b.until)];
  return { ...a, at, until, quantity: a.quantity + b.quantity };
}

function termsOf({ atPrices, ...gathered }: Gathered, periodKey: string): Terms {
  const covered = new Map<string, Spared>();
  let included: Spared = NOTHING_SPARED;
  let [quantity, list, tiers]: [Quantity, Amount, Amount] = [0n, 0n, 0n];
  for (const at of atPrices.values()) {
    const unit = modelOf(at.price).listPrice(at.price);
    let spared: Amount = 0n;
    const spare = (before: Spared, given: Quantity): Spared => {
      const worth = worthOf(given, unit);
      spared += worth;
      const prices = given === 0n ? before.prices : [...before.prices, { price: at.price, quantity: given }];
      return { quantity: before.quantity + given, worth: before.worth + worth, prices };
    };
    for (const [license, given] of at.covered)
      covered.set(license, spare(covered.get(license) ?? NOTHING_SPARED, given));
    included = spare(included, at.included);
    // Where every unit costs the same it is what is charged that says what that is: to the last digit.
    const own = isLinear(at.price) || unit === null ? at.model + spared : worthOf(at.quantity, unit);
    quantity += at.quantity;
    list += own;
    tiers += at.model - (own - spared);
  }
  const prices = [...atPrices.values()].map(({ price, quantity: own }) => ({ price, quantity: own }));
  return {
    ...gathered,
    prices,
    price: (prices.at(-1) as Priced).price,
    quantity,
    list,
    covered,
    included,
    tiers,
    periodKey,
  };
}

const NOTHING_SPARED: Spared = { quantity: 0n, worth: 0n, prices: [] };

/** Whether every unit costs the same. */
function isLinear(price: Price): boolean {
  return modelOf(price).fractions(price).perUnit !== undefined;
}

/** What a quantity costs at a list price, half even. */
export function worthOf(quantity: Quantity, unit: UnitPrice | null): Amount {
  return unit === null ? 0n : divideHalfEven(quantity * unit.perUnit, unit.denominator);
}
