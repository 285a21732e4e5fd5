import { moneyText, type Quantity, quantityText, roundToMinorUnit } from '../../../../domain/money.ts';
import { changeWords, termsText } from '../../price-change.ts';
import { isRunningTime, type Measure, quantityWords } from '../../quantity-words.ts';
import type { Driver } from '../drivers.ts';
import type { Terms } from '../terms/span-terms.ts';
import { chargesOf, type Happening, isInLastDigits, sumOf } from './told-drivers.ts';

/** What words about a happening are made with. */
export interface Wording {
  minorUnit: number;
  currency: string;
  measureOf: (meter: string) => Measure;
  productOf: (licenseId: string) => string;
  /** What is known of a license between the two spans: "ran out on 23 Nov, 04:41 UTC". `null` where nothing is. */
  licenseNews: (product: string) => string | null;
  /** When the price of a key changed last, in words. */
  priceNews: (priceKey: string) => string | null;
}

/** What happened, in a sentence without who did it and without its full stop. */
export function happeningWords(happening: Happening, wording: Wording): string {
  const { kind, drivers, app, amount } = happening;
  const [driver] = drivers as [Driver];
  const what = app ?? nameOf(driver);
  const count = chargesOf(happening).length;
  const charges = count === 1 ? nameOf(driver) : `${count} charges`;
  const more = amount > 0n;
  if (isInLastDigits(happening)) return `Amounts are rounded in their last digits: ${charges}`;
  switch (kind) {
    case 'new':
      return `${what} is new`;
    case 'gone':
      return `${what} is gone`;
    case 'usage':
      return usageWords(driver, sumOf(drivers), wording);
    case 'days':
      return `The time compared is ${more ? 'longer' : 'shorter'}: ${charges} ran all through it`;
    case 'resize':
      return resizeWords(driver);
    case 'price':
      return `${priceWords(driver, wording)}${count === 1 ? '' : `: ${charges} had it`}`;
    case 'discount':
      return discountWords(driver, charges);
    case 'license': {
      const product = wording.productOf(driver.licenseId ?? '');
      const news = wording.licenseNews(product);
      if (news === null) return `${product} covers ${more ? 'less' : 'more'} of ${charges}`;
      if (!more) return `${product} covers more of ${charges}, though it ${news}`;
      return `${product} ${news}: ${charges} ${count === 1 ? 'is' : 'are'} on demand since`;
    }
    case 'allowance':
      return `${more ? 'Less' : 'More'} of ${what} was included`;
    case 'tier':
      return `${what} came to other tiers of its price`;
    case 'cap':
      return capWords(driver, what, wording);
    case 'minimum':
      return `The minimum of ${what} added ${more ? 'more' : 'less'}`;
  }
}

const nameOf = ({ line, price, resource }: Pick<Driver, 'line' | 'price' | 'resource'>) =>
  namedUse(price.description, line.lineValues, resource);

/** `Performance-L dynos of web on acme-api`; the resource where nothing else tells its charges apart. */
export function namedUse(description: string, lineValues: Record<string, string>, resource: string): string {
  const { app = '', process = '', ...others } = lineValues;
  const named = [app && (process ? `${process} on ${app}` : app), ...Object.values(others)].filter(Boolean);
  if (named.length > 0) return `${description} of ${named.join(', ')}`;
  return resource === '' ? description : `${description} of ${resource}`;
}

function usageWords(driver: Driver, quantity: Quantity | null, wording: Wording): string {
  const measure = wording.measureOf(driver.price.meter);
  const more = (quantity ?? driver.amount) > 0n;
  const much =
    quantity === null ? '' : `${quantityWords(measure, quantityText(quantity < 0n ? -quantity : quantity))} `;
  return `${nameOf(driver)} ${isRunningTime(measure) ? 'ran' : 'used'} ${much}${more ? 'more' : 'less'}`;
}

function resizeWords({ before, now, resource }: Driver): string {
  const all = (terms: readonly Terms[]) => [...new Set(terms.map(({ price }) => price.description))];
  // What it was before the change, within the one span, or still was, within the other, is no change.
  const names = (own: string[], others: string[]) => {
    const only = own.filter((name) => !others.includes(name));
    return (only.length > 0 ? only : own).join(' and ');
  };
  const [was, is] = [names(all(before), all(now)), names(all(now), all(before))];
  return was === is ? `${resource} moved to another charge` : `${resource} changed from ${was} to ${is}`;
}

function priceWords({ before, now, price }: Driver, { measureOf, minorUnit, priceNews }: Wording): string {
  const [was, is] = [before[0]?.prices[0]?.price, now.at(-1)?.price];
  if (was === undefined || is === undefined || termsText(was) === termsText(is)) {
    return `${price.description}: its price was another one for a time`;
  }
  const since = priceNews(price.key);
  const words = lowered(changeWords(was, is, measureOf(price.meter).unit, minorUnit));
  return `${price.description}: ${words}${since === null ? '' : ` on ${since}`}`;
}

function discountWords({ before, now }: Driver, charges: string): string {
  const last = (terms: readonly Terms[]) => [...(terms.at(-1)?.percents ?? [])].at(-1) ?? '0';
  const [was, is] = [last(before), last(now)];
  return was === is
    ? `The agreed discount of ${charges} was another one for a time`
    : `The agreed discount changed from ${was} % to ${is} %, for ${charges}`;
}

function capWords({ before, now }: Driver, what: string, wording: Wording): string {
  const [was, is] = [savedBy(before), savedBy(now)];
  const money = (amount: bigint) => moneyText(roundToMinorUnit(amount, wording.minorUnit), wording.minorUnit);
  if (is === 0n) return `${what} stays below its cap, which had saved ${money(was)}`;
  if (was === 0n) return `${what} reached its cap, which saves ${money(is)}`;
  return `The cap of ${what} saves ${money(is)} instead of ${money(was)}`;
}

const savedBy = (terms: readonly Terms[]) => -terms.reduce((sum, { limits }) => sum + limits, 0n);

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
