import { canonicalJson } from '../../domain/canonical-json.ts';
import { AMOUNT_DECIMALS, fixedText, parseAmount } from '../../domain/money.ts';
import type { Price } from '../../domain/pricing/price.ts';

/** What a price charges, as text to compare by: not what it is called, nor which usage it is for. */
export function termsText({ key: _key, meter: _meter, match: _match, lineBy: _by, description: _d, ...terms }: Price) {
  return canonicalJson(terms);
}

/** The terms of one price for the usage that another is for. */
export function withTermsOf(terms: Price, { key, meter, match, lineBy, description }: Price): Price {
  const { match: _match, lineBy: _by, ...rest } = terms;
  return {
    ...rest,
    ...{ key, meter, description },
    ...(match === undefined ? {} : { match }),
    ...(lineBy === undefined ? {} : { lineBy }),
  };
}

/** How the terms differ, in a sentence without its full stop: with the figures where they are simple. */
export function changeWords(before: Price, now: Price, unit: string, minorUnit: number): string {
  const money = (amount: string) => fixedText(parseAmount(amount), AMOUNT_DECIMALS, minorUnit);
  const clauses: string[] = [];
  const [was, is] = [figureOf(before, unit, money), figureOf(now, unit, money)];
  if (was !== null && is !== null && `${was.amount}${was.of}` !== `${is.amount}${is.of}`) {
    clauses.push(`its price changed from ${was.amount}${was.of === is.of ? '' : was.of} to ${is.amount}${is.of}`);
  }
  const compare = (what: string, of: (price: Price) => string | undefined, none: string) => {
    const [old, young] = [of(before), of(now)];
    if (old !== young) clauses.push(`${what} changed from ${old ?? none} to ${young ?? none}`);
  };
  compare('what is included', ({ included }) => included && `${included} ${unit}`, 'nothing');
  compare('the minimum', ({ minimum }) => minimum && money(minimum), 'none');
  compare('the most that is charged', capWords(money), 'no limit');
  const text = clauses.join('; ') || 'its price changed';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function capWords(money: (amount: string) => string) {
  return ({ maximum }: Price) =>
    maximum && `${money(maximum.amount)} for ${maximum.scope === 'slot' ? 'each slot' : 'the charge'}`;
}

/** The one figure of a price that has one, and what it is for. */
function figureOf(price: Price, unit: string, money: (amount: string) => string) {
  switch (price.model) {
    case 'per_unit':
      return { amount: money(price.unitAmount), of: price.per === undefined ? ' each' : ` for ${price.per} ${unit}` };
    case 'per_time':
      return { amount: money(price.amount), of: ` per ${timeWords(price.perSeconds)}` };
    case 'flat':
      return { amount: money(price.amount), of: ' for the period' };
    case 'package':
      return { amount: money(price.amount), of: ` for each ${price.size} ${unit} begun` };
    case 'percentage':
      return price.fixedAmount === undefined && price.perEventMin === undefined && price.perEventMax === undefined
        ? { amount: `${price.percent} %`, of: '' }
        : null;
    default:
      return null;
  }
}

/** `30 days`, `720 h` only where it is no number of days, `90 s`. */
function timeWords(seconds: string): string {
  const whole = BigInt(seconds.split('.')[0] ?? '0');
  if (seconds.includes('.') || whole % 3600n !== 0n) return `${seconds} s`;
  if (whole % 86_400n !== 0n) return whole === 3600n ? 'hour' : `${whole / 3600n} h`;
  return whole === 86_400n ? 'day' : `${whole / 86_400n} days`;
}
