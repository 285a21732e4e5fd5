import { canonicalJson } from '../../domain/canonical-json.ts';
import { parseAmount } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { tierOf } from '../../domain/rating/tier-of.ts';
import { toRfc3339 } from '../../ingest/event-time.ts';
import { ratingScope } from '../account-charges.ts';
import type { ChargeMark } from '../explanation.types.ts';
import type { FoundCharge } from './find-charge.ts';
import type { OpenedCharge } from './open-charge.ts';

const MOST = 200;

/** What changed the price of usage inside the period, each at its instant. */
export function marksOf(found: FoundCharge, opened: OpenedCharge): ChargeMark[] {
  const marks = [...priceMarks(found), ...licenseMarks(found, opened), ...tierMarks(found, opened.parts)];
  marks.push(...allowanceMarks(opened.parts), ...capMarks(found, opened.parts));
  return marks.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(0, MOST);
}

function priceMarks({ pricing, period, line }: FoundCharge): ChargeMark[] {
  const versions = ratingScope(pricing, period).versions.filter(({ prices }) => prices.has(line.priceKey));
  return versions.slice(1).flatMap(({ from, version, prices }, i): ChargeMark[] => {
    const before = canonicalJson(versions[i]?.prices.get(line.priceKey) ?? null);
    if (before === canonicalJson(prices.get(line.priceKey) ?? null)) return [];
    return [{ kind: 'price', at: toRfc3339(from), text: `A new price began: version ${version}`, resource: null }];
  });
}

function licenseMarks({ pricing, line }: FoundCharge, { exhausted }: OpenedCharge): ChargeMark[] {
  return pricing.licenses.flatMap(({ id, product, weights }): ChargeMark[] => {
    const at = exhausted.get(id);
    if (weights[line.priceKey] === undefined || at === null || at === undefined) return [];
    return [{ kind: 'license', at: toRfc3339(at), text: `${product} ran out`, resource: null, licenseId: id }];
  });
}

function tierMarks({ price }: FoundCharge, parts: readonly RatedPart[]): ChargeMark[] {
  const marks: ChargeMark[] = [];
  let charged = 0n;
  let tier = 1;
  for (const { contribution, covered, included } of parts) {
    charged += contribution.quantity - covered.reduce((sum, { quantity }) => sum + quantity, included);
    const now = tierOf(price, charged);
    if (now !== null && now > tier) {
      const at = toRfc3339(contribution.from);
      marks.push({ kind: 'tier', at, text: `Tier ${now} was entered`, resource: contribution.subject || null });
      tier = now;
    }
  }
  return marks;
}

function allowanceMarks(parts: readonly RatedPart[]): ChargeMark[] {
  const last = parts.findLastIndex(({ included }) => included > 0n);
  const next = parts.slice(last + 1).find(({ amount }) => amount !== 0n);
  if (last < 0 || next === undefined) return [];
  const { from, subject } = next.contribution;
  return [{ kind: 'allowance', at: toRfc3339(from), text: 'What is included was used up', resource: subject || null }];
}

/** Where a slot, or the line, comes to its cap: usage that no license or allowance covers goes on and costs nothing. */
function capMarks({ price }: FoundCharge, parts: readonly RatedPart[]): ChargeMark[] {
  if (price.maximum === undefined || parseAmount(price.maximum.amount) === 0n) return [];
  const charging = new Set<string>();
  const capped = new Set<string>();
  const marks: ChargeMark[] = [];
  for (const { contribution, covered, included, amount } of parts) {
    const { slot, subject, from, quantity } = contribution;
    const key = price.maximum.scope === 'slot' ? slot : '';
    const isFree = covered.length > 0 || included > 0n || quantity === 0n;
    if (amount !== 0n) charging.add(key);
    else if (!isFree && charging.has(key) && !capped.has(key)) {
      capped.add(key);
      const [, number] = slot === '' ? ['', 0] : (JSON.parse(slot) as [string, number]);
      const what = key === '' ? 'The charge' : `${subject}${number > 0 ? `, slot ${number},` : ''}`;
      const text = `${what} reached its cap of ${price.maximum.amount}`;
      marks.push({ kind: 'cap', at: toRfc3339(from), text, resource: subject || null });
    }
  }
  return marks;
}
