import { ratingScope } from '../../billing/charge-scope.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf, toRfc3339 } from '../../domain/instant.ts';
import { isPoolOf, licenseIn, quantitiesIn } from '../../domain/license-terms.ts';
import { AMOUNT_DECIMALS, amountText, fixedText, parseAmount, parseQuantity } from '../../domain/money.ts';
import { modelOf } from '../../domain/pricing/models/models.ts';
import type { License, Price } from '../../domain/pricing/price.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { OpenedCharge } from '../charge/open-charge.ts';
import type { ChargeMark } from '../explanation.types.ts';
import { ChargedSoFar } from './charged-so-far.ts';
import { changeWords, termsText } from './price-change.ts';
import { groupedDigits, quantityWords } from './quantity-words.ts';

/** So many of one kind are told one by one; the others together. */
export const TOLD = 20;

/** A stretch of the period in which one version prices the charge. */
interface Ruled {
  from: Micros;
  to: Micros;
  version: number;
  price: Price;
}

/** What changed the price of usage inside the period, each at its instant. */
export function marksOf(found: FoundCharge, opened: OpenedCharge): ChargeMark[] {
  const ruled = ruledBy(found);
  const marks = [...priceMarks(found, ruled), ...licenseMarks(found, opened)];
  const capped = new Set<string>();
  for (const stretch of ruled) {
    if (!hasLimits(stretch.price)) {
      capped.clear();
      continue;
    }
    const charged = new ChargedSoFar(opened.parts, stretch.price);
    marks.push(...allowanceMarks(found, stretch, charged), ...tierMarks(found, stretch, charged));
    marks.push(...minimumMarks(found, stretch, charged), ...capMarks(found, stretch, charged, capped));
  }
  return inTime(marks.filter(({ at }) => at < toRfc3339(found.through)));
}

/** Oldest first; those of one instant keep their order. */
export function inTime(marks: readonly ChargeMark[]): ChargeMark[] {
  return [...marks].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/**
 * Marks in the order of time, those beyond the first few as one, at the last of their instants.
 * @param whole how many there are and when the last is, where `marks` are only the first of them
 */
export function told(
  marks: readonly ChargeMark[],
  rest: (count: number) => string,
  whole: { count: number; at: string } | null = null,
): ChargeMark[] {
  const all = inTime(marks);
  const others = (whole?.count ?? all.length) - TOLD;
  const last = all.at(-1);
  if (last === undefined || others <= 1) return all;
  return [...all.slice(0, TOLD), { kind: last.kind, at: whole?.at ?? last.at, text: rest(others), resource: null }];
}

/** Whether it bears on what a unit costs how much was charged before. */
function hasLimits(price: Price): boolean {
  const { included, minimum, maximum } = price;
  return modelOf(price).tiers(price).length > 0 || [included, minimum, maximum].some((limit) => limit !== undefined);
}

function ruledBy({ pricing, period, line }: FoundCharge): Ruled[] {
  const { versions } = ratingScope(pricing, period);
  const ruled: Ruled[] = [];
  for (const [i, { from, version, prices }] of versions.entries()) {
    const price = prices.get(line.priceKey);
    if (price === undefined) continue;
    const to = versions[i + 1]?.from ?? period.to;
    const last = ruled.at(-1);
    if (last?.to === from && termsText(last.price) === termsText(price)) last.to = to;
    else ruled.push({ from, to, version, price });
  }
  return ruled;
}

function priceMarks({ period, meter, pricing }: FoundCharge, ruled: readonly Ruled[]): ChargeMark[] {
  return ruled.flatMap(({ from, to, version, price }, i): ChargeMark[] => {
    const [before, after] = [ruled[i - 1], ruled[i + 1]];
    const marks: ChargeMark[] = [];
    const mark = (at: Micros, text: string) => marks.push({ kind: 'price', at: toRfc3339(at), text, resource: null });
    if (before?.to === from) {
      mark(from, `${changeWords(before.price, price, meter.unit, pricing.minorUnit)} with version ${version}`);
    } else if (from > period.from) mark(from, `Its price began with version ${version}`);
    if (to < period.to && after?.from !== to) mark(to, 'Its price ended');
    return marks;
  });
}

function licenseMarks({ pricing, period, line }: FoundCharge, { pools }: OpenedCharge): ChargeMark[] {
  const named = pricing.licenses.filter(({ weights }) => weights[line.priceKey] !== undefined);
  return named.flatMap((license): ChargeMark[] => {
    const { id, product, ...term } = licenseIn(license, period) ?? license;
    const [from, to] = [microsOf(term.from), microsOf(term.to)];
    const isOwn = (other: License) => other.id === id;
    const before = named.some((other) => isOwn(other) && microsOf(other.to) === from);
    const after = named.some((other) => isOwn(other) && microsOf(other.from) === to);
    const mark = (at: Micros, what: string): ChargeMark => ({
      kind: 'license',
      at: toRfc3339(at),
      text: `${product} ${what}`,
      resource: null,
      licenseId: id,
    });
    const pool = pools.find((each) => isPoolOf(license, each, period));
    const ranOut = [pool?.exhaustedAt ?? null, ...(pool?.exhaustedAgainAt ?? [])];
    return [
      ...(from > period.from && from < period.to ? [mark(from, before ? 'counts usage differently' : 'began')] : []),
      ...changesOfQuantity(license, period).map(({ at, words }) => mark(at, words)),
      ...ranOut.flatMap((at) => (at === null ? [] : [mark(at, 'ran out')])),
      ...(to > period.from && to < period.to && !after ? [mark(to, 'ended')] : []),
    ];
  });
}

/** Where inside the period there is more or less of a license. */
function changesOfQuantity(license: License, period: FoundCharge['period']): { at: Micros; words: string }[] {
  return quantitiesIn(license, period).flatMap(({ from, quantity }, i, all) => {
    const before = all[i - 1]?.quantity;
    if (before === undefined) return [];
    const words = `went from ${groupedDigits(amountText(before))} to ${groupedDigits(amountText(quantity))} ${license.unit}`;
    return [{ at: from, words }];
  });
}

function allowanceMarks({ meter }: FoundCharge, stretch: Ruled, { allowanceUsedUp }: ChargedSoFar): ChargeMark[] {
  if (allowanceUsedUp === null || !isIn(stretch, allowanceUsedUp.at)) return [];
  const { at, subject } = allowanceUsedUp;
  const included = quantityWords(meter, stretch.price.included ?? '0');
  const text = `What is included, ${included}, was used up`;
  return [{ kind: 'allowance', at: toRfc3339(at), text, resource: subject || null }];
}

function tierMarks({ meter }: FoundCharge, stretch: Ruled, charged: ChargedSoFar): ChargeMark[] {
  const { price } = stretch;
  return modelOf(price)
    .tiers(price)
    .slice(0, -1)
    .flatMap(({ upTo }, i): ChargeMark[] => {
      const reached = upTo === null ? null : charged.beyond(parseQuantity(upTo));
      if (reached === null || !isIn(stretch, reached.at)) return [];
      const text = `Tier ${i + 2} was entered, beyond ${quantityWords(meter, upTo as string)}`;
      return [{ kind: 'tier', at: toRfc3339(reached.at), text, resource: reached.subject || null }];
    });
}

/** Where what was used comes to the least that is charged: before it usage adds nothing to that. */
function minimumMarks({ pricing }: FoundCharge, stretch: Ruled, charged: ChargedSoFar): ChargeMark[] {
  const { minimum, maximum } = stretch.price;
  if (minimum === undefined || parseAmount(minimum) === 0n || maximum?.scope === 'slot') return [];
  const text = `What was used came to the minimum of ${fixedText(parseAmount(minimum), AMOUNT_DECIMALS, pricing.minorUnit)}`;
  return charged
    .cameTo(minimum, 'line')
    .filter(({ at }) => isIn(stretch, at))
    .map(({ at, subject }) => ({ kind: 'minimum', at: toRfc3339(at), text, resource: subject || null }));
}

/** Where a slot, or the line, comes to its cap: what is used beyond it costs nothing. `capped` is what was so before. */
function capMarks({ pricing }: FoundCharge, stretch: Ruled, charged: ChargedSoFar, capped: Set<string>): ChargeMark[] {
  const { maximum } = stretch.price;
  const all = maximum && parseAmount(maximum.amount) > 0n ? charged.cameTo(maximum.amount, maximum.scope) : [];
  const before = new Set(capped);
  capped.clear();
  const reached = all.filter(({ at, until }) => at < stretch.to && until > stretch.from);
  const marks = reached.flatMap(({ at, subject, slot }): ChargeMark[] => {
    capped.add(slot);
    if (at < stretch.from && before.has(slot)) return [];
    const [, number] = slot === '' ? ['', 0] : (JSON.parse(slot) as [string, number]);
    const what = slot === '' ? 'The charge' : `${subject}${number > 0 ? `, slot ${number},` : ''}`;
    const cap = fixedText(parseAmount(maximum?.amount ?? '0'), AMOUNT_DECIMALS, pricing.minorUnit);
    const text = `${what} reached its cap of ${cap}`;
    return [{ kind: 'cap', at: toRfc3339(Math.max(at, stretch.from)), text, resource: subject || null }];
  });
  return told(marks, (count) => `${count} more reached their cap until then`);
}

const isIn = ({ from, to }: Ruled, at: Micros) => at >= from && at < to;
