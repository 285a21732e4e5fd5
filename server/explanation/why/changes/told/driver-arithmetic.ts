import { exactText } from '../../../../domain/decimal.ts';
import { durationText } from '../../../../domain/duration.ts';
import {
  type Amount,
  amountText,
  divideHalfEven,
  parseAmount,
  QUANTITY_ONE,
  type Quantity,
  quantityText,
  WHOLE_PERCENT,
} from '../../../../domain/money.ts';
import { listPriceOf } from '../../../../domain/pricing/list-price.ts';
import { modelOf } from '../../../../domain/pricing/models/models.ts';
import type { Price } from '../../../../domain/pricing/price.ts';
import { groupedDigits, isRunningTime, type Measure, quantityWords } from '../../quantity-words.ts';
import type { Driver } from '../drivers.ts';
import { IN_LAST_DIGITS } from '../piece.ts';
import { worthOf } from '../terms/period-terms.ts';
import type { Terms } from '../terms/span-terms.ts';
import type { Wording } from './driver-words.ts';
import { type Happening, sumOf } from './told-drivers.ts';

/** Of a quantity in seconds. */
const MILLISECOND: Quantity = QUANTITY_ONE / 1_000n;
const PRODUCTS = ['usage', 'days', 'license', 'new', 'gone', 'allowance'];

/**
 * How an amount comes about by hand, where it is one product, or the difference of what limits made of it; else `null`. A product
 * that does not come to the amount is not told.
 */
export function arithmeticOf(happening: Happening, wording: Wording): string | null {
  const { kind, drivers } = happening;
  if (kind === 'cap' || kind === 'minimum' || kind === 'tier') return limitText(drivers[0] as Driver, wording);
  if (kind === 'price' || kind === 'resize') return priceText(happening, wording);
  if (!PRODUCTS.includes(kind)) return null;
  const quantity = sumOf(drivers);
  const side = drivers.flatMap((each) => (kind === 'new' ? each.now : each.before));
  const price = onlyPrice(side, wording, listUnitText);
  if (quantity === null || price === null) return null;
  return product(
    happening,
    { quantity, side, worth: worthAt(quantity, price), unit: listUnitText(price, wording) },
    wording,
  );
}

interface Factors {
  quantity: Quantity;
  /** Whose discount it is. */
  side: readonly Terms[];
  /** The product, before the discount. */
  worth: Amount;
  unit: string;
}

function product({ amount, drivers }: Happening, { quantity, side, worth, unit }: Factors, wording: Wording) {
  const percents = [...new Set(side.flatMap((terms) => [...terms.percents]))];
  const [percent = '0'] = percents;
  const off = parseAmount(percent);
  const came = divideHalfEven(worth * (WHOLE_PERCENT - off), WHOLE_PERCENT);
  if (percents.length > 1 || size(came - amount) > IN_LAST_DIGITS) return null;
  const measure = wording.measureOf((drivers[0] as Driver).price.meter);
  const factor = factorText(measure, quantity < 0n ? -quantity : quantity);
  return `${quantity < 0n ? '−' : ''}${factor} × ${unit}${off === 0n ? '' : ` − ${percent} %`}`;
}

/** A quantity to multiply with: of time with its seconds, to the millisecond, unless there are none to tell. */
function factorText(measure: Measure, quantity: Quantity): string {
  if (!isRunningTime(measure)) return quantityWords(measure, quantityText(quantity));
  const millis = (quantity + MILLISECOND / 2n) / MILLISECOND;
  const isSaid = millis % 1_000n === 0n && (millis < 3_600_000n || millis % 60_000n === 0n);
  return durationText(quantityText(millis * MILLISECOND), isSaid ? 'said' : 'whole');
}

/** So much × what a unit costs more: `24 h × (69.00 − 65.00) ÷ 720 h`. */
function priceText(happening: Happening, wording: Wording): string | null {
  const { drivers } = happening;
  const side = drivers.flatMap(({ now }) => now);
  const was = onlyPrice(
    drivers.flatMap(({ before }) => before),
    wording,
  );
  const is = onlyPrice(side, wording);
  if (was === null || is === null || was.meter !== is.meter) return null;
  const quantity = side.reduce((sum, terms) => sum + terms.quantity, 0n);
  const worth = (worthAt(quantity, is) - worthAt(quantity, was)) as Amount;
  const [[old = '', ...oldPer], [young = '', ...youngPer]] = [was, is].map((price) =>
    unitText(price, wording).split(' ÷ '),
  ) as [string[], string[]];
  const [per, oldUnit] = [youngPer.join(' ÷ '), oldPer.join(' ÷ ')];
  if (per !== oldUnit) return null;
  const unit = `(${young} − ${old})${per === '' ? '' : ` ÷ ${per}`}`;
  return product(happening, { quantity, side, worth, unit }, wording);
}

/** The price of all of it, where it is one, and one of which it can be said what a unit costs. */
function onlyPrice(side: readonly Terms[], wording: Wording, textOf = unitText): Price | null {
  const prices = new Map(side.flatMap((terms) => terms.prices.map(({ price }) => [textOf(price, wording), price])));
  const [only] = prices;
  return prices.size !== 1 || only === undefined || only[0] === '' ? null : only[1];
}

const worthAt = (quantity: Quantity, price: Price) => worthOf(quantity, listPriceOf(price));

/** What the limits made of it on either side, as arithmetic. */
function limitText(driver: Driver, { minorUnit }: Wording): string {
  const of = ({ tiers, limits }: Terms) => (driver.kind === 'tier' ? tiers : limits);
  const sum = (terms: readonly Terms[]) => terms.reduce((total, each) => total + of(each), 0n);
  const money = (amount: bigint) => exactText(amountText(amount), minorUnit);
  return `${money(sum(driver.now))} − (${money(sum(driver.before))})`;
}

/** What usage is valued at before tiers make less or more of it: `0.000003 of the first tier`. */
function listUnitText(price: Price, wording: Wording): string {
  const [first] = price.model === 'graduated' ? price.tiers : [];
  return first === undefined
    ? unitText(price, wording)
    : `${exactText(first.unitAmount, wording.minorUnit)} of the first tier`;
}

/** What a unit costs, to multiply by, in the unit of its quantity: `450.00 ÷ 720 h`, `0.20 ÷ 2,592,000 s`; `''` where that depends. */
function unitText(price: Price, { minorUnit, measureOf }: Wording): string {
  const money = (text: string) => exactText(text, minorUnit);
  if (modelOf(price).tiers(price).length > 0) return '';
  if (price.model === 'per_unit')
    return price.per === undefined
      ? money(price.unitAmount)
      : `${money(price.unitAmount)} ÷ ${groupedDigits(price.per)}`;
  if (price.model !== 'per_time') return '';
  const seconds = parseAmount(price.perSeconds);
  // Running time is told in hours; what is counted by the second, as storage is, stays so.
  const inHours = seconds % parseAmount('3600') === 0n && isRunningTime(measureOf(price.meter));
  return `${money(price.amount)} ÷ ${inHours ? `${groupedDigits(amountText(seconds / 3600n))} h` : `${groupedDigits(price.perSeconds)} s`}`;
}

const size = (value: bigint) => (value < 0n ? -value : value);
