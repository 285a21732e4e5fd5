import { type Amount, divideHalfEven, parseAmount, WHOLE_PERCENT } from '../../../domain/money.ts';
import { inCommon, type Piece, piece, size, sum } from './piece.ts';
import type { Terms } from './terms/span-terms.ts';

/** Every piece as the earlier discount leaves it, and what another discount makes of all of it. */
export function afterDiscount(pieces: readonly Piece[], before: readonly Terms[], now: readonly Terms[]): Piece[] {
  const gross = ({ amount, credit }: Terms) => amount + [...credit.values()].reduce((all, each) => all + each, 0n);
  const wanted = sum(now, gross) - sum(before, gross);
  const { numerator, denominator } = keptOf(before) ?? keptOf(now) ?? { numerator: 1n, denominator: 1n };
  const kept = pieces.map((each) => ({ ...each, amount: divideHalfEven(each.amount * numerator, denominator) }));
  const rest = wanted - sum(kept, ({ amount }) => amount);
  if (percentsOf([...before, ...now]).size > 1) return [...kept, piece('discount', rest, null)];
  // Under one discount it is what was rounded, on its way, in the last place.
  const largest = kept.reduce<Piece | null>(
    (most, each) => (most && size(most.amount) >= size(each.amount) ? most : each),
    null,
  );
  if (largest === null) return [piece('usage', rest, null)];
  largest.amount += rest;
  return kept;
}

/** The discounts that were agreed on, each once, however it is spelled. */
function percentsOf(terms: readonly Terms[]): ReadonlySet<Amount> {
  const texts = new Set<string>();
  for (const { percents } of terms) for (const text of percents) texts.add(text);
  return new Set([...texts].map(parseAmount));
}

/** What of an amount the discount leaves; `null` where nothing says. */
function keptOf(terms: readonly Terms[]): { numerator: bigint; denominator: bigint } | null {
  const percents = percentsOf(terms);
  const [only] = percents;
  if (only !== undefined && percents.size === 1) return { numerator: WHOLE_PERCENT - only, denominator: WHOLE_PERCENT };
  const discount = sum(terms, (each) => each.discount);
  const limited = sum(
    terms,
    (each) => each.amount - each.discount + [...each.credit.values()].reduce((a, b) => a + b, 0n),
  );
  return limited > 0n && limited + discount > 0n ? { numerator: limited + discount, denominator: limited } : null;
}

/** Less what licenses in money pay; what they pay of a change is in neither. */
export function afterCredit(pieces: readonly Piece[], before: readonly Terms[], now: readonly Terms[]): Piece[] {
  const all = [...pieces];
  for (const id of new Set([...before, ...now].flatMap(({ credit }) => [...credit.keys()]))) {
    const paid = (terms: readonly Terms[]) => sum(terms, ({ credit }) => credit.get(id) ?? 0n);
    const credit = piece('license', paid(before) - paid(now), null, id);
    for (const each of all) {
      if (each.kind === 'license') continue;
      const both = inCommon(each.amount, -credit.amount);
      each.amount -= both;
      credit.amount += both;
    }
    all.push(credit);
  }
  return all;
}
