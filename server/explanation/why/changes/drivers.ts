import { type Amount, divideHalfEven, parseAmount, type Quantity, WHOLE_PERCENT } from '../../../domain/money.ts';
import { type ChargeLine, chargeKey } from '../../../domain/pricing/charge-line.ts';
import { listPriceOf } from '../../../domain/pricing/list-price.ts';
import type { UnitPrice } from '../../../domain/pricing/models/charge-model.ts';
import { modelOf } from '../../../domain/pricing/models/models.ts';
import type { Price } from '../../../domain/pricing/price.ts';
import { termsText } from '../price-change.ts';
import { worthOf } from './period-terms.ts';
import type { Priced, SpanTerms, Spared, Terms } from './span-terms.ts';

/** What of a charge and resource made a difference, in the order in which one is replaced after the other. */
export const KINDS = [
  'days',
  'new',
  'gone',
  'usage',
  'resize',
  'price',
  'license',
  'allowance',
  'tier',
  'cap',
  'minimum',
  'discount',
] as const;

/** One of them. */
export type DriverKind = (typeof KINDS)[number];

/** One exact part of a difference: of one charge, and of one resource of it where those are told apart. */
export interface Driver {
  kind: DriverKind;
  amount: Amount;
  /** By how much more was used, more was covered or was included, where the amount comes of that. */
  quantity: Quantity | null;
  /** Of which charge: of the later span, or of the earlier where there is none. */
  line: ChargeLine;
  price: Price;
  resource: string;
  /** Which license, of those. */
  licenseId: string | null;
  before: readonly Terms[];
  now: readonly Terms[];
  /** Of which billing period the charge is. */
  periodKey: string;
}

/** Amounts are rounded to 10⁻¹² of the currency on their way; what a million roundings could come to. */
export const IN_LAST_DIGITS: Amount = 500_000n;

/** An amount of one kind, while a difference is taken apart. */
interface Piece {
  kind: DriverKind;
  amount: Amount;
  quantity: Quantity | null;
  licenseId: string | null;
}

/**
 * What makes the difference between two spans, resource by resource: exactly `now − before` together.
 *
 * Terms are replaced one after the other, from the earlier span's to the later's: how long the span is, what is new and gone, how
 * much was used, of which size or plan, at which price, what licenses and allowances took off, tiers, caps and minimums, the
 * discount. Usage is valued at what a unit cost in the earlier span, on average, before anything was taken off; what a license
 * or an allowance took off of a change of usage is in neither of the two. Licenses in money come last.
 */
export function driversBetween(before: SpanTerms, now: SpanTerms): Driver[] {
  const [was, is] = [groupsOf(before.uses), groupsOf(now.uses)];
  const drivers: Driver[] = [];
  for (const key of new Set([...is.keys(), ...was.keys()])) {
    const sides = { before: was.get(key) ?? [], now: is.get(key) ?? [] };
    const named = (sides.now.at(-1) ?? sides.before.at(-1)) as Terms;
    const { line, price, resource, periodKey } = named;
    for (const piece of piecesOf(sides.before, sides.now, { before: before.length, now: now.length })) {
      if (piece.amount !== 0n) drivers.push({ ...piece, line, price, resource, periodKey, ...sides });
    }
  }
  return [...drivers, ...baseDrivers(before, now)];
}

/** What belongs together: all that a meter told of a resource, whatever it cost; else all of a charge. */
function groupsOf(uses: readonly Terms[]): Map<string, Terms[]> {
  const groups = new Map<string, Terms[]>();
  for (const use of uses) {
    const key = use.resource === '' ? chargeKey(use.line) : `${use.price.meter} ${use.resource}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [use]);
    else group.push(use);
  }
  return groups;
}

function piecesOf(before: readonly Terms[], now: readonly Terms[], length: { before: number; now: number }): Piece[] {
  const difference = sum(now, ({ amount }) => amount) - sum(before, ({ amount }) => amount);
  const [q0, q1] = [sum(before, ({ quantity }) => quantity), sum(now, ({ quantity }) => quantity)];
  if (before.length === 0) return [piece('new', difference, q1)];
  if (now.length === 0) return [piece('gone', difference, -q0)];
  const work = new Replacing(before, now);
  const pieces = work.usage(length);
  pieces.push(...work.prices(pieces), ...work.spared(pieces), ...work.limits());
  if (isOnePrice(before, now)) foldPrice(pieces);
  const kept = afterDiscount(pieces, before, now);
  return afterCredit(kept, before, now);
}

/** Replaces what was used, what it cost, and what was taken off, before discounts. */
class Replacing {
  private readonly q0: Quantity;
  private readonly q1: Quantity;
  private readonly list0: Amount;
  private readonly list1: Amount;

  constructor(
    private readonly before: readonly Terms[],
    private readonly now: readonly Terms[],
  ) {
    this.q0 = sum(before, ({ quantity }) => quantity);
    this.q1 = sum(now, ({ quantity }) => quantity);
    this.list0 = sum(before, ({ list }) => list);
    this.list1 = sum(now, ({ list }) => list);
  }

  /** What so much costs at what a unit cost in the earlier span; of the later where nothing was used before. */
  worth(quantity: Quantity): Amount {
    const side = this.q0 > 0n ? this.before : this.now;
    return worthOf(quantity, averageOf(side.flatMap(({ prices }) => prices)));
  }

  usage(length: { before: number; now: number }): Piece[] {
    const more = this.q1 - this.q0;
    const days = this.daysOf(length);
    return [piece('days', this.worth(days), days), piece('usage', this.worth(more - days), more - days)];
  }

  /** What ran all through a span runs less in a shorter one. */
  private daysOf(length: { before: number; now: number }): Quantity {
    const difference = BigInt(length.now - length.before);
    if (difference === 0n || length.before <= 0) return 0n;
    const isThroughout = this.before.every(({ first, last }) => {
      return first.kind === 'interval' && last.to - first.from >= length.before;
    });
    return isThroughout ? (this.q0 * difference) / BigInt(length.before) : 0n;
  }

  /** What a unit costs otherwise, of what nobody spared. */
  prices(usage: readonly Piece[]): Piece[] {
    const all = this.list1 - this.list0 - sum(usage, ({ amount }) => amount);
    const spared = this.sparings().reduce((total, { now, atBefore }) => total + now.worth - atBefore, 0n);
    const keys = new Set([...this.before, ...this.now].map(({ line }) => line.priceKey));
    return [piece(keys.size === 1 ? 'price' : 'resize', all - spared, null)];
  }

  /** What licenses and the allowance took off more or less, except of what was used more or less. */
  spared(pieces: readonly Piece[]): Piece[] {
    const usage = pieces.find(({ kind }) => kind === 'usage') as Piece;
    return this.sparings().map(({ kind, licenseId, before, now, atBefore }) => {
      const spared = piece(kind, before.worth - atBefore, before.quantity - now.quantity, licenseId);
      const both = inCommon(usage.quantity ?? 0n, now.quantity - before.quantity);
      if (both !== 0n) {
        const worth = this.worth(both);
        usage.amount -= worth;
        usage.quantity = (usage.quantity ?? 0n) - both;
        spared.amount += worth;
        spared.quantity = (spared.quantity ?? 0n) + both;
      }
      return spared;
    });
  }

  limits(): Piece[] {
    const more = (of: (terms: Terms) => Amount) => sum(this.now, of) - sum(this.before, of);
    const limits = more((terms) => terms.limits);
    const all = sum([...this.now, ...this.before], (terms) => terms.limits);
    const has = (limit: 'maximum' | 'minimum') =>
      [...this.now, ...this.before].some((terms) => terms.price[limit] !== undefined);
    const isCap = has('maximum') && (!has('minimum') || all < 0n);
    // What is taken back at the price it was charged at is no other tier where there are none.
    const tiers = more((terms) => terms.tiers);
    return [
      piece(isTiered([...this.now, ...this.before]) ? 'tier' : 'price', tiers, null),
      piece(isCap ? 'cap' : 'minimum', limits, null),
    ];
  }

  /** What licenses and the allowance took off in either span, and what so much as in the later was worth in the earlier. */
  private sparings() {
    const { before, now } = this;
    const licenses = new Set([...before, ...now].flatMap(({ covered }) => [...covered.keys()]));
    const both = (kind: DriverKind, licenseId: string | null, of: (terms: Terms) => Spared | undefined) => {
      const [was, is] = [joined(before.map(of)), joined(now.map(of))];
      const unit = was.quantity > 0n ? averageOf(was.prices) : null;
      const atBefore = unit === null ? this.worth(is.quantity) : worthOf(is.quantity, unit);
      return { kind, licenseId, before: was, now: is, atBefore: is.quantity === was.quantity ? was.worth : atBefore };
    };
    return [
      ...[...licenses].map((id) => both('license', id, ({ covered }) => covered.get(id))),
      both('allowance', null, ({ included }) => included),
    ];
  }
}

function joined(all: readonly (Spared | undefined)[]): Spared {
  const given = all.filter((each) => each !== undefined);
  return {
    quantity: sum(given, ({ quantity }) => quantity),
    worth: sum(given, ({ worth }) => worth),
    prices: given.flatMap(({ prices }) => prices),
  };
}

/** What a unit cost on average, before anything was taken off, exactly; `null` where nothing was used. */
function averageOf(prices: readonly Priced[]): UnitPrice | null {
  let [perUnit, denominator, used] = [0n, 1n, 0n];
  for (const { price, quantity } of prices) {
    const own = listPriceOf(price);
    if (own === null) return null;
    used += quantity;
    // Numbers that grow with every price are what takes long.
    if (own.denominator === denominator) perUnit += quantity * own.perUnit;
    else {
      perUnit = perUnit * own.denominator + quantity * own.perUnit * denominator;
      denominator *= own.denominator;
    }
  }
  return used > 0n ? { perUnit, denominator: denominator * used } : null;
}

/** Every piece as the earlier discount leaves it, and what another discount makes of all of it. */
function afterDiscount(pieces: readonly Piece[], before: readonly Terms[], now: readonly Terms[]): Piece[] {
  const gross = ({ amount, credit }: Terms) => amount + [...credit.values()].reduce((all, each) => all + each, 0n);
  const wanted = sum(now, gross) - sum(before, gross);
  const { numerator, denominator } = keptOf(before) ?? keptOf(now) ?? { numerator: 1n, denominator: 1n };
  const kept = pieces.map((each) => ({ ...each, amount: divideHalfEven(each.amount * numerator, denominator) }));
  const rest = wanted - sum(kept, ({ amount }) => amount);
  if (percentsOf([...before, ...now]).size > 1) return [...kept, piece('discount', rest, null)];
  // Under one discount it is what was rounded, on its way, in the last place.
  const largest = kept.reduce<Piece | null>(
    (most, each) => (most && size(most.amount) >= size(each.amount) ? most : each),
    null,
  );
  if (largest === null) return [piece('usage', rest, null)];
  largest.amount += rest;
  return kept;
}

/** The discounts that were agreed on, each once, however it is spelled. */
function percentsOf(terms: readonly Terms[]): ReadonlySet<Amount> {
  const texts = new Set<string>();
  for (const { percents } of terms) for (const text of percents) texts.add(text);
  return new Set([...texts].map(parseAmount));
}

/** What of an amount the discount leaves; `null` where nothing says. */
function keptOf(terms: readonly Terms[]): { numerator: bigint; denominator: bigint } | null {
  const percents = percentsOf(terms);
  const [only] = percents;
  if (only !== undefined && percents.size === 1) return { numerator: WHOLE_PERCENT - only, denominator: WHOLE_PERCENT };
  const discount = sum(terms, (each) => each.discount);
  const limited = sum(
    terms,
    (each) => each.amount - each.discount + [...each.credit.values()].reduce((a, b) => a + b, 0n),
  );
  return limited > 0n && limited + discount > 0n ? { numerator: limited + discount, denominator: limited } : null;
}

/** Less what licenses in money pay; what they pay of a change is in neither. */
function afterCredit(pieces: readonly Piece[], before: readonly Terms[], now: readonly Terms[]): Piece[] {
  const all = [...pieces];
  for (const id of new Set([...before, ...now].flatMap(({ credit }) => [...credit.keys()]))) {
    const paid = (terms: readonly Terms[]) => sum(terms, ({ credit }) => credit.get(id) ?? 0n);
    const credit = piece('license', paid(before) - paid(now), null, id);
    for (const each of all) {
      if (each.kind === 'license') continue;
      const both = inCommon(each.amount, -credit.amount);
      each.amount -= both;
      credit.amount += both;
    }
    all.push(credit);
  }
  return all;
}

function baseDrivers(before: SpanTerms, now: SpanTerms): Driver[] {
  const byKey = ({ bases }: SpanTerms) => {
    const sums = new Map<string, SpanTerms['bases'][number]>();
    for (const base of bases) {
      const key = chargeKey(base.line);
      sums.set(key, { ...base, amount: base.amount + (sums.get(key)?.amount ?? 0n) });
    }
    return sums;
  };
  const [was, is] = [byKey(before), byKey(now)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key): Driver[] => {
    const [old, young] = [was.get(key), is.get(key)];
    const { line, price, periodKey } = (young ?? old) as SpanTerms['bases'][number];
    const amount = (young?.amount ?? 0n) - (old?.amount ?? 0n);
    const kind = old === undefined ? 'new' : young === undefined ? 'gone' : 'price';
    const driver = {
      periodKey,
      kind,
      amount,
      quantity: null,
      line,
      price,
      resource: '',
      licenseId: null,
      before: [],
      now: [],
    } as const;
    return amount === 0n ? [] : [driver];
  });
}

/** Whether a unit costs the same in both, before anything is taken off. */
function isOnePrice(before: readonly Terms[], now: readonly Terms[]): boolean {
  const prices = new Set([...before, ...now].flatMap((terms) => terms.prices.map(({ price }) => price)));
  if (prices.size === 1) return true;
  return new Set([...prices].map((price) => JSON.stringify([price.key, termsText(price)]))).size === 1;
}

/** Where the price is one, what would be another is what amounts were rounded by, in their last digits: it goes with the usage. */
function foldPrice(pieces: Piece[]): void {
  const [usage, price] = [pieces.find(({ kind }) => kind === 'usage'), pieces.find(({ kind }) => kind === 'price')];
  if (usage === undefined || price === undefined || size(price.amount) > IN_LAST_DIGITS) return;
  usage.amount += price.amount;
  price.amount = 0n;
}

const isTiered = (terms: readonly Terms[]) =>
  terms.some(({ price }) => {
    const { needsSingleEvents, tiers } = modelOf(price);
    return tiers(price).length > 0 || price.model === 'package' || needsSingleEvents(price);
  });

function piece(kind: DriverKind, amount: Amount, quantity: Quantity | null, licenseId: string | null = null): Piece {
  return { kind, amount, quantity, licenseId };
}

/** What both have of the same: the lesser of the two where both are more, or both less; else nothing. */
function inCommon(a: bigint, b: bigint): bigint {
  if (a > 0n !== b > 0n || a === 0n || b === 0n) return 0n;
  return size(a) < size(b) ? a : b;
}

const size = (value: bigint) => (value < 0n ? -value : value);

function sum<Each>(all: readonly Each[], of: (each: Each) => bigint): bigint {
  return all.reduce((total, each) => total + of(each), 0n);
}
