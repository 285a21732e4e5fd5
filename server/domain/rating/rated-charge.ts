import { type Amount, amountText, moneyText, type Quantity, quantityText, roundToMinorUnit } from '../money.ts';
import type { Price } from '../price.ts';
import { countUntil } from './instants.ts';
import type { ChargeAmounts, Part, PriceSegment } from './rate-charge.ts';
import type { ChargeUsage, RatedCharge, RatingScope, Step } from './rating.types.ts';

/** What is told of a charge, summed up part by part: a charge may have a million, and nobody needs them all at once. */
export class ChargeSums {
  private quantity: Quantity = 0n;
  private readonly covered = new Map<string, Quantity>();
  private readonly days: Amount[];
  private readonly segments: Amount[];
  private readonly starts: readonly number[];

  constructor(
    private readonly input: RatingScope,
    private readonly charge: ChargeUsage,
  ) {
    this.days = input.byDay === true ? input.days.slice(0, -1).map(() => 0n) : [];
    this.segments = input.versions.map(() => 0n);
    this.starts = input.versions.map(({ from }) => from);
  }

  /** Counts a part, and tells it to whoever asked for parts. */
  add(part: Part): void {
    this.quantity += part.contribution.quantity;
    for (const { licenseId, quantity } of part.covered) {
      this.covered.set(licenseId, (this.covered.get(licenseId) ?? 0n) + quantity);
    }
    const segment = countUntil(this.starts, part.contribution.from) - 1;
    this.segments[segment] = (this.segments[segment] as Amount) + part.amount - part.coveredAmount;
    if (this.days.length > 0) {
      const day = countUntil(this.input.days, part.contribution.from) - 1;
      this.days[day] = (this.days[day] as Amount) + part.amount - part.coveredAmount;
    }
    this.input.onPart?.(this.charge, part);
  }

  /** The charge, rounded once, with its steps. */
  rated(
    segments: readonly PriceSegment[],
    result: ChargeAmounts,
    coveredAmount: ReadonlyMap<string, Amount>,
  ): RatedCharge {
    const { charge, input } = this;
    const exact = exactAmount(result, coveredAmount);
    const rounded = roundToMinorUnit(exact, input.minorUnit);
    const steps = this.steps(result, coveredAmount);
    if (rounded !== exact) steps.push({ name: 'rounding', amount: amountText(rounded - exact) });
    return {
      priceKey: charge.priceKey,
      lineValues: charge.lineValues,
      price: lastPrice(segments, charge.priceKey),
      quantity: quantityText(this.quantity),
      steps,
      amountExact: amountText(exact),
      amount: moneyText(rounded, input.minorUnit),
      days: this.days.map(amountText),
      base: amountText(result.base),
      bySegment: this.starts.map((from, i) => {
        const ofParts = this.segments[i] as Amount;
        return { from, amountExact: amountText(i === result.baseSegment ? ofParts + result.base : ofParts) };
      }),
    };
  }

  /** In the order of charging; what changed nothing is left out. */
  private steps(
    { stages: { model, limited, discounted }, included }: ChargeAmounts,
    coveredAmount: ReadonlyMap<string, Amount>,
  ): Step[] {
    const steps: Step[] = [{ name: 'usage', quantity: quantityText(this.quantity) }];
    for (const [licenseId, quantity] of this.covered) {
      steps.push({ name: 'license', licenseId, quantity: quantityText(-quantity) });
    }
    if (included !== 0n) steps.push({ name: 'allowance', quantity: quantityText(-included) });
    steps.push({ name: 'charge model', amount: amountText(model) });
    if (limited !== model) steps.push({ name: 'cap or minimum', amount: amountText(limited - model) });
    if (discounted !== limited) steps.push({ name: 'discount', amount: amountText(discounted - limited) });
    for (const [licenseId, amount] of coveredAmount) {
      steps.push({ name: 'license credit', licenseId, amount: amountText(-amount) });
    }
    return steps;
  }
}

/** The amount of a charge before its rounding: what licenses in money do not cover of it. */
export function exactAmount({ stages }: Readonly<ChargeAmounts>, coveredAmount: ReadonlyMap<string, Amount>): Amount {
  let exact = stages.discounted;
  for (const amount of coveredAmount.values()) exact -= amount;
  return exact;
}

/** The price customers are shown: of the last version that has it. */
function lastPrice(segments: readonly PriceSegment[], priceKey: string): Price {
  const price = segments.findLast((segment) => segment.price !== null)?.price;
  if (!price) throw new Error(`no version of the rate card has price "${priceKey}"`);
  return price;
}
