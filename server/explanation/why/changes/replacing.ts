import type { Amount, Quantity } from '../../../domain/money.ts';
import { listPriceOf } from '../../../domain/pricing/list-price.ts';
import type { UnitPrice } from '../../../domain/pricing/models/charge-model.ts';
import { modelOf } from '../../../domain/pricing/models/models.ts';
import { type DriverKind, inCommon, type Piece, piece, sum } from './piece.ts';
import { worthOf } from './terms/period-terms.ts';
import type { Priced, Spared, Terms } from './terms/span-terms.ts';

/** Replaces what was used, what it cost, and what was taken off, before discounts. */
export class Replacing {
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

const isTiered = (terms: readonly Terms[]) =>
  terms.some(({ price }) => {
    const { needsSingleEvents, tiers } = modelOf(price);
    return tiers(price).length > 0 || price.model === 'package' || needsSingleEvents(price);
  });
