import type { VersionChoice } from './acts.ts';

/**
 * What a period comes to, calculated anew from the events and settings alone, in exact fractions, as a person would with
 * pencil and paper. Shares nothing with the engine.
 */

/** A fraction; `d` above zero. */
interface Fraction {
  n: bigint;
  d: bigint;
}

const fraction = (n: bigint | number, d: bigint | number = 1): Fraction => ({ n: BigInt(n), d: BigInt(d) });
const plus = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { n: -b.n, d: b.d });
const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const ZERO = fraction(0);

/** What is used at an instant, in thousandths. */
export interface NaiveEvent {
  /** Microseconds since 1970. */
  at: number;
  source: string;
  id: string;
  meter: 'units' | 'calls';
  app: string;
  thousandths: number;
}

/** What prices usage from an instant on. */
export interface NaiveTerms {
  from: number;
  version: VersionChoice;
  discountPercent: string;
}

export interface NaiveCharge {
  priceKey: 'units' | 'calls' | 'plan';
  lineValues: Record<string, string>;
  thousandths: number;
  /** Rounded half up, ties away from zero, once. */
  hundredths: bigint;
}

export interface NaivePeriod {
  charges: NaiveCharge[];
  /** By meter, in thousandths. */
  unpriced: { units: number; calls: number };
}

/** A stretch of the running quantity that one set of terms charged; falling where more was taken back than was charged. */
interface Layer {
  terms: NaiveTerms;
  from: number;
  to: number;
}

/**
 * @param terms rising, the first from the period's start or before
 * @param isDueWithoutUsage whether what is due without usage is due in this period
 */
export function naivePeriod(
  events: readonly NaiveEvent[],
  terms: readonly NaiveTerms[],
  isDueWithoutUsage: boolean,
): NaivePeriod {
  const unpriced = { units: 0, calls: 0 };
  const layers = new Map<string, { layers: Layer[]; running: number; priceKey: 'units' | 'calls'; app: string }>();
  const inOrder = [...events].sort((a, b) => a.at - b.at || compare(a.source, b.source) || compare(a.id, b.id));
  for (const event of inOrder) {
    const now = terms.findLast(({ from }) => from <= event.at);
    if (now === undefined) throw new Error('no terms are in force');
    if (now.version[event.meter] === null) {
      unpriced[event.meter] += event.thousandths;
      continue;
    }
    const app = event.meter === 'units' ? event.app : '';
    const key = `${event.meter} ${app}`;
    const charge = layers.get(key) ?? { layers: [], running: 0, priceKey: event.meter, app };
    layers.set(key, charge);
    move(charge, now, event.thousandths);
  }
  const charges = [...layers.values()].map(({ layers: own, running, priceKey, app }): NaiveCharge => {
    let sum = ZERO;
    for (const { terms: by, from, to } of own)
      sum = plus(sum, minus(costs(by, priceKey, to), costs(by, priceKey, from)));
    const lineValues: Record<string, string> = priceKey === 'units' ? { app } : {};
    return { priceKey, lineValues, thousandths: running, hundredths: rounded(sum) };
  });
  const planned = isDueWithoutUsage ? terms.findLast(({ version }) => version.plan !== null) : undefined;
  if (planned !== undefined) {
    const due = times(fraction(planned.version.plan ?? 0, 100), kept(planned));
    charges.push({ priceKey: 'plan', lineValues: {}, thousandths: 0, hundredths: rounded(due) });
  }
  // Where nothing at all has a price nothing is told: there is no invoice to tell it on.
  const isPriced = terms.some(
    ({ version: { units, calls, plan } }) => units !== null || calls !== null || plan !== null,
  );
  return { charges, unpriced: isPriced ? unpriced : { units: 0, calls: 0 } };
}

/** What is taken back is taken back at the price it was charged at, last in, first out; what none has charged, at the price in force. */
function move(charge: { layers: Layer[]; running: number }, now: NaiveTerms, by: number): void {
  const to = charge.running + by;
  let at = charge.running;
  charge.running = to;
  while (at > to) {
    const last = charge.layers.at(-1);
    if (last === undefined || last.to < last.from) break;
    charge.layers.pop();
    if (last.from < to) charge.layers.push({ ...last, to });
    at = Math.max(last.from, to);
  }
  if (at !== to) charge.layers.push({ terms: now, from: at, to });
}

/** What a running quantity costs by some terms, after the discount. */
function costs(terms: NaiveTerms, priceKey: 'units' | 'calls', thousandths: number): Fraction {
  const price = terms.version[priceKey];
  if (price === null) throw new Error('charged without a price');
  const free = thousandths <= 0 ? 0 : Math.min(thousandths, price.included * 1_000);
  const rest = fraction(thousandths - free, 1_000);
  const unit = fraction(price.unit, 10_000);
  if (price.model === 'per_unit') return times(times(rest, unit), times(fraction(1, price.per), kept(terms)));
  if (rest.n <= 0n) return ZERO;
  // Two tiers: the first at the whole price, beyond it at half of it and with a flat amount.
  const most = fraction(price.upTo);
  const isBeyond = rest.n > most.n * rest.d;
  const first = times(isBeyond ? most : rest, unit);
  if (!isBeyond) return times(first, kept(terms));
  const second = plus(times(minus(rest, most), times(unit, fraction(1, 2))), fraction(price.flat, 100));
  return times(plus(first, second), kept(terms));
}

function kept({ discountPercent }: NaiveTerms): Fraction {
  const [whole = '', decimals = ''] = discountPercent.split('.');
  const scale = 10n ** BigInt(decimals.length);
  return { n: 100n * scale - BigInt(whole + decimals), d: 100n * scale };
}

function rounded({ n, d }: Fraction): bigint {
  const size = n < 0n ? -n : n;
  const units = (200n * size + d) / (2n * d);
  return n < 0n ? -units : units;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
