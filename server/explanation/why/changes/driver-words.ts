import { exactText } from '../../../domain/decimal.ts';
import { amountText, parseAmount, type Quantity, quantityText } from '../../../domain/money.ts';
import { modelOf } from '../../../domain/pricing/models/models.ts';
import type { Price } from '../../../domain/pricing/price.ts';
import { changeWords, termsText } from '../price-change.ts';
import { groupedDigits, isRunningTime, type Measure, quantityWords } from '../quantity-words.ts';
import type { Driver } from './drivers.ts';
import type { Terms } from './span-terms.ts';
import { chargesOf, type Happening, isInLastDigits } from './told-drivers.ts';

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

/** How an amount comes about by hand; `null` where it is a difference of what was taken off. */
export function arithmeticOf({ kind, drivers }: Happening, wording: Wording): string | null {
  const [driver] = drivers as [Driver];
  const quantity = sumOf(drivers);
  if (kind === 'cap' || kind === 'minimum' || kind === 'tier') return `${limitText(driver, wording)}`;
  if (quantity === null || !['usage', 'days', 'license', 'new', 'gone', 'allowance'].includes(kind)) return null;
  const side = kind === 'new' ? driver.now : driver.before;
  const prices = new Map(
    drivers.flatMap((each) => (kind === 'new' ? each.now : each.before)).map((t) => [unitText(t.price, wording), t]),
  );
  const isPlain = side.every(({ covered, included, percents }) => {
    return (
      covered.size === 0 && included.quantity === 0n && [...percents].every((percent) => parseAmount(percent) === 0n)
    );
  });
  const [unit] = prices.keys();
  if (prices.size !== 1 || unit === undefined || unit === '' || !(isPlain || kind === 'usage' || kind === 'days'))
    return null;
  const percents = [...new Set(side.flatMap((terms) => [...terms.percents]))];
  const [percent] = percents;
  const kept = percents.length === 1 && percent !== undefined && parseAmount(percent) !== 0n;
  const measure = wording.measureOf(driver.price.meter);
  return `${signed(quantity, (text) => quantityWords(measure, text))} × ${unit}${kept ? ` − ${percent} %` : ''}`;
}

/** `web of acme-api, Performance-L dynos`. */
function nameOf({ line, price, resource }: Pick<Driver, 'line' | 'price' | 'resource'>): string {
  const { app = '', process = '', ...others } = line.lineValues;
  const named = [app && (process ? `${process} on ${app}` : app), ...Object.values(others)].filter(Boolean);
  if (named.length > 0) return `${price.description} of ${named.join(', ')}`;
  return resource === '' ? price.description : `${price.description} of ${resource}`;
}

function usageWords(driver: Driver, quantity: Quantity | null, wording: Wording): string {
  const measure = wording.measureOf(driver.price.meter);
  const more = (quantity ?? driver.amount) > 0n;
  const much =
    quantity === null ? '' : `${quantityWords(measure, quantityText(quantity < 0n ? -quantity : quantity))} `;
  return `${nameOf(driver)} ${isRunningTime(measure) ? 'ran' : 'used'} ${much}${more ? 'more' : 'less'}`;
}

function resizeWords({ before, now, resource }: Driver): string {
  const names = (terms: readonly Terms[]) => [...new Set(terms.map(({ price }) => price.description))].join(' and ');
  const [was, is] = [names(before), names(now)];
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
  const money = (amount: bigint) => moneyOf(amount, wording);
  if (is === 0n) return `${what} stays below its cap, which had saved ${money(was)}`;
  if (was === 0n) return `${what} reached its cap, which saves ${money(is)}`;
  return `The cap of ${what} saves ${money(is)} instead of ${money(was)}`;
}

/** What the limits made of it on either side, as arithmetic. */
function limitText(driver: Driver, wording: Wording): string {
  const of = ({ tiers, limits }: Terms) => (driver.kind === 'tier' ? tiers : limits);
  const sum = (terms: readonly Terms[]) => terms.reduce((total, each) => total + of(each), 0n);
  return `${moneyOf(sum(driver.now), wording)} − (${moneyOf(sum(driver.before), wording)})`;
}

const savedBy = (terms: readonly Terms[]) => -terms.reduce((sum, { limits }) => sum + limits, 0n);

function sumOf(drivers: readonly Driver[]): Quantity | null {
  let sum = 0n;
  for (const { quantity, price } of drivers) {
    if (quantity === null || price.meter !== drivers[0]?.price.meter) return null;
    sum += quantity;
  }
  return sum;
}

/** What a unit costs, to multiply by: `450.00 ÷ 720 h`; `''` where that depends. */
function unitText(price: Price, { minorUnit }: Wording): string {
  const money = (text: string) => exactText(text, minorUnit);
  if (modelOf(price).tiers(price).length > 0) return '';
  if (price.model === 'per_unit')
    return price.per === undefined
      ? money(price.unitAmount)
      : `${money(price.unitAmount)} ÷ ${groupedDigits(price.per)}`;
  if (price.model !== 'per_time') return '';
  const seconds = parseAmount(price.perSeconds);
  const hours = seconds % parseAmount('3600') === 0n;
  return `${money(price.amount)} ÷ ${hours ? `${groupedDigits(amountText(seconds / 3600n))} h` : `${groupedDigits(price.perSeconds)} s`}`;
}

function moneyOf(amount: bigint, { minorUnit }: Wording): string {
  return exactText(amountText(amount), minorUnit);
}

function signed(quantity: Quantity, words: (text: string) => string): string {
  return quantity < 0n ? `−${words(quantityText(-quantity))}` : words(quantityText(quantity));
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
