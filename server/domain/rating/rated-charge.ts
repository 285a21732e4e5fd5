import {
  type Amount,
  amountText,
  divideHalfEven,
  moneyText,
  type Quantity,
  quantityText,
  roundFractionToMinorUnit,
} from '../money.ts';
import type { Price } from '../pricing/price.ts';
import { BrokenRating } from './broken-rating.ts';
import { sumOfFractions, total } from './charged-sums.ts';
import { countUntil } from './instants.ts';
import type { ChargeAmounts, Part, PriceSegment } from './rate-charge.ts';
import type { ChargeUsage, RatedCharge, RatingScope, Step } from './rating.types.ts';

/** What is told of a charge, summed up part by part: a charge may have a million, and nobody needs them all at once. */
export class ChargeSums {
  private quantity: Quantity = 0n;
  private readonly covered = new Map<string, Quantity>();
  private readonly days: Amount[];
  private readonly starts: readonly number[];
  /** By the version in force then: what parts come to, and what licenses in money cover of them. */
  private readonly ofVersions: Amount[];
  private readonly coveredOfVersions: Amount[];
  private firstVersion: number | null = null;

  constructor(
    private readonly input: RatingScope,
    private readonly charge: ChargeUsage,
  ) {
    this.days = input.byDay === true ? input.days.slice(0, -1).map(() => 0n) : [];
    this.starts = input.versions.map(({ from }) => from);
    this.ofVersions = input.versions.map(() => 0n);
    this.coveredOfVersions = input.versions.map(() => 0n);
  }

  /** Counts a part, and tells it to whoever asked for parts. */
  add(part: Part): void {
    this.quantity += part.contribution.quantity;
    if (part.covered.length > 0) this.insistOnCoverage(part);
    for (const { licenseId, quantity } of part.covered) {
      this.covered.set(licenseId, (this.covered.get(licenseId) ?? 0n) + quantity);
    }
    this.addToVersions(part);
    if (this.days.length > 0) {
      const day = countUntil(this.input.days, part.contribution.from) - 1;
      this.days[day] = (this.days[day] as Amount) + part.amount - part.coveredAmount;
    }
    this.input.onPart?.(this.charge, part);
  }

  /**
   * The charge, rounded once, with its steps.
   * @throws BrokenRating when its parts do not add up to it
   */
  rated(
    segments: readonly PriceSegment[],
    result: ChargeAmounts,
    coveredAmount: ReadonlyMap<string, Amount>,
  ): RatedCharge {
    const { charge, input } = this;
    const exact = exactAmount(result, coveredAmount);
    const rounded = roundedAmount(result, coveredAmount, input.minorUnit);
    this.insistOnParts(result, coveredAmount);
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
      bySegment: this.byVersion(segments, result).map((amount, i) => {
        return { from: this.starts[i] as number, amountExact: amountText(amount) };
      }),
    };
  }

  /** What was not cut where a version begins, since nothing changes by it, is shared by the time on both sides. */
  private addToVersions({ contribution: { from, to }, amount, coveredAmount }: Part): void {
    const { starts, ofVersions, coveredOfVersions } = this;
    const first = countUntil(starts, from) - 1;
    const last = to > (starts[first + 1] ?? Number.POSITIVE_INFINITY) ? countUntil(starts, to - 1) - 1 : first;
    this.firstVersion ??= first;
    if (first === last) {
      ofVersions[first] = (ofVersions[first] as Amount) + amount;
      coveredOfVersions[first] = (coveredOfVersions[first] as Amount) + coveredAmount;
      return;
    }
    let [leftAmount, leftCovered] = [amount, coveredAmount];
    for (let v = first; v <= last; v++) {
      const time = BigInt(Math.min(to, starts[v + 1] ?? to) - Math.max(from, starts[v] as number));
      const share = (whole: Amount, left: Amount) =>
        v === last ? left : divideHalfEven(whole * time, BigInt(to - from));
      const [own, ofOwn] = [share(amount, leftAmount), share(coveredAmount, leftCovered)];
      ofVersions[v] = (ofVersions[v] as Amount) + own;
      coveredOfVersions[v] = (coveredOfVersions[v] as Amount) + ofOwn;
      leftAmount -= own;
      leftCovered -= ofOwn;
    }
  }

  private byVersion(segments: readonly PriceSegment[], { base, bySegment }: ChargeAmounts): Amount[] {
    const isApart = segments.length === this.starts.length;
    // Where alike neighbours were rated as one, the time says which of them it was.
    const ofBase =
      this.firstVersion ?? this.input.versions.findLastIndex(({ prices }) => prices.has(this.charge.priceKey));
    return this.starts.map((_, i) => {
      const ofTime = (this.ofVersions[i] as Amount) + (i === ofBase ? base : 0n);
      const charged = isApart ? (bySegment[i]?.discounted ?? 0n) : ofTime;
      return charged - (this.coveredOfVersions[i] as Amount);
    });
  }

  private insistOnParts(result: ChargeAmounts, coveredAmount: ReadonlyMap<string, Amount>): void {
    const sum = (amounts: Iterable<Amount>) => [...amounts].reduce((all, amount) => all + amount, 0n);
    const [parts, charged] = [result.base + sum(this.ofVersions), total(result.bySegment, 'discounted')];
    const [covered, ofParts] = [sum(coveredAmount.values()), sum(this.coveredOfVersions)];
    if (parts !== charged) {
      throw this.broken(`its parts come to ${amountText(parts)}, its price to ${amountText(charged)}`);
    }
    if (covered !== ofParts) {
      throw this.broken(`its licenses cover ${amountText(covered)}, of its parts ${amountText(ofParts)}`);
    }
  }

  /** Licenses cover no more of a part than there is of it, and nothing of what is given back. */
  private insistOnCoverage({ covered, contribution: { quantity, id } }: Part): void {
    const given = covered.reduce((all, each) => all + each.quantity, 0n);
    if (given >= 0n && given <= (quantity > 0n ? quantity : 0n)) return;
    throw this.broken(`licenses cover ${quantityText(given)} of the ${quantityText(quantity)} of "${id}"`);
  }

  private broken(what: string): BrokenRating {
    const { priceKey, lineValues } = this.charge;
    return new BrokenRating(`charge "${priceKey}" ${JSON.stringify(lineValues)}: ${what}`, this.input.accountId);
  }

  /** In the order of charging; what changed nothing is left out. */
  private steps({ bySegment }: ChargeAmounts, coveredAmount: ReadonlyMap<string, Amount>): Step[] {
    const [model, limited] = [total(bySegment, 'model'), total(bySegment, 'limited')];
    const [discounted, included] = [total(bySegment, 'discounted'), total(bySegment, 'included')];
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

/** The amount of a charge in 10⁻¹², before its rounding: what licenses in money do not cover of it. */
function exactAmount({ bySegment }: Readonly<ChargeAmounts>, coveredAmount: ReadonlyMap<string, Amount>): Amount {
  let exact = total(bySegment, 'discounted');
  for (const amount of coveredAmount.values()) exact -= amount;
  return exact;
}

/** The amount rounded to the currency's minor unit, once: from the fraction it is, not from its 12 decimals. */
export function roundedAmount(
  { bySegment, denominators }: Readonly<ChargeAmounts>,
  coveredAmount: ReadonlyMap<string, Amount>,
  minorUnit: number,
): Amount {
  const { numerator, denominator } = sumOfFractions(
    bySegment.map((sums, i) => ({ numerator: sums?.exact ?? 0n, denominator: denominators[i] as bigint })),
  );
  let covered = 0n;
  for (const amount of coveredAmount.values()) covered += amount;
  return roundFractionToMinorUnit(numerator - covered * denominator, denominator, minorUnit);
}

/** The price customers are shown: of the last version that has it. */
function lastPrice(segments: readonly PriceSegment[], priceKey: string): Price {
  const price = segments.findLast((segment) => segment.price !== null)?.price;
  if (!price) throw new Error(`no version of the rate card has price "${priceKey}"`);
  return price;
}
