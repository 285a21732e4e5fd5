import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { License, Price } from '../pricing/price.ts';
import type { Contribution } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatingInput } from './rating.types.ts';

/**
 * The same months, computed another way: second by second and slot by slot, token by token, with decimals instead of whole
 * numbers and without running price functions, claims or cuts. A "month" here has 40 minutes; the engine does not know.
 */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN });
const SECONDS = 2_400;
const SECOND = 1_000_000;
const START = Date.UTC(2026, 2, 1) * 1000;
const PERIOD = { from: START, to: START + SECONDS * SECOND };
const DAYS = [0, 600, 1_200, 1_800, 2_400].map((second) => START + second * SECOND);
const rfc = (second: number) => new Date(START / 1000 + second * 1000).toISOString();

/** Equal but for the last of 12 decimals, once for each version that rounds its own difference. */
function expectNearly(actual: string, expected: Decimal, versions: number): void {
  const off = new Exact(actual).minus(expected).abs();
  expect(off.lte(new Exact('0.000000000001').times(versions)), `${actual}, by hand ${expected.toFixed()}`).toBe(true);
}

describe('dynos: formations that scale and resize, slot caps, a price change, units that run out', () => {
  const SIZES = { small: '0.28', large: '16' } as const;
  type Size = keyof typeof SIZES;
  interface Change {
    at: number;
    slots: number;
    size: Size;
  }
  interface Month {
    /** By app, rising in time. */
    apps: Change[][];
    /** Monthly price and cap of each size, before and after the change. */
    prices: [Record<Size, string>, Record<Size, string>];
    changeAt: number;
    units: string;
    term: [number, number];
    discount: string;
  }
  const cents = fc.integer({ min: 1, max: 90_000 }).map((n) => new Exact(n).div(100).toFixed(2));
  const prices = fc.record({ small: cents, large: cents });
  const change = fc.record({
    at: fc.integer({ min: 0, max: SECONDS - 1 }),
    slots: fc.integer({ min: 0, max: 3 }),
    size: fc.constantFrom<Size>('small', 'large'),
  });
  const month: fc.Arbitrary<Month> = fc.record({
    apps: fc.array(
      fc
        .uniqueArray(change, { selector: ({ at }) => at, minLength: 1, maxLength: 6 })
        .map((changes) => changes.sort((a, b) => a.at - b.at)),
      { minLength: 1, maxLength: 3 },
    ),
    prices: fc.tuple(prices, prices),
    changeAt: fc.integer({ min: 1, max: SECONDS - 1 }),
    units: fc.integer({ min: 0, max: 4_000 }).map((n) => new Exact(n).div(100).toFixed(2)),
    term: fc.tuple(fc.integer({ min: -50, max: 1_000 }), fc.integer({ min: 1_001, max: SECONDS + 50 })),
    discount: fc.constantFrom('0', '12.5'),
  });
  /** So many seconds cost a monthly price: fewer than a period has, so that caps are reached. */
  const PER_SECONDS = 2_000;

  /** What runs in a slot of an app at a second, if anything does. */
  const runs = (changes: readonly Change[], slot: number, second: number): Size | null => {
    const level = changes.findLast(({ at }) => at <= second);
    return level !== undefined && level.slots >= slot ? level.size : null;
  };

  /** By app and size, the amount; seconds are covered while the pool lasts, the last one in part. */
  function byHand({ apps, prices: [first, second], changeAt, units, term, discount }: Month): Map<string, Decimal> {
    const covered = Math.min(term[1], SECONDS) - Math.max(term[0], 0);
    let pool = new Exact(units).times(covered);
    let ranOut = false;
    const charged = new Map<string, { before: Decimal; after: Decimal }>();
    const slots = apps.flatMap((changes, app) => [1, 2, 3].map((slot) => ({ changes, app, slot })));
    for (let at = 0; at < SECONDS; at++) {
      const running = slots.flatMap(({ changes, app, slot }) => {
        const size = runs(changes, slot, at);
        return size === null ? [] : [{ size, key: `${app} ${size} ${slot}` }];
      });
      const demand = Exact.sum(0, ...running.map(({ size }) => SIZES[size]));
      let free = new Exact(0);
      if (at >= term[0] && at < term[1] && !ranOut && demand.gt(0)) {
        ranOut = demand.gt(pool);
        // Cut at the microsecond.
        free = ranOut ? pool.times(SECOND).div(demand).floor().div(SECOND) : new Exact(1);
        pool = pool.minus(free.times(demand));
      }
      for (const { key } of running) {
        const sums = charged.get(key) ?? { before: new Exact(0), after: new Exact(0) };
        const when = at < changeAt ? 'before' : 'after';
        charged.set(key, { ...sums, [when]: sums[when].plus(1).minus(free) });
      }
    }
    const amounts = new Map<string, Decimal>();
    for (const [key, { before, after }] of charged) {
      const [app, size] = key.split(' ') as [string, Size, string];
      const capped = (price: string, seconds: Decimal) =>
        Exact.min(price, new Exact(price).times(seconds).div(PER_SECONDS));
      const amount = capped(first[size], before)
        .plus(capped(second[size], before.plus(after)))
        .minus(capped(second[size], before));
      const left = amount.times(new Exact(100).minus(discount)).div(100);
      amounts.set(`${app} ${size}`, (amounts.get(`${app} ${size}`) ?? new Exact(0)).plus(left));
    }
    return amounts;
  }

  /** The intervals a roller would make: one for each stretch of one size in one slot. */
  function intervals(changes: readonly Change[], app: number, wanted: Size): Contribution[] {
    const found: Contribution[] = [];
    for (const slot of [1, 2, 3]) {
      changes.forEach((each, i) => {
        const end = changes[i + 1]?.at ?? SECONDS;
        const before = changes[i - 1];
        if (each.slots < slot || each.size !== wanted) return;
        const last = found.at(-1);
        const goesOn = before !== undefined && before.size === each.size && before.slots >= slot;
        const from = goesOn && last !== undefined ? last.from : START + each.at * SECOND;
        if (goesOn) found.pop();
        const to = START + end * SECOND;
        const quantity = 10n ** 12n * BigInt(to - from);
        const id = goesOn && last !== undefined ? last.id : `${app}-${each.at}`;
        found.push({
          kind: 'interval',
          from,
          to,
          quantity,
          slot: `${slot}`,
          events: 1,
          source: 's',
          id,
          subject: '',
          dimensions: {},
        });
      });
    }
    return found;
  }

  function inputOf({ apps, prices, changeAt, units, term, discount }: Month): RatingInput {
    const keys = Object.keys(SIZES) as Size[];
    const version = (version: number, from: number, of: Record<Size, string>) => ({
      ...{ version, from, discountPercent: discount },
      prices: new Map(
        keys.map((key): [string, Price] => [
          key,
          {
            key,
            meter: 'dyno',
            description: key,
            model: 'per_time',
            amount: of[key],
            perSeconds: String(PER_SECONDS),
            maximum: { amount: of[key], scope: 'slot' },
          },
        ]),
      ),
    });
    const license: License = {
      ...{ id: 'units', version: 1, product: 'dyno units', quantity: units, unit: 'units', measure: 'unit_months' },
      ...{ weights: SIZES, from: rfc(term[0]), to: rfc(term[1]) },
    };
    return {
      period: PERIOD,
      days: DAYS,
      versions: [version(1, START, prices[0]), version(2, START + changeAt * SECOND, prices[1])],
      currency: 'USD',
      minorUnit: 2,
      licenses: [license],
      charges: apps.flatMap((changes, app) =>
        keys.map((priceKey): ChargeUsage => {
          return { priceKey, lineValues: { app: String(app) }, contributions: intervals(changes, app, priceKey) };
        }),
      ),
    };
  }

  it('agrees second by second', () => {
    fc.assert(
      fc.property(month, (given) => {
        const expected = byHand(given);
        const rating = rateAccount({ ...inputOf(given), byDay: true });
        for (const { lineValues, priceKey, amountExact } of rating.charges) {
          expectNearly(amountExact, expected.get(`${lineValues.app} ${priceKey}`) ?? new Exact(0), 2);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('tokens: an allowance, a license by the token, tiers, packages, a price change', () => {
  interface Month {
    model: 'graduated' | 'volume' | 'package' | 'per_unit';
    /** Bounds and amounts of three tiers, or the first of them as size and price; before and after the change. */
    bounds: [number, number];
    amounts: [string[], string[]];
    flats: string[];
    events: { at: number; tokens: number }[];
    changeAt: number;
    included: number;
    licensed: number;
    cap: number | null;
    minimum: number | null;
  }
  const text = fc.integer({ min: 0, max: 5_000 }).map((n) => new Exact(n).div(1000).toFixed());
  const three = fc.array(text, { minLength: 3, maxLength: 3 });
  const month: fc.Arbitrary<Month> = fc.record({
    model: fc.constantFrom('graduated', 'volume', 'package', 'per_unit'),
    bounds: fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 31, max: 90 })),
    amounts: fc.tuple(three, three),
    flats: three,
    events: fc.uniqueArray(
      fc.record({ at: fc.integer({ min: 0, max: SECONDS - 1 }), tokens: fc.integer({ min: 0, max: 25 }) }),
      { selector: ({ at }) => at, maxLength: 12 },
    ),
    changeAt: fc.integer({ min: 1, max: SECONDS - 1 }),
    included: fc.integer({ min: 0, max: 30 }),
    licensed: fc.integer({ min: 0, max: 30 }),
    cap: fc.option(fc.integer({ min: 20, max: 90 })),
    minimum: fc.option(fc.integer({ min: 1, max: 19 })),
  });

  /** What so many charged tokens cost, token by token. */
  function costOf({ model, bounds, flats, cap, minimum }: Month, amounts: readonly string[], tokens: number): Decimal {
    const tierOf = (token: number) => (token <= bounds[0] ? 0 : token <= bounds[1] ? 1 : 2);
    let cost = new Exact(0);
    for (let token = 1; token <= tokens; token++) {
      const tier = tierOf(token);
      if (model === 'per_unit') cost = cost.plus(amounts[0] as string);
      if (model === 'package' && (token - 1) % bounds[0] === 0) cost = cost.plus(amounts[0] as string);
      if (model === 'volume') cost = new Exact(amounts[tier] as string).times(token).plus(flats[tier] as string);
      if (model === 'graduated') {
        cost = cost.plus(amounts[tier] as string);
        if (token === 1 || tier !== tierOf(token - 1)) cost = cost.plus(flats[tier] as string);
      }
    }
    return Exact.max(minimum ?? 0, Exact.min(cap ?? Number.POSITIVE_INFINITY, cost));
  }

  function byHand(given: Month): Decimal {
    const { amounts, changeAt, included, licensed } = given;
    const events = [...given.events].sort((a, b) => a.at - b.at);
    let license = licensed;
    let allowance = included;
    let [early, late] = [0, 0];
    for (const { at, tokens } of events) {
      for (let token = 0; token < tokens; token++) {
        if (license > 0) license--;
        else if (allowance > 0) allowance--;
        else if (at < changeAt) early++;
        else late++;
      }
    }
    const [before, after] = amounts;
    if (events.length === 0) return new Exact(0);
    if (!events.some(({ at }) => at < changeAt)) return costOf(given, after, late);
    // Nobody's usage, nobody's difference: without late events the second price is never asked.
    const difference = events.some(({ at }) => at >= changeAt)
      ? costOf(given, after, early + late).minus(costOf(given, after, early))
      : new Exact(0);
    return costOf(given, before, early).plus(difference);
  }

  function priceOf({ model, bounds, flats, included, cap, minimum }: Month, amounts: readonly string[]): Price {
    const common = {
      ...{ key: 'tokens', meter: 'tokens', description: 'Tokens', included: String(included) },
      ...(cap === null ? {} : { maximum: { amount: String(cap), scope: 'line' as const } }),
      ...(minimum === null ? {} : { minimum: String(minimum) }),
    };
    const [first] = amounts as [string];
    if (model === 'per_unit') return { ...common, model, unitAmount: first };
    if (model === 'package') return { ...common, model, amount: first, size: String(bounds[0]) };
    const tiers = [...bounds.map(String), null].map((upTo, i) => {
      return { upTo, unitAmount: amounts[i] as string, flatAmount: flats[i] as string };
    });
    return { ...common, model, tiers };
  }

  it('agrees token by token', () => {
    fc.assert(
      fc.property(month, (given) => {
        const contributions = given.events.map(({ at, tokens }, i): Contribution => {
          const micros = START + at * SECOND;
          const quantity = BigInt(tokens) * 10n ** 18n;
          const named = { slot: '', events: 1, source: 's', id: String(i), subject: '', dimensions: {} };
          return { kind: 'event', from: micros, to: micros, quantity, ...named };
        });
        const license: License = {
          ...{ id: 'prepaid', version: 1, product: 'tokens', quantity: String(given.licensed), unit: 'tokens' },
          ...{ measure: 'sum', weights: { tokens: '1' }, from: rfc(0), to: rfc(SECONDS) },
        };
        const version = (version: number, at: number, amounts: readonly string[]) => {
          const prices = new Map([['tokens', priceOf(given, amounts)]]);
          return { version, from: START + at * SECOND, prices, discountPercent: '0' };
        };
        const { charges } = rateAccount({
          period: PERIOD,
          days: DAYS,
          versions: [version(1, 0, given.amounts[0]), version(2, given.changeAt, given.amounts[1])],
          currency: 'USD',
          minorUnit: 2,
          licenses: [license],
          charges: [{ priceKey: 'tokens', lineValues: {}, contributions }],
        });
        // All of these prices have few decimals: nothing is rounded before the line.
        expect(new Exact(charges[0]?.amountExact ?? 'nothing').toFixed()).toBe(byHand(given).toFixed());
        expect(charges[0]?.amount).toBe(byHand(given).toFixed(2, Decimal.ROUND_HALF_UP));
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees event by event for a percentage', () => {
    const event = fc.record({
      cents: fc.integer({ min: -5_000, max: 500_000 }),
      at: fc.integer({ min: 0, max: SECONDS - 1 }),
    });
    const price = fc.record({ percent: text, fixed: text, least: text, most: text });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), price, (events, { percent, fixed, least, most }) => {
        const perEventMax = new Exact(least).plus(most).toFixed();
        let expected = new Exact(0);
        for (const { cents } of events) {
          const share = new Exact(cents).div(100).times(percent).div(100);
          const charged = Exact.max(least, Exact.min(perEventMax, share.plus(fixed)));
          expected = expected.plus(cents <= 0 ? share : charged);
        }
        const named = { slot: '', events: 1, source: 's', subject: '', dimensions: {} };
        const { charges } = rateAccount({
          ...{ period: PERIOD, days: DAYS, currency: 'USD', minorUnit: 2, licenses: [] },
          versions: [
            {
              ...{ version: 1, from: START, discountPercent: '0' },
              prices: new Map<string, Price>([
                [
                  'p',
                  {
                    ...{ key: 'p', meter: 'm', description: 'p', model: 'percentage' },
                    ...{ percent, fixedAmount: fixed, perEventMin: least, perEventMax },
                  } as Price,
                ],
              ]),
            },
          ],
          charges: [
            {
              priceKey: 'p',
              lineValues: {},
              contributions: events.map(({ cents, at }, i) => {
                const micros = START + at * SECOND;
                return {
                  kind: 'event',
                  from: micros,
                  to: micros,
                  quantity: BigInt(cents) * 10n ** 16n,
                  id: String(i),
                  ...named,
                };
              }),
            },
          ],
        });
        expect(new Exact(charges[0]?.amountExact ?? 'nothing').toFixed()).toBe(expected.toFixed());
      }),
      { numRuns: 1_000 },
    );
  });
});
