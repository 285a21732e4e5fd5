import { type Amount, divideHalfEven, parseAmount, type Quantity } from '../money.ts';
import type { Price } from '../price.ts';
import { fractionModel, WHOLE_PERCENT } from './charge-model.ts';

/** What a running quantity costs under one price, step by step; each in 10⁻¹² of the currency. */
export interface PriceStages {
  /** The charge model alone. */
  model: Amount;
  /** After cap and minimum. */
  limited: Amount;
  /** After the negotiated discount: what the attribution telescopes over. */
  discounted: Amount;
}

/**
 * The price function P of a charge over its running quantity. Quantities are added in order; the amount of each is the
 * difference it makes to `amount()`.
 */
export class PriceFunction {
  private quantity: Quantity = 0n;
  private used = false;
  private events = 0n;
  /** Sum of the slots' capped numerators. */
  private slotsCapped = 0n;
  private readonly slots = new Map<string, Quantity>();

  private readonly model;
  private readonly slotCap: bigint | null;
  private readonly lineCap: bigint | null;
  private readonly minimum: bigint | null;
  private readonly kept: bigint;
  private readonly dueAtZero: boolean;

  /** @param discountPercent decimal text, 0 to 100 */
  constructor(price: Price, discountPercent: string) {
    this.model = fractionModel(price);
    const limit = (text: string) => parseAmount(text) * this.model.denominator;
    this.slotCap = price.maximum?.scope === 'slot' ? limit(price.maximum.amount) : null;
    this.lineCap = price.maximum?.scope === 'line' ? limit(price.maximum.amount) : null;
    this.minimum = price.minimum === undefined ? null : limit(price.minimum);
    this.kept = WHOLE_PERCENT - parseAmount(discountPercent);
    this.dueAtZero = price.flatAtZero === true;
  }

  /** Adds what is left of a contribution after license and allowance; also when nothing is. */
  add(quantity: Quantity, slot: string, events: number): void {
    this.used = true;
    if (this.model.ofEvents !== undefined) {
      this.events += this.model.ofEvents(quantity, events);
      return;
    }
    this.quantity += quantity;
    if (this.slotCap === null) return;
    const before = this.slots.get(slot);
    const after = (before ?? 0n) + quantity;
    this.slots.set(slot, after);
    this.slotsCapped += this.ofSlot(after) - (before === undefined ? 0n : this.ofSlot(before));
  }

  /** What everything added so far costs. */
  amount(): Amount {
    return this.discount(this.limit(this.modelled()));
  }

  stages(): PriceStages {
    const model = this.slotCap === null ? this.modelled() : this.uncapped();
    const limited = this.limit(this.modelled());
    return {
      model: divideHalfEven(model, this.model.denominator),
      limited: divideHalfEven(limited, this.model.denominator),
      discounted: this.discount(limited),
    };
  }

  /**
   * How much more of a slot is charged before it reaches its cap, rounded up to the quantity's unit; `null` when the
   * price has no such cap or no even price per unit.
   */
  untilCap(slot: string): Quantity | null {
    const { perUnit } = this.model;
    if (this.slotCap === null || perUnit === undefined || perUnit === 0n) return null;
    const left = this.slotCap - perUnit * (this.slots.get(slot) ?? 0n);
    return left <= 0n ? 0n : (left + perUnit - 1n) / perUnit;
  }

  private modelled(): bigint {
    if (this.model.ofEvents !== undefined) return this.events;
    return this.slotCap === null ? this.model.of(this.quantity, this.used) : this.slotsCapped;
  }

  private uncapped(): bigint {
    let sum = 0n;
    for (const quantity of this.slots.values()) sum += this.model.of(quantity, true);
    return sum;
  }

  private ofSlot(quantity: Quantity): bigint {
    const amount = this.model.of(quantity, true);
    return this.slotCap !== null && amount > this.slotCap ? this.slotCap : amount;
  }

  private limit(amount: bigint): bigint {
    let limited = this.lineCap !== null && amount > this.lineCap ? this.lineCap : amount;
    if (this.minimum !== null && (this.used || this.dueAtZero) && limited < this.minimum) limited = this.minimum;
    return limited;
  }

  private discount(amount: bigint): Amount {
    return divideHalfEven(amount * this.kept, this.model.denominator * WHOLE_PERCENT);
  }
}
