import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { License, Price } from '../pricing/price.ts';
import { AccountRater } from './account-rater.ts';
import type { Contribution } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { RatingInput } from './rating.types.ts';

/**
 * The same charges, computed another way: event by event from the list of all events, with exact fractions, and what is
 * taken back as a pile of lots. A "month" here has eight days of four hours; the engine does not know.
 */
const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 4 * HOUR;
const FROM = Date.UTC(2026, 2, 1) * 1000;
const PERIOD = { from: FROM, to: FROM + 8 * DAY };
const DAYS = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((day) => FROM + day * DAY);
const RUNS = 1_500;

class Fraction {
  constructor(
    readonly n: bigint,
    readonly d: bigint = 1n,
  ) {}
  static of(text: string): Fraction {
    const [whole = '0', rest = ''] = text.replace('-', '').split('.');
    const n = BigInt(whole + rest);
    return new Fraction(text.startsWith('-') ? -n : n, 10n ** BigInt(rest.length));
  }
  plus(other: Fraction): Fraction {
    return new Fraction(this.n * other.d + other.n * this.d, this.d * other.d);
  }
  minus(other: Fraction): Fraction {
    return this.plus(new Fraction(-other.n, other.d));
  }
  times(other: Fraction): Fraction {
    return new Fraction(this.n * other.n, this.d * other.d);
  }
  over(other: Fraction): Fraction {
    return new Fraction(this.n * other.d, this.d * other.n);
  }
  isBelow(other: Fraction): boolean {
    return this.n * other.d < other.n * this.d;
  }
  /** Half up, away from zero; in units of 10^-decimals. */
  rounded(decimals: number): bigint {
    const size = (this.n < 0n ? -this.n : this.n) * 10n ** BigInt(decimals);
    const units = (2n * size + this.d) / (2n * this.d);
    return this.n < 0n ? -units : units;
  }
}
const ZERO = new Fraction(0n);
const ONE = new Fraction(1n);
const least = (a: Fraction, b: Fraction) => (a.isBelow(b) ? a : b);
const most = (a: Fraction, b: Fraction) => (a.isBelow(b) ? b : a);
const inUnits = (text: string, decimals: number) => Fraction.of(text).rounded(decimals);

interface Tell {
  at: number;
  value: string;
}
type Aggregation = 'sum' | 'max' | 'latest' | 'unique';
interface Terms {
  /** Hour of the month. */
  hour: number;
  price: Price | null;
  discountPercent: string;
}
interface Month {
  aggregation: Aggregation;
  terms: Terms[];
  told: Tell[];
  /** Units a license covers of the month, or none. */
  licensed: string | null;
}

/** What a running quantity costs under some terms. */
function costOf({ price, discountPercent }: Terms, running: Fraction, used: boolean): Fraction {
  if (price === null) throw new Error('no price');
  const free = least(most(running, ZERO), Fraction.of(price.included ?? '0'));
  const due = used || price.flatAtZero === true;
  let cost = modelCost(price, running.minus(free), due);
  if (price.maximum !== undefined) cost = least(cost, Fraction.of(price.maximum.amount));
  if (price.minimum !== undefined && due) cost = most(cost, Fraction.of(price.minimum));
  return cost.times(Fraction.of('100').minus(Fraction.of(discountPercent))).over(Fraction.of('100'));
}

function modelCost(price: Price, q: Fraction, due: boolean): Fraction {
  const isAny = ZERO.isBelow(q);
  switch (price.model) {
    case 'per_unit':
      return q.times(Fraction.of(price.unitAmount)).over(Fraction.of(price.per ?? '1'));
    case 'percentage':
      return q.times(Fraction.of(price.percent)).over(Fraction.of('100'));
    case 'flat':
      return due ? Fraction.of(price.amount) : ZERO;
    case 'package': {
      let packages = ZERO;
      while (packages.times(Fraction.of(price.size)).isBelow(q)) packages = packages.plus(ONE);
      return packages.times(Fraction.of(price.amount));
    }
    case 'graduated':
    case 'volume': {
      if (!isAny) return price.flatAtZero === true ? Fraction.of(price.tiers[0]?.flatAmount ?? '0') : ZERO;
      let cost = ZERO;
      let below = ZERO;
      for (const { upTo, unitAmount, flatAmount = '0' } of price.tiers) {
        const end = upTo === null ? q : least(q, Fraction.of(upTo));
        const isLast = upTo === null || !Fraction.of(upTo).isBelow(q);
        const own = (quantity: Fraction) => quantity.times(Fraction.of(unitAmount)).plus(Fraction.of(flatAmount));
        if (price.model === 'volume' && isLast) return own(q);
        if (price.model === 'graduated') cost = cost.plus(own(end.minus(below)));
        if (isLast) return cost;
        below = end;
      }
      return cost;
    }
    default:
      throw new Error(price.model);
  }
}

const termsAt = (terms: readonly Terms[], at: number) =>
  terms.findLast(({ hour }) => FROM + hour * HOUR <= at) as Terms;

/** What each event changes the running quantity by, of those under some price. */
function changesOf({ aggregation, told, terms }: Month): { at: number; by: Fraction }[] {
  const priced = told.filter(({ at }) => termsAt(terms, at).price !== null);
  return priced.map(({ at, value }, i) => {
    const before = priced.slice(0, i).map((tell) => tell.value);
    const own = Fraction.of(aggregation === 'unique' ? '0' : value);
    if (aggregation === 'sum') return { at, by: own };
    if (aggregation === 'unique') return { at, by: before.includes(value) ? ZERO : ONE };
    const last = before.at(-1);
    if (aggregation === 'latest') return { at, by: last === undefined ? own : own.minus(Fraction.of(last)) };
    const highest = before.map(Fraction.of).reduce((a, b) => most(a, b), Fraction.of(before[0] ?? '0'));
    return { at, by: last === undefined ? own : most(own, highest).minus(highest) };
  });
}

/** What a license of so much leaves of each change: it covers what stays in the end, the first first. */
function afterLicense(changes: readonly { at: number; by: Fraction }[], licensed: string) {
  const stays = changes.map(() => ZERO);
  let owed = ZERO;
  for (const [i, { by }] of changes.entries()) {
    const own = by.minus(owed);
    owed = ZERO;
    if (!own.isBelow(ZERO)) stays[i] = own;
    else {
      let back = ZERO.minus(own);
      for (let j = i - 1; j >= 0 && ZERO.isBelow(back); j--) {
        const taken = least(stays[j] as Fraction, back);
        stays[j] = (stays[j] as Fraction).minus(taken);
        back = back.minus(taken);
      }
      owed = back;
    }
  }
  let pool = Fraction.of(licensed);
  return changes.map(({ at, by }, i) => {
    const covered = least(stays[i] as Fraction, pool);
    pool = pool.minus(covered);
    return { at, by: by.minus(covered) };
  });
}

/** What the charge comes to after some changes, by terms. */
function chargedBy({ terms, aggregation }: Month, changes: readonly { at: number; by: Fraction }[]): Fraction[] {
  const amounts = terms.map(() => ZERO);
  const add = (of: Terms, amount: Fraction) => {
    amounts[terms.indexOf(of)] = (amounts[terms.indexOf(of)] as Fraction).plus(amount);
  };
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) {
    const ruling = terms.findLast(({ price }) => price !== null) as Terms;
    add(ruling, costOf(ruling, ZERO, false));
    return amounts;
  }
  if (aggregation === 'latest') {
    const ruling = termsAt(terms, last.at);
    const running = changes.reduce((sum, { by }) => sum.plus(by), ZERO);
    add(ruling, costOf(ruling, running, true));
    return amounts;
  }
  add(termsAt(terms, first.at), costOf(termsAt(terms, first.at), ZERO, true));
  let floor = ZERO;
  const lots: { of: Terms; size: Fraction }[] = [];
  for (const { at, by } of changes) {
    if (!by.isBelow(ZERO)) {
      lots.push({ of: termsAt(terms, at), size: by });
      continue;
    }
    let back = ZERO.minus(by);
    for (let lot = lots.at(-1); lot !== undefined && ZERO.isBelow(back); lot = lots.at(-1)) {
      const taken = least(lot.size, back);
      lot.size = lot.size.minus(taken);
      back = back.minus(taken);
      if (!ZERO.isBelow(lot.size)) lots.pop();
    }
    const ruling = termsAt(terms, at);
    add(ruling, costOf(ruling, floor.minus(back), true).minus(costOf(ruling, floor, true)));
    floor = floor.minus(back);
  }
  let running = floor;
  for (const { of, size } of lots) {
    add(of, costOf(of, running.plus(size), true).minus(costOf(of, running, true)));
    running = running.plus(size);
  }
  return amounts;
}

const total = (amounts: readonly Fraction[]) => amounts.reduce((sum, amount) => sum.plus(amount), ZERO);

type Reading = 'events' | 'hours' | 'days' | 'mixed';

/** The events' changes as they are read: each, or in windows that are cut where terms begin. */
function contributionsOf(month: Month, reading: Reading): Contribution[] {
  const changes = changesOf(month);
  const named = { slot: '', source: 's', subject: '', dimensions: {} };
  const replaces = month.aggregation === 'latest' ? { replaces: true as const } : {};
  const starts = month.terms.map(({ hour }) => FROM + hour * HOUR);
  const contributions = new Map<string, Contribution>();
  changes.forEach(({ at, by }, i) => {
    const quantity = by.rounded(18);
    const day = Math.floor((at - FROM) / DAY);
    const size = reading === 'days' ? DAY : HOUR;
    if (reading === 'events' || (reading === 'mixed' && day % 2 === 0)) {
      const id = String(i).padStart(4, '0');
      contributions.set(id, { kind: 'event', from: at, to: at, quantity, events: 1, id, ...named, ...replaces });
      return;
    }
    const window = FROM + Math.floor((at - FROM) / size) * size;
    const from = Math.max(window, ...starts.filter((start) => start <= at));
    const to = Math.min(window + size, ...starts.filter((start) => start > at));
    const before = contributions.get(`w${from}`);
    contributions.set(`w${from}`, {
      ...{ kind: 'bucket', from, to, id: 'w', ...named, ...replaces },
      ...{ quantity: quantity + (before?.quantity ?? 0n), events: 1 + (before?.events ?? 0) },
    });
  });
  return [...contributions.values()];
}

function inputOf({ terms, licensed }: Month, contributions: readonly Contribution[]): RatingInput {
  const rfc = (micros: number) => new Date(micros / 1000).toISOString();
  const license: License = {
    ...{ id: 'l', version: 1, product: 'l', quantity: licensed ?? '0', unit: 'units', measure: 'sum' },
    ...{ weights: { p: '1' }, from: rfc(PERIOD.from), to: rfc(PERIOD.to) },
  };
  return {
    ...{ period: PERIOD, days: DAYS, currency: 'USD', minorUnit: 2, byDay: true },
    licenses: licensed === null ? [] : [license],
    versions: terms.map(({ hour, price, discountPercent }, i) => {
      const prices = new Map(price === null ? [] : [['p', price] as const]);
      return { from: FROM + hour * HOUR, version: i, prices, discountPercent };
    }),
    charges: [{ priceKey: 'p', lineValues: {}, contributions }],
  };
}

const cents = (max: number, min = 0) =>
  fc
    .integer({ min: min * 100, max: max * 100 })
    .map((n) => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`);
const fine = fc.integer({ min: 1, max: 999_999 }).map((n) => `0.${String(n).padStart(12, '0')}`);
const amount = fc.oneof(cents(5), fine);
const models = fc.oneof(
  fc.record({ model: fc.constant('per_unit'), unitAmount: amount }),
  fc.record({ model: fc.constant('per_unit'), unitAmount: amount, per: fc.constantFrom('3', '7', '0.9') }),
  fc.record({ model: fc.constant('package'), amount, size: cents(6, 1) }),
  fc.record({ model: fc.constant('flat'), amount }),
  fc.record({ model: fc.constant('percentage'), percent: amount }),
  fc
    .tuple(fc.constantFrom('graduated', 'volume'), fc.array(fc.tuple(amount, amount), { minLength: 3, maxLength: 3 }))
    .map(([model, tiers]) => ({
      model,
      tiers: tiers.map(([unitAmount, flatAmount], i) => ({ upTo: ['6', '15', null][i], unitAmount, flatAmount })),
    })),
);
const limits = fc.record(
  {
    included: cents(12),
    minimum: cents(4),
    maximum: cents(40, 4).map((most) => ({ amount: most, scope: 'line' })),
    flatAtZero: fc.boolean(),
  },
  { requiredKeys: [] },
);
const terms = fc
  .tuple(models, limits, fc.constantFrom('0', '0', '12.5', '33.333333'))
  .map(([model, limit, discountPercent]) => {
    const price = { key: 'p', meter: 'm', description: 'p', ...model, ...limit } as unknown as Price;
    return { price, discountPercent };
  });
const allTerms = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 31 }), terms, fc.integer({ min: 0, max: 9 })), {
    ...{ selector: ([hour]) => hour, minLength: 1, maxLength: 3 },
  })
  .map((all) => {
    const rising = [...all].sort(([a], [b]) => a - b);
    return rising.map(([hour, own, gap], i): Terms => {
      // Often only the price or only the discount is another one; sometimes there is no price for a time.
      const before = rising[i - 1]?.[1];
      const changed = before === undefined || gap > 5 ? own : gap > 3 ? { ...own, price: before.price } : own;
      return { hour: i === 0 ? 0 : hour, ...changed, price: gap === 0 && rising.length > 1 ? null : changed.price };
    });
  })
  .filter((all) => all.some(({ price }) => price !== null));
const told = (aggregation: Aggregation) =>
  fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: 32 * 60 - 1 }).map((minute) => FROM + minute * MINUTE),
        value:
          aggregation === 'unique'
            ? fc.constantFrom('a', 'b', 'c', 'd', 'e')
            : fc.tuple(cents(9), fc.integer({ min: 0, max: 2 })).map(([n, turn]) => (turn === 0 ? `-${n}` : n)),
      }),
      { selector: ({ at }) => at, maxLength: 9 },
    )
    .map((all) => all.sort((a, b) => a.at - b.at));
const monthOf = (aggregation: Aggregation): fc.Arbitrary<Month> =>
  fc.record({
    aggregation: fc.constant(aggregation),
    terms: allTerms,
    told: told(aggregation),
    licensed: aggregation === 'latest' ? fc.constant(null) : fc.option(cents(20), { freq: 3 }),
  });

/** Windows stand in for events where it is proven: see what the usage of an account is read by. */
function readingsOf({ aggregation, terms: all, told: events, licensed }: Month): Reading[] {
  const hasReturns = aggregation === 'sum' && events.some(({ value }) => value.startsWith('-'));
  const needsEvents = licensed !== null || (hasReturns && all.length > 1);
  return needsEvents ? ['events'] : ['events', 'hours', 'days', 'mixed'];
}

describe('a charge, against going through its events one by one', () => {
  it.each<Aggregation>(['sum', 'max', 'latest', 'unique'])('of a %s', (aggregation) => {
    fc.assert(
      fc.property(monthOf(aggregation), (month) => {
        const changes = month.licensed === null ? changesOf(month) : afterLicense(changesOf(month), month.licensed);
        const byTerms = chargedBy(month, changes);
        const charged = total(byTerms);
        for (const reading of readingsOf(month)) {
          const input = inputOf(month, contributionsOf(month, reading));
          const [line] = rateAccount(input).charges;
          if (line === undefined) throw new Error('no charge');
          const near = (text: string, expected: Fraction, what: string) => {
            const off = inUnits(text, 12) - expected.rounded(12);
            expect(off <= 8n && off >= -8n, `${reading}: ${what} ${text}, by hand ${expected.rounded(12)}`).toBe(true);
          };
          // To the last cent, from the exact fraction.
          expect(inUnits(line.amount, 2), `${reading}, rounded`).toBe(charged.rounded(2));
          near(line.amountExact, charged, 'exact');
          for (const [i, { amountExact }] of line.bySegment.entries()) {
            near(amountExact, byTerms[i] as Fraction, `segment ${i}`);
          }
          const until = (end: number) => changes.filter(({ at }) => at < end);
          let before = Fraction.of(line.base);
          for (const [i, day] of line.days.entries()) {
            const own = until(DAYS[i + 1] as number);
            const now = own.length === 0 ? Fraction.of(line.base) : total(chargedBy(month, own));
            near(day, now.minus(before), `day ${i}`);
            before = now;
          }
          const parts = [line.base, ...line.days].map((text) => inUnits(text, 12));
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(inUnits(line.amountExact, 12));
          const soFar = new AccountRater(input);
          soFar.rate(input.charges);
          expect(soFar.amounts()).toEqual([line.amount]);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
