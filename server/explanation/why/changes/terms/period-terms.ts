import type { Span } from '../../../../billing/charge-gathering.ts';
import type { Micros } from '../../../../domain/instant.ts';
import { type Amount, divideHalfEven, parseAmount, type Quantity } from '../../../../domain/money.ts';
import type { ChargeLine } from '../../../../domain/pricing/charge-line.ts';
import { isLinear, listPriceOf } from '../../../../domain/pricing/list-price.ts';
import type { UnitPrice } from '../../../../domain/pricing/models/charge-model.ts';
import type { Price } from '../../../../domain/pricing/price.ts';
import type { Contribution } from '../../../../domain/rating/contribution.ts';
import { countUntil } from '../../../../domain/rating/instants.ts';
import type { ChargeUsage, RatedCharge, RatedPart, VersionInForce } from '../../../../domain/rating/rating.types.ts';
import { eventName } from '../../event-said.ts';
import type { Began, Priced, SpanTerms, Spared, Terms } from './span-terms.ts';

/** So many of what began are told of each resource. */
const MOST_BEGAN = 50;

/** What was used at one price. */
interface AtPrice {
  price: Price;
  quantity: Quantity;
  covered: ReadonlyMap<string, Quantity>;
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
  credit: ReadonlyMap<string, Amount>;
  amount: Amount;
  percents: Set<string>;
  first: Contribution;
  last: Contribution;
  began: Map<string, Began>;
}

/** What is counted between two bounds: told apart by charge and resource only where a span is asked for. */
interface Counted {
  charge: ChargeUsage;
  part: RatedPart;
  price: Price;
  discountPercent: string;
}

/** Takes a period's charges apart between instants, so that any span between two of them can be told. */
export class PeriodTerms {
  private readonly cells: Counted[][];
  private bases: SpanTerms['bases'] = [];
  private periodKey = '';
  private through: Micros = 0;
  private readonly starts: readonly Micros[];

  /** @param bounds rising, from the period's start to its end */
  constructor(
    private readonly bounds: readonly Micros[],
    private readonly versions: readonly VersionInForce[],
  ) {
    this.cells = bounds.slice(1).map(() => []);
    this.starts = versions.map(({ from }) => from);
  }

  /** Counts a part; of an interval none may reach over a bound. */
  add(charge: ChargeUsage, part: RatedPart): void {
    const { from } = part.contribution;
    const version = this.versions[countUntil(this.starts, from) - 1];
    const price = version?.prices.get(charge.priceKey);
    if (version === undefined || price === undefined) return;
    const { discountPercent } = version;
    this.cells[countUntil(this.bounds, from) - 1]?.push({ charge, part, price, discountPercent });
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

  /** What usage came to between two of the bounds, exactly: the same as of all that `between` tells, and told at once. */
  amountBetween(span: Span): Amount {
    let sum: Amount = 0n;
    for (const cell of this.cellsOf(span)) {
      for (const { part } of cell) sum += part.amount - part.coveredAmount;
    }
    return sum;
  }

  /** A span between two of the bounds. */
  between(span: Span): SpanTerms {
    const { from, to } = span;
    const byCharge = new Map<ChargeUsage, { line: ChargeLine; byResource: Map<string, Gathered> }>();
    for (const cell of this.cellsOf(span)) {
      for (const counted of cell) {
        const { charge, part } = counted;
        const { line, byResource } = known(byCharge, charge, () => ({ line: lineOf(charge), byResource: new Map() }));
        const gathered = known(byResource, part.contribution.subject, () => nothingOf(line, part.contribution));
        count(gathered, counted);
      }
    }
    const uses: Terms[] = [];
    for (const { byResource } of byCharge.values()) {
      for (const gathered of byResource.values()) uses.push(termsOf(gathered, this.periodKey));
    }
    const bases = from === this.bounds[0] ? this.bases : [];
    return { length: Math.max(0, Math.min(to, this.through) - from), uses, bases };
  }

  private cellsOf({ from, to }: Span): Counted[][] {
    const [first, end] = [this.bounds.indexOf(from), this.bounds.indexOf(to)];
    if (first < 0 || end < first) throw new RangeError(`${from} to ${to} is not between bounds`);
    return this.cells.slice(first, end);
  }
}

/** Shared by all that nothing is taken off of, which is most. */
const NOTHING_YET: ReadonlyMap<string, never> = new Map<string, never>();

function lineOf({ priceKey, lineValues }: ChargeUsage): ChargeLine {
  return { priceKey, lineValues };
}

function nothingAt(price: Price): AtPrice {
  return { price, quantity: 0n, covered: NOTHING_YET, included: 0n, model: 0n };
}

function nothingOf(line: ChargeLine, contribution: Contribution): Gathered {
  return {
    line,
    resource: contribution.subject,
    atPrices: new Map(),
    limits: 0n,
    discount: 0n,
    credit: NOTHING_YET,
    amount: 0n,
    percents: new Set(),
    first: contribution,
    last: contribution,
    began: new Map(),
  };
}

function count(gathered: Gathered, { part, price, discountPercent }: Counted): void {
  const { contribution, amount, limits, discount, included, covered, coveredAmount, coveredAmounts } = part;
  const atPrice = known(gathered.atPrices, price, () => nothingAt(price));
  atPrice.quantity += contribution.quantity;
  atPrice.included += included;
  atPrice.model += amount - limits - discount;
  for (const { licenseId, quantity } of covered) atPrice.covered = withMore(atPrice.covered, licenseId, quantity);
  gathered.limits += limits;
  gathered.discount += discount;
  gathered.amount += amount - coveredAmount;
  for (const each of coveredAmounts) gathered.credit = withMore(gathered.credit, each.licenseId, each.amount);
  gathered.percents.add(discountPercent);
  if (contribution.from < gathered.first.from) gathered.first = contribution;
  if (contribution.to >= gathered.last.to) gathered.last = contribution;
  if (contribution.kind === 'interval') begin(gathered.began, contribution);
}

/** Sums by key with one more: the same map, unless it is the one that all share. */
function withMore(sums: ReadonlyMap<string, bigint>, key: string, value: bigint): ReadonlyMap<string, bigint> {
  const own = sums === NOTHING_YET ? new Map<string, bigint>() : (sums as Map<string, bigint>);
  return own.set(key, (own.get(key) ?? 0n) + value);
}

/** What the map has for a key, made when it is first asked for. */
function known<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

/** Counts what runs since an event. */
function begin(began: Map<string, Began>, piece: Contribution): void {
  const { source, id, quantity, whole } = piece;
  const key = eventName(piece);
  const before = began.get(key);
  if (before === undefined && began.size >= MOST_BEGAN) return;
  const [at, until] = [whole?.from ?? piece.from, whole?.to ?? piece.to];
  if (before === undefined) began.set(key, { source, id, at, until, quantity });
  else {
    before.at = Math.min(before.at, at);
    before.until = Math.max(before.until, until);
    before.quantity += quantity;
  }
}

function termsOf(gathered: Gathered, periodKey: string): Terms {
  const prices: Priced[] = [];
  let covered = NOTHING_COVERED;
  let included = NOTHING_SPARED;
  let [quantity, list, tiers]: [Quantity, Amount, Amount] = [0n, 0n, 0n];
  for (const at of gathered.atPrices.values()) {
    const unit = listPriceOf(at.price);
    let spared: Amount = 0n;
    const spare = (before: Spared, given: Quantity): Spared => {
      if (given === 0n) return before;
      const worth = worthOf(given, unit);
      spared += worth;
      const all = [...before.prices, { price: at.price, quantity: given }];
      return { quantity: before.quantity + given, worth: before.worth + worth, prices: all };
    };
    for (const [license, given] of at.covered) {
      covered = new Map(covered).set(license, spare(covered.get(license) ?? NOTHING_SPARED, given));
    }
    included = spare(included, at.included);
    // Where every unit costs the same it is what is charged that says what that is: to the last digit.
    const own = isLinear(at.price) || unit === null ? at.model + spared : worthOf(at.quantity, unit);
    quantity += at.quantity;
    list += own;
    tiers += at.model - (own - spared);
    prices.push({ price: at.price, quantity: at.quantity });
  }
  // Written out: of very many a copy of all its fields is what takes long.
  return {
    line: gathered.line,
    prices,
    price: (prices.at(-1) as Priced).price,
    resource: gathered.resource,
    quantity,
    list,
    covered,
    included,
    tiers,
    limits: gathered.limits,
    discount: gathered.discount,
    credit: gathered.credit,
    amount: gathered.amount,
    percents: gathered.percents,
    first: gathered.first,
    last: gathered.last,
    began: gathered.began,
    periodKey,
  };
}

const NOTHING_COVERED: ReadonlyMap<string, Spared> = new Map();
const NOTHING_SPARED: Spared = { quantity: 0n, worth: 0n, prices: [] };

/** What a quantity costs at a list price, half even. */
export function worthOf(quantity: Quantity, unit: UnitPrice | null): Amount {
  return unit === null ? 0n : divideHalfEven(quantity * unit.perUnit, unit.denominator);
}
