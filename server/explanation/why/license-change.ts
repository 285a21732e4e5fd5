import type { Span } from '../../billing/charge-gathering.ts';
import { microsOf, toRfc3339 } from '../../domain/instant.ts';
import { licenseIn, quantitiesIn } from '../../domain/license-terms.ts';
import type { License } from '../../domain/pricing/price.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';

/** A license within a period: from and until when, counted from the period's start; `null` where it reaches over the bound. */
interface Placed {
  license: License;
  start: number | null;
  end: number | null;
  /** Each from when on, counted from the period's start. */
  quantities: (string | number)[][];
}

/** Licenses of two periods, as far as they bear on a price. */
export interface LicensesCompared {
  before: readonly License[];
  now: readonly License[];
  /** Whether they cover differently. */
  differ: boolean;
}

/** Compares the licenses that name the price, and those that share usage with them, in two periods. */
export function compareLicenses(
  priceKey: string,
  before: { licenses: readonly License[]; period: Span },
  now: { licenses: readonly License[]; period: Span },
): LicensesCompared {
  const [then, today] = [placedIn(before), placedIn(now)];
  const linked = linkedTo(priceKey, [...then, ...today]);
  const own = (placed: readonly Placed[]) => placed.filter(({ license }) => linked.has(license));
  const texts = (placed: readonly Placed[]) => own(placed).map(coverText).sort().join('\n');
  return {
    before: own(then).map(({ license }) => license),
    now: own(today).map(({ license }) => license),
    differ: texts(then) !== texts(today),
  };
}

/**
 * The licenses of one period as they would lie in another: those that overlapped it, with the quantity they had, in the same
 * part of the period. One that ended since goes on.
 */
export function licensesMoved(licenses: readonly License[], from: Span, to: Span): License[] {
  return placedIn({ licenses, period: from }).flatMap(({ license, start, end }) => {
    const begins = to.from + (start ?? 0);
    const ends = end === null ? to.to : Math.min(to.from + end, to.to);
    return begins < ends ? [movedBy(to.from - from.from, license, begins, ends)] : [];
  });
}

/** The license with a term, and its stretches moved by so much, as far as they lie in it. */
function movedBy(moved: number, license: License, begins: number, ends: number): License {
  const term = { ...license, from: toRfc3339(begins), to: toRfc3339(ends) };
  if (license.stretches === undefined) return term;
  const at = (from: string) => Math.max(microsOf(from) + moved, begins);
  const stretches = license.stretches
    .filter((stretch, i, all) => at(stretch.from) < ends && at(all[i + 1]?.from ?? term.to) > begins)
    .map((stretch) => ({ ...stretch, from: toRfc3339(at(stretch.from)) }));
  return { ...term, stretches };
}

/** What differs about licenses, in words: "Dyno units: 13 instead of 10 units". */
export function licenseWords({ before, now }: LicensesCompared): string[] {
  const left = [...before];
  const words = now.flatMap((license): string[] => {
    const at = left.findIndex(({ id }) => id === license.id);
    const index = at >= 0 ? at : left.findIndex(({ product }) => product === license.product);
    const [old] = index < 0 ? [] : left.splice(index, 1);
    const { product, quantity, unit } = license;
    if (old === undefined) return [`${product} is new`];
    if (old.quantity !== quantity || old.unit !== unit) {
      return [`${product}: ${quantity}${old.unit === unit ? '' : ` ${unit}`} instead of ${old.quantity} ${old.unit}`];
    }
    if (canonicalJson(old.weights) !== canonicalJson(license.weights)) return [`${product} counts usage differently`];
    if (old.stretches !== undefined || license.stretches !== undefined) return [`${product} changed in between`];
    return old.from === license.from && old.to === license.to ? [] : [`${product} covers another part of the period`];
  });
  return [...words, ...left.map(({ product }) => `${product} ended`)];
}

function placedIn({ licenses, period }: { licenses: readonly License[]; period: Span }): Placed[] {
  return licenses.flatMap((given) => {
    const license = licenseIn(given, period);
    if (license === null) return [];
    const [from, to] = [microsOf(license.from), microsOf(license.to)];
    const start = from > period.from ? from - period.from : null;
    const end = to < period.to ? to - period.from : null;
    const quantities = quantitiesIn(license, period).map(({ from: at, quantity }) => [at - period.from, `${quantity}`]);
    return [{ license, start, end, quantities }];
  });
}

/** The licenses that name the price, and every one that covers usage those cover too. */
function linkedTo(priceKey: string, placed: readonly Placed[]): ReadonlySet<License> {
  const keys = new Set([priceKey]);
  const linked = new Set<License>();
  for (let before = -1; before < linked.size; ) {
    before = linked.size;
    for (const { license } of placed) {
      const named = Object.keys(license.weights);
      if (!named.some((key) => keys.has(key))) continue;
      linked.add(license);
      for (const key of named) keys.add(key);
    }
  }
  return linked;
}

/** How a license covers: not what it is called, so that one that took another's place is no change. */
function coverText({ license: { unit, measure, weights }, start, end, quantities }: Placed): string {
  return canonicalJson({ quantities, unit, measure, weights, start, end });
}
