import { greatestCommonDivisor } from '../greatest-common-divisor.ts';
import { type Amount, divideHalfEven, parseAmount, type Quantity, WHOLE_PERCENT } from '../money.ts';
import type { Fractions } from '../pricing/models/charge-model.ts';
import { modelOf } from '../pricing/models/models.ts';
import type { Price } from '../pricing/price.ts';

/** What a quantity so far costs under one price, step by step; each in 10⁻¹² of the currency. */
export interface PriceStages {
  /** The charge model alone. */
  model: Amount;
  /** After cap and minimum. */
  limited: Amount;
  /** After the negotiated discount: what the attribution telescopes over. */
  discounted: Amount;
  /** The same before it is rounded to 10⁻¹²: the numerator over the function's `denominator`. */
  exact: bigint;
}

/** An even growth: so much in each microsecond, as a fraction of 10⁻¹² of the currency. */
export interface Growth {
  numerator: bigint;
  denominator: bigint;
  /** For how long, in microseconds: until the first slot reaches its cap; `null` for without end. */
  micros: bigint | null;
}

/** What a slot has used, and what it costs with its cap. */
interface Slot {
  sum: bigint;
  amount: bigint;
  capped: bigint;
}

const UNUSED_SLOT: Readonly<Slot> = { sum: 0n, amount: 0n, capped: 0n };

/**
 * The price function P of a charge over its quantity so far. Quantities are added in order; the amount of each is the
 * difference it makes to `amount()`.
 */
export class PriceFunction {
  /** The quantity so far; of models that look at each event, the amount so far. */
  private sum = 0n;
  private used = false;
  /** Sums of the slots' numerators, before and after their caps. */
  private slotsAmount = 0n;
  private slotsCapped = 0n;
  private readonly slots = new Map<string, Slot>();
  /** Of a fork: the slots as they were, read only. */
  private slotsBefore: ReadonlyMap<string, Readonly<Slot>> | null = null;

  private readonly model: Fractions;
  private readonly slotCap: bigint | null;
  private readonly lineCap: bigint | null;
  private readonly minimum: bigint | null;
  /** What the discount leaves: `kept / denominator`; the model's own denominator is in it. */
  private readonly kept: bigint;
  readonly denominator: bigint;
  private readonly dueAtZero: boolean;

  /** @param discountPercent decimal text, 0 to 100 */
  constructor(price: Price, discountPercent: string) {
    this.model = modelOf(price).fractions(price);
    const limit = (text: string) => parseAmount(text) * this.model.denominator;
    this.slotCap = price.maximum?.scope === 'slot' ? limit(price.maximum.amount) : null;
    this.lineCap = price.maximum?.scope === 'line' ? limit(price.maximum.amount) : null;
    this.minimum = price.minimum === undefined ? null : limit(price.minimum);
    // The fraction in its lowest terms: most charges have no discount, and a million divisions are cheaper without.
    const kept = WHOLE_PERCENT - parseAmount(discountPercent);
    const divisor = greatestCommonDivisor(kept, WHOLE_PERCENT);
    this.kept = kept / divisor;
    this.denominator = this.model.denominator * (WHOLE_PERCENT / divisor);
    this.dueAtZero = price.flatAtZero === true;
  }

  /** Adds what is left of a contribution after license and allowance; also when nothing is. */
  add(quantity: Quantity, slot: string, events: number): void {
    this.used = true;
    const added = this.model.ofEvents === undefined ? quantity : this.model.ofEvents(quantity, events);
    this.sum += added;
    if (this.slotCap !== null) this.addToSlot(added, slot, this.slotCap);
  }

  /** Goes on from here without changing this one, to which nothing may be added any more. */
  fork(): PriceFunction {
    const slotsBefore = this.slotsBefore === null ? this.slots : new Map([...this.slotsBefore, ...this.slots]);
    return Object.assign(Object.create(PriceFunction.prototype), this, { slots: new Map(), slotsBefore });
  }

  /** What everything added so far costs. */
  amount(): Amount {
    return this.discount(this.limit(this.modelled()));
  }

  /** Whether every share of that much more costs its share of what it costs: no tier, cap or minimum begins or ends in it. */
  isEven(quantity: Quantity, slot: string): boolean {
    if (quantity < 0n) return false;
    const of = this.slotCap === null ? this.sum : (this.slotOf(slot)?.sum ?? 0n);
    const until = this.model.evenUntil(of, this.used);
    if (until !== null && of + quantity > until) return false;
    const after = this.model.of(of + quantity, true);
    const before = this.model.of(of, this.used);
    const isCut = (limit: bigint | null, from: bigint, to: bigint) => limit !== null && from < limit && to > limit;
    if (isCut(this.slotCap, before, after)) return false;
    const now = this.modelled();
    const then = this.slotCap === null ? after : now + (before >= this.slotCap ? 0n : after - before);
    const startsMinimum = this.minimum !== null && this.minimum > 0n && !this.used && !this.dueAtZero;
    return !isCut(this.lineCap, now, then) && !isCut(this.minimum, now, then) && !startsMinimum;
  }

  stages(): PriceStages {
    const model = this.slotCap === null ? this.modelled() : this.slotsAmount;
    const limited = this.limit(this.modelled());
    return {
      model: divideHalfEven(model, this.model.denominator),
      limited: divideHalfEven(limited, this.model.denominator),
      discounted: this.discount(limited),
      exact: limited * this.kept,
    };
  }

  /**
   * How much more of a slot is charged before it reaches its cap, rounded up to the quantity's unit; `null` when the
   * price has no such cap or no even price per unit.
   */
  untilCap(slot: string): Quantity | null {
    const { perUnit } = this.model;
    if (this.slotCap === null || perUnit === undefined || perUnit === 0n) return null;
    const left = this.slotCap - perUnit * (this.slotOf(slot)?.sum ?? 0n);
    return left <= 0n ? 0n : (left + perUnit - 1n) / perUnit;
  }

  /**
   * How much faster the amount grows by each microsecond in which slots use so much more; `null` where that is not even: in
   * tiers and packages, under a cap of the line, below a minimum.
   * @param use what each slot uses in a microsecond
   */
  growth(use: ReadonlyMap<string, Quantity>): Growth | null {
    const { perUnit } = this.model;
    const isBelowMinimum = this.minimum !== null && this.modelled() < this.minimum;
    if (perUnit === undefined || this.lineCap !== null || isBelowMinimum) return null;
    let numerator = 0n;
    let micros: bigint | null = null;
    for (const [slot, perMicro] of use) {
      const added = perUnit * perMicro;
      const left = this.slotCap === null ? null : this.slotCap - (this.slotOf(slot)?.amount ?? 0n);
      if (left !== null && left <= 0n) continue;
      numerator += added;
      if (left === null || added <= 0n) continue;
      const untilCap = left / added;
      if (micros === null || untilCap < micros) micros = untilCap;
    }
    return { numerator: numerator * this.kept, denominator: this.denominator, micros };
  }

  private slotOf(name: string): Readonly<Slot> | undefined {
    return this.slots.get(name) ?? this.slotsBefore?.get(name);
  }

  private addToSlot(added: bigint, name: string, cap: bigint): void {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = { ...(this.slotOf(name) ?? UNUSED_SLOT) };
      this.slots.set(name, slot);
    }
    slot.sum += added;
    const amount = this.model.of(slot.sum, true);
    const capped = amount > cap ? cap : amount;
    this.slotsAmount += amount - slot.amount;
    this.slotsCapped += capped - slot.capped;
    slot.amount = amount;
    slot.capped = capped;
  }

  private modelled(): bigint {
    return this.slotCap === null ? this.model.of(this.sum, this.used) : this.slotsCapped;
  }

  private limit(amount: bigint): bigint {
    let limited = this.lineCap !== null && amount > this.lineCap ? this.lineCap : amount;
    if (this.minimum !== null && (this.used || this.dueAtZero) && limited < this.minimum) limited = this.minimum;
    return limited;
  }

  private discount(amount: bigint): Amount {
    return divideHalfEven(amount * this.kept, this.denominator);
  }
}
