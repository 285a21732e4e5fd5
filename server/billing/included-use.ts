import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import { DAY, toRfc3339 } from '../domain/instant.ts';
import { divideHalfEven, fixedText, parseQuantity, type Quantity, quantityText } from '../domain/money.ts';
import { modelOf } from '../domain/pricing/models/models.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { ChargeUsage, RatedPart } from '../domain/rating/rating.types.ts';
import { localDay } from '../domain/windows.ts';
import type { AccountCharges } from './account-charges.ts';
import { chargeIdOf } from './charge-id.ts';
import type { Pricing } from './pricing.ts';

/** How much of what a price includes is used in the period. Quantities in the meter's unit as text. */
export interface IncludedUse {
  priceKey: string;
  /** `null` as long as nothing was used of it. */
  chargeId: string | null;
  description: string;
  lineValues: Record<string, string>;
  unit: string;
  /** A flat price buys all of it, used or not; else it is what is free of a price for each unit. */
  isPool: boolean;
  included: string;
  used: string;
  /** Used beyond it, and not covered by a license. */
  beyond: string;
  /** Used of included in percent, at most 2 decimals. */
  percent: string;
  /** What is expected to be used by the period's end if it goes on like this; `null` when it ran out or too early. */
  pace: string | null;
  /** When it ran out, RFC 3339; `null` while nothing is beyond it, and of counted usage, of which only the day is known. */
  exhaustedAt: string | null;
  /** The day on which it ran out, `YYYY-MM-DD` in the account's zone; `null` also where usage was returned since. */
  exhaustedDay: string | null;
}

/** What parts took from their charge's allowance, and when it could give no more. */
interface Taken {
  included: Quantity;
  beyond: Quantity;
  /** The first usage it did not cover; of counted usage, which is read by the day, only the day is known. */
  ranOut: { at: Micros; exactly: boolean } | null;
  /** Usage was returned: which of it stayed beyond the allowance no single part tells. */
  hasReturns: boolean;
}

/** Gathers, part by part, how much of what prices include was used. */
export class IncludedGathering {
  private readonly taken = new Map<ChargeUsage, Taken>();

  add(charge: ChargeUsage, { contribution, covered, included }: RatedPart): void {
    const taken = this.taken.get(charge) ?? { included: 0n, beyond: 0n, ranOut: null, hasReturns: false };
    this.taken.set(charge, taken);
    const { kind, from, to, quantity } = contribution;
    const licensed = covered.reduce((sum, cover) => sum + cover.quantity, 0n);
    const beyond = quantity - licensed - included;
    taken.included += included;
    taken.beyond += beyond;
    taken.hasReturns ||= quantity < 0n;
    if (beyond <= 0n) return;
    // Evenly over an interval, of which a license may have covered a share.
    const at = kind === 'interval' ? from + Number((included * BigInt(to - from)) / (quantity - licensed)) : from;
    if (taken.ranOut === null || at < taken.ranOut.at) taken.ranOut = { at, exactly: kind !== 'bucket' };
  }

  /**
   * Each charge whose price includes a quantity, and each such price that nothing was used of yet.
   * @param through what is metered ends here
   */
  uses(
    charges: Pick<AccountCharges, 'rating' | 'usage'>,
    { rulings }: Pick<Pricing, 'rulings'>,
    { period, through, isOpen, unitOf }: IncludedScope,
  ): IncludedUse[] {
    const { timeZone } = period;
    const used = charges.rating.charges.flatMap((rated, i): IncludedUse[] => {
      const { price, priceKey, lineValues } = rated;
      if (price.included === undefined) return [];
      const taken = this.taken.get(charges.usage.charges[i] as ChargeUsage);
      const ranOut = taken?.hasReturns ? null : taken?.ranOut;
      return [
        {
          ...described(price, unitOf),
          chargeId: taken === undefined ? null : chargeIdOf(period.key, { priceKey, lineValues }),
          lineValues: { ...lineValues },
          ...measured(price.included, taken, { period, through, isOpen }),
          exhaustedAt: ranOut?.exactly ? toRfc3339(ranOut.at) : null,
          exhaustedDay: ranOut ? localDay(ranOut.at, timeZone) : null,
        },
      ];
    });
    const seen = new Set(used.map(({ priceKey }) => priceKey));
    const unused = pricesAt(rulings, through)
      .filter(({ key, included, lineBy }) => included !== undefined && !lineBy?.length && !seen.has(key))
      .map((price) => ({
        ...described(price, unitOf),
        chargeId: null,
        lineValues: {},
        ...measured(price.included ?? '0', undefined, { period, through, isOpen: false }),
        exhaustedAt: null,
        exhaustedDay: null,
      }));
    return [...used, ...unused];
  }
}

interface IncludedScope {
  period: BillingPeriod;
  through: Micros;
  isOpen: boolean;
  unitOf: (meter: string) => string;
}

function described(price: Price, unitOf: (meter: string) => string) {
  const { key: priceKey, description, meter } = price;
  return { priceKey, description, unit: unitOf(meter), isPool: modelOf(price).isPool };
}

function measured(
  pool: string,
  taken: Taken | undefined,
  { period, through, isOpen }: Omit<IncludedScope, 'unitOf'>,
): Pick<IncludedUse, 'included' | 'used' | 'beyond' | 'percent' | 'pace'> {
  const included = parseQuantity(pool);
  const used = taken?.included ?? 0n;
  const elapsed = through - period.from;
  const tellsPace = isOpen && elapsed >= DAY && taken !== undefined && taken.beyond <= 0n;
  return {
    included: quantityText(included),
    used: quantityText(used),
    beyond: quantityText(taken?.beyond ?? 0n),
    percent: included === 0n ? '100' : fixedText(divideHalfEven(used * 10_000n, included), 2),
    pace: tellsPace ? quantityText((used * BigInt(period.to - period.from)) / BigInt(elapsed)) : null,
  };
}

/** The prices in force at an instant. */
function pricesAt(rulings: Pricing['rulings'], at: Micros): readonly Price[] {
  return rulings.findLast(({ from }) => from <= at)?.prices ?? [];
}
