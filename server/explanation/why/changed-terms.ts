import { ratingScope } from '../../billing/charge-scope.ts';
import { type Pricing, rulingsIn } from '../../billing/pricing.ts';
import { parseAmount } from '../../domain/money.ts';
import type { Price } from '../../domain/pricing/price.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { ChargeComparison } from '../explanation.types.ts';
import { compareLicenses, licensesMoved, licenseWords } from './license-change.ts';
import { changeWords, termsText, withTermsOf } from './price-change.ts';

/** A step back from a charge's terms to those of the period before, and the charge as it is found after it. */
export interface StepBack {
  kind: Extract<ChargeComparison['drivers'][number]['kind'], 'price' | 'discount' | 'license'>;
  found: FoundCharge;
  /** What changed; `amount` is by how much more is charged now. */
  text: (amount: bigint) => string;
}

/**
 * What lies between the terms of a charge and those of the same charge in the period before, one after another: the price,
 * the discount, the licenses. The usage stays the charge's own. Empty where nothing differs.
 */
export function stepsBack(charge: FoundCharge, earlier: FoundCharge): StepBack[] {
  const steps: StepBack[] = [];
  let found = charge;
  const step = (kind: StepBack['kind'], pricing: Pricing, text: StepBack['text']) => {
    found = { ...found, pricing };
    steps.push({ kind, found, text });
  };
  const [was, is] = [pricesUntil(earlier), pricesUntil(charge)];
  const [before, now] = [was.at(-1), is.at(-1)];
  const isComparable = before !== undefined && now !== undefined && before.meter === now.meter;
  if (isComparable && is.some((price) => termsText(price) !== termsText(before))) {
    const text = changeWords(before, now, charge.meter.unit, charge.pricing.minorUnit);
    step('price', withPrice(charge, before), () => text);
  }
  const [percentWas, percentIs] = [lastDiscount(earlier), lastDiscount(charge)];
  const isOtherDiscount = discountsUntil(charge).some((percent) => parseAmount(percent) !== parseAmount(percentWas));
  if (found.pricing.rulings.length > 0 && isOtherDiscount) {
    step('discount', withDiscount(found.pricing, percentWas), () =>
      parseAmount(percentWas) === parseAmount(percentIs)
        ? 'The agreed discount was another one for a time'
        : `The agreed discount changed from ${percentWas} % to ${percentIs} %`,
    );
  }
  const scopes = [earlier, charge].map(({ pricing: { licenses }, period }) => ({ licenses, period }));
  const [then, today] = scopes as [(typeof scopes)[0], (typeof scopes)[0]];
  const licenses = compareLicenses(charge.line.priceKey, then, today);
  if (licenses.differ) {
    const words = licenseWords(licenses);
    const some = words.length > 3 ? [...words.slice(0, 2), `${words.length - 2} more changed`] : words;
    const pricing = { ...found.pricing, licenses: licensesMoved(then.licenses, then.period, today.period) };
    step('license', pricing, (amount) => {
      const covered = `Licenses covered ${amount > 0n ? 'less' : 'more'}`;
      return some.length === 0 ? covered : `${covered}: ${some.join('; ')}`;
    });
  }
  return steps;
}

/**
 * The charge of the period before with its last price throughout, where another one came before that: what the change has
 * brought then is the price's as well. `null` where there was one price.
 */
export function withLastPrice(earlier: FoundCharge): FoundCharge | null {
  const prices = pricesUntil(earlier);
  const last = prices.at(-1);
  const percent = lastDiscount(earlier);
  const isOneDiscount = discountsUntil(earlier).every((each) => parseAmount(each) === parseAmount(percent));
  const isOnePrice = last === undefined || prices.every((price) => termsText(price) === termsText(last));
  if (isOnePrice && isOneDiscount) return null;
  const pricing = last === undefined ? earlier.pricing : withPrice(earlier, last);
  return { ...earlier, pricing: withDiscount(pricing, percent) };
}

/** The price's change inside the period, in words. */
export function innerChange(earlier: FoundCharge): string {
  const prices = pricesUntil(earlier);
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return 'Its price changed in the period before';
  return `${changeWords(first, last, earlier.meter.unit, earlier.pricing.minorUnit)} in the period before`;
}

/** The discounts in force up to where the charge is metered, one after another. */
function discountsUntil({ pricing, period, through }: FoundCharge): string[] {
  return rulingsIn(pricing, period).flatMap(({ from, discountPercent }) => (from < through ? [discountPercent] : []));
}

const lastDiscount = (found: FoundCharge): string => discountsUntil(found).at(-1) ?? '0';

/** The pricing with this discount throughout. */
function withDiscount(pricing: Pricing, discountPercent: string): Pricing {
  return { ...pricing, rulings: pricing.rulings.map((ruling) => ({ ...ruling, discountPercent })) };
}

/** The prices in force up to where the charge is metered, one after another. */
function pricesUntil({ pricing, period, line, through }: FoundCharge): Price[] {
  const { versions } = ratingScope(pricing, period);
  return versions.filter(({ from }) => from < through).flatMap(({ prices }) => prices.get(line.priceKey) ?? []);
}

/** The pricing with these terms wherever it prices the line; which usage each version prices stays. */
function withPrice({ pricing, line }: FoundCharge, terms: Price): Pricing {
  const rulings = pricing.rulings.map((ruling) => ({
    ...ruling,
    prices: ruling.prices.map((price) => (price.key === line.priceKey ? withTermsOf(terms, price) : price)),
  }));
  return { ...pricing, rulings };
}
