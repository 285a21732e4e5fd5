import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amount, parseAmount, parseQuantity } from '../../../domain/money.ts';
import type { Price } from '../../../domain/pricing/price.ts';
import { AccountRater } from '../../../domain/rating/account-rater.ts';
import { rateAccount } from '../../../domain/rating/rate-account.ts';
import type { RatedCharge, RatingInput } from '../../../domain/rating/rating.types.ts';
import { MARCH, MARCH_DAYS, MODELS, monthCase } from '../../../domain/rating/testing/rating-cases.ts';
import { type Driver, driversBetween } from './drivers.ts';
import { PeriodTerms } from './terms/period-terms.ts';
import { amountOfSpan, middleOf, together } from './terms/span-terms.ts';

const RUNS = 150;
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const amountOf = (drivers: readonly Driver[]) => sum(drivers.map(({ amount }) => amount));

/** A month taken apart, as it is read for differences. */
function termsOf(input: RatingInput): { terms: PeriodTerms; exact: Amount } {
  const terms = new PeriodTerms(MARCH_DAYS, input.versions);
  const rater = new AccountRater({
    ...{ ...input, byDay: true, byStage: true },
    onPart: (charge, part) => terms.add(charge, part),
  });
  rater.rate(input.charges);
  const { charges } = rater.result();
  terms.done(charges, '2026-03', MARCH.to);
  return { terms, exact: sum(charges.map(({ amountExact }) => parseAmount(amountExact))) };
}

const days = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 31 })).map(([a, b]) => {
  const [first, end] = a < b ? [a, b] : [b - 1, a + 1];
  return { from: MARCH_DAYS[first] as number, to: MARCH_DAYS[end] as number };
});

describe('whatever the prices, licenses and usage of two months', () => {
  it.each(MODELS)('%s: drivers add up to the difference of any two spans, exactly', (model) => {
    const months = fc.tuple(monthCase({ models: [model] }), monthCase());
    fc.assert(
      fc.property(months, days, days, ([one, other], then, now) => {
        const [before, after] = [termsOf(one).terms.between(then), termsOf(other).terms.between(now)];
        expect(amountOf(driversBetween(before, after))).toBe(amountOfSpan(after) - amountOfSpan(before));
      }),
      { numRuns: RUNS },
    );
  });

  it('days add up to the charges, in every term', () => {
    fc.assert(
      fc.property(monthCase(), fc.integer({ min: 1, max: 30 }), (input, day) => {
        const { terms, exact } = termsOf(input);
        const cut = MARCH_DAYS[day] as number;
        const [first, rest] = [
          terms.between({ from: MARCH.from, to: cut }),
          terms.between({ from: cut, to: MARCH.to }),
        ];
        expect(amountOfSpan(terms.between(MARCH))).toBe(exact);
        expect(terms.amountBetween(MARCH)).toBe(amountOfSpan({ ...terms.between(MARCH), bases: [] }));
        expect(amountOfSpan(together([first, rest]))).toBe(exact);
      }),
      { numRuns: RUNS },
    );
  });

  it('terms add up to the amount of each use', () => {
    fc.assert(
      fc.property(monthCase(), days, (input, span) => {
        for (const { list, covered, included, tiers, limits, discount, credit, amount } of termsOf(input).terms.between(
          span,
        ).uses) {
          const off = sum([...covered.values(), included].map(({ worth }) => worth));
          expect(list - off + tiers + limits + discount - sum([...credit.values()])).toBe(amount);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('drivers add up against what was usual, too', () => {
    fc.assert(
      fc.property(fc.array(monthCase(), { minLength: 1, maxLength: 4 }), monthCase(), (months, other) => {
        const usual = middleOf(months.map((month) => termsOf(month).terms.between(MARCH)));
        const now = termsOf(other).terms.between(MARCH);
        expect(amountOf(driversBetween(usual, now))).toBe(amountOfSpan(now) - amountOfSpan(usual));
      }),
      { numRuns: 100 },
    );
  });

  it('nothing made a difference between a span and itself', () => {
    fc.assert(
      fc.property(monthCase(), days, (input, span) => {
        const { terms } = termsOf(input);
        expect(driversBetween(terms.between(span), terms.between(span))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

/** An exact fraction, to calculate with by hand. */
type Fraction = [numerator: bigint, denominator: bigint];
const times = ([n, d]: Fraction, by: bigint, over = 1n): Fraction => [n * by, d * over];
const minus = ([n, d]: Fraction, [m, e]: Fraction): Fraction => [n * e - m * d, d * e];

/** What is written on a charge's steps, which people see: the same figures by another way. */
function written(charge: RatedCharge, discountPercent: string) {
  const of = (name: string) => charge.steps.filter((step) => step.name === name);
  const quantity = (name: string) => sum(of(name).map((step) => parseQuantity(step.quantity ?? '0')));
  const amount = (name: string) => sum(of(name).map((step) => parseAmount(step.amount ?? '0')));
  return {
    used: quantity('usage'),
    spared: { license: -quantity('license'), allowance: -quantity('allowance') },
    model: amount('charge model'),
    limits: amount('cap or minimum'),
    credit: -amount('license credit'),
    kept: [100n * 10n ** 12n - parseAmount(discountPercent), 100n * 10n ** 12n] as Fraction,
    exact: parseAmount(charge.amountExact),
  };
}

/** What a unit costs by the price's own words. */
function unitOf(price: Price): Fraction {
  if (price.model === 'per_unit') return [parseAmount(price.unitAmount), parseQuantity(price.per ?? '1')];
  if (price.model === 'per_time') return [parseAmount(price.amount), parseQuantity(price.perSeconds)];
  throw new Error('every unit costs something else');
}

/** The lesser of two that go the same way; else nothing. */
function inCommon(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n || a > 0n !== b > 0n) return 0n;
  return (a > 0n ? a < b : a > b) ? a : b;
}

describe('by hand, from what is written on the charges', () => {
  const oneCharge = (input: RatingInput): RatingInput => ({
    ...input,
    days: MARCH_DAYS,
    charges: input.charges
      .filter(({ priceKey }) => priceKey === 'a')
      .map((charge) => ({ ...charge, contributions: charge.contributions.map((each) => ({ ...each, subject: 'x' })) })),
  });
  const month = (model: 'per_unit' | 'per_time', licenses: readonly 'units'[]) =>
    monthCase({ models: [model], mostVersions: 1, returns: false, gaps: false, licenses })
      .map(oneCharge)
      .filter(({ charges, versions, licenses: given }) => {
        // Of two, what either spared of a change of usage would have to be told apart.
        if (given.length > 1) return false;
        const price = versions[0]?.prices.get('a');
        return (charges[0]?.contributions.length ?? 0) > 0 && price !== undefined && price.minimum === undefined;
      });

  it.each(['per_unit', 'per_time'] as const)('%s: each driver is what anyone gets', (model) => {
    fc.assert(
      fc.property(month(model, ['units']), month(model, ['units']), (one, other) => {
        const [was, is] = [one, other].map((input) => {
          const charge = rateAccount(input).charges[0] as RatedCharge;
          const unit = unitOf(input.versions[0]?.prices.get('a') as Price);
          return {
            ...written(charge, input.versions[0]?.discountPercent ?? '0'),
            unit,
            base: parseAmount(charge.base),
          };
        }) as [
          ReturnType<typeof written> & { unit: Fraction; base: bigint },
          ReturnType<typeof written> & { unit: Fraction; base: bigint },
        ];
        fc.pre(was.used > 0n && is.used > 0n);
        const drivers = driversBetween(termsOf(one).terms.between(MARCH), termsOf(other).terms.between(MARCH));
        const told = (...kinds: Driver['kind'][]) =>
          amountOf(drivers.filter(({ kind, now }) => kinds.includes(kind) && now.length > 0));
        const more = is.used - was.used;
        // What was spared of a change of usage is in neither: the license first.
        const byLicense = inCommon(more, is.spared.license - was.spared.license);
        const byAllowance = inCommon(more - byLicense, is.spared.allowance - was.spared.allowance);
        const keptOf = (fraction: Fraction) => times(fraction, was.kept[0], was.kept[1]);
        const paid = is.used - is.spared.license - is.spared.allowance;
        const expected = {
          usage: keptOf(times(was.unit, more - byLicense - byAllowance)),
          price: keptOf(times(minus(is.unit, was.unit), paid)),
          license: keptOf(times(was.unit, was.spared.license - is.spared.license + byLicense)),
          allowance: keptOf(times(was.unit, was.spared.allowance - is.spared.allowance + byAllowance)),
          cap: keptOf([is.limits - was.limits, 1n]),
        };
        const close = (amount: bigint, [n, d]: Fraction, what: string) => {
          const off = amount * d - n;
          // Each amount is rounded a few times on its way; a day's parts once each.
          expect({ what, off: (off < 0n ? -off : off) <= 400n * d }).toEqual({ what, off: true });
        };
        close(told('usage', 'days'), expected.usage, 'usage');
        close(told('price'), expected.price, 'price');
        close(told('license'), expected.license, 'license');
        close(told('allowance'), expected.allowance, 'allowance');
        close(told('cap'), expected.cap, 'cap');
      }),
      { numRuns: RUNS },
    );
  });
});
