import { AMOUNT_DECIMALS, fixedText, parseAmount } from '../../domain/money.ts';
import { onceForEach } from '../../domain/once-for-each.ts';
import { modelOf } from '../../domain/pricing/models/models.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';

/** What a price charges, as text to compare by: not what it is called, nor which usage it is for. */
export const termsText = onceForEach(
  ({ key: _key, meter: _meter, match: _match, lineBy: _by, description: _d, ...terms }: Price) => canonicalJson(terms),
);

/** How the terms differ, in a sentence without its full stop: with the figures where they are simple. */
export function changeWords(before: Price, now: Price, unit: string, minorUnit: number): string {
  const money = (amount: string) => fixedText(parseAmount(amount), AMOUNT_DECIMALS, minorUnit);
  const clauses: string[] = [];
  const [was, is] = [before, now].map((price) => modelOf(price).figure(price, { money, unit }));
  if (was && is && `${was.amount}${was.of}` !== `${is.amount}${is.of}`) {
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
