import { microsOf } from './instant.ts';
import { parseAmount } from './money.ts';
import type { License, LicenseStretch } from './pricing/price.ts';
import { canonicalJson } from './text/canonical-json.ts';
import { rulingsOf, type Writing } from './timeline.ts';

/** Half-open, in microseconds since 1970. */
interface Span {
  from: number;
  to: number;
}

/** A quantity of a license, and when it held. */
export interface QuantityInForce extends Span {
  /** In 10⁻¹² of the license's unit. */
  quantity: bigint;
}

/**
 * What one license says when, after all its versions: each as far as it rules of its own term, rising. One that rules none
 * of it is left out.
 */
export function licenseInTime(writings: readonly Writing<License>[]): License[] {
  return rulingsOf(writings).flatMap(({ from, to, value }) => {
    const begins = Math.max(from, microsOf(value.from));
    const ends = Math.min(to, microsOf(value.to));
    return begins < ends ? [{ ...value, from: textOf(begins), to: textOf(ends) }] : [];
  });
}

/**
 * Licenses as pools are made of them: what one license says from one instant to the next becomes one, as long as it counts
 * the same in the same way. Where it begins to count otherwise, another one begins.
 * @param said those of one license one after another, rising
 */
export function licensesOf(said: readonly License[]): License[] {
  const licenses: License[] = [];
  for (const license of said) {
    const before = licenses.at(-1);
    if (before === undefined || !goesOn(before, license)) licenses.push(license);
    else {
      const stretches = [...stretchesOf(before), ...stretchesOf(license)];
      licenses[licenses.length - 1] = { ...license, from: before.from, stretches };
    }
  }
  return licenses;
}

/** What a license says one after another in its term; never empty. */
function stretchesOf({ stretches, from, version, product, quantity }: License): readonly LicenseStretch[] {
  return stretches ?? [{ from, version, product, quantity }];
}

/** What a license was made of: each version of it, with the part of the term in which it rules. */
export function versionsOf(license: License): License[] {
  const { stretches: _, ...last } = license;
  const all = stretchesOf(license);
  return all.map((stretch, i) => ({ ...last, ...stretch, to: all[i + 1]?.from ?? license.to }));
}

/** The license as it stands at the end of a period; `null` where nothing of its term lies in it. */
export function licenseIn(license: License, period: Span): License | null {
  const { from, to, stretches } = license;
  if (microsOf(from) >= period.to || microsOf(to) <= period.from) return null;
  if (stretches === undefined) return license;
  const begun = stretches.filter((stretch) => microsOf(stretch.from) < period.to);
  const { version, product, quantity } = begun.at(-1) as LicenseStretch;
  return { ...license, version, product, quantity, stretches: begun };
}

/** The quantities of a license in a part of its term, rising; neighbours differ. */
export function quantitiesIn(license: License, { from, to }: Span): QuantityInForce[] {
  const inForce: QuantityInForce[] = [];
  const stretches = stretchesOf(license);
  for (const [i, stretch] of stretches.entries()) {
    const next = stretches[i + 1];
    const span = {
      from: Math.max(from, microsOf(stretch.from)),
      to: Math.min(to, next === undefined ? microsOf(license.to) : microsOf(next.from)),
    };
    if (span.from >= span.to) continue;
    const quantity = parseAmount(stretch.quantity);
    const last = inForce.at(-1);
    if (last?.quantity === quantity) last.to = span.to;
    else inForce.push({ ...span, quantity });
  }
  return inForce;
}

/** Whether a pool of a period is this license's: where it begins to count otherwise, the same id has another one. */
export function isPoolOf(license: License, pool: { licenseId: string; from: number }, period: Span): boolean {
  const begins = Math.max(microsOf(license.from), period.from);
  return license.id === pool.licenseId && begins === pool.from && microsOf(license.to) > period.from;
}

/** Where the license begins, ends, or, of so many at a time, is another number: usage is counted apart there. */
export function instantsOf(license: License): number[] {
  const term = { from: microsOf(license.from), to: microsOf(license.to) };
  if (license.measure !== 'max') return [term.from, term.to];
  return [...quantitiesIn(license, term).map(({ from }) => from), term.to];
}

function goesOn(before: License, license: License): boolean {
  const terms = ({ id, unit, measure, weights }: License) => canonicalJson({ id, unit, measure, weights });
  return microsOf(before.to) === microsOf(license.from) && terms(before) === terms(license);
}

function textOf(at: number): string {
  return new Date(at / 1000).toISOString();
}
