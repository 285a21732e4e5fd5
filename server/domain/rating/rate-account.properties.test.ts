import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount, parseQuantity } from '../money.ts';
import { modelOf } from '../pricing/models/models.ts';
import type { Price } from '../pricing/price.ts';
import type { Contribution } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatedCharge, RatedPart, RatingInput, VersionInForce } from './rating.types.ts';
import { HOUR, LATE, MARCH, MODELS, monthCase, type Wanted } from './testing/rating-cases.ts';

const RUNS = 1_000;
const check = <Case>(cases: fc.Arbitrary<Case>, property: (given: Case) => void, numRuns = RUNS) =>
  fc.assert(fc.property(cases, property), { numRuns });

function partsOf(input: RatingInput) {
  const parts = new Map<ChargeUsage, RatedPart[]>();
  const rating = rateAccount({
    ...input,
    onPart: (charge, part) => parts.set(charge, [...(parts.get(charge) ?? []), part]),
  });
  return { rating, parts: input.charges.map((charge) => parts.get(charge) ?? []) };
}
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const amounts = (charge: RatedCharge, names?: readonly string[]) =>
  sum(charge.steps.filter(({ name }) => names?.includes(name) ?? true).map(({ amount }) => parseAmount(amount ?? '0')));
const total = (charges: readonly RatedCharge[]) => sum(charges.map(({ amountExact }) => parseAmount(amountExact)));
const usage = (contributions: readonly Contribution[]) => sum(contributions.map(({ quantity }) => quantity));
const withCharges = (input: RatingInput, change: (charge: ChargeUsage, position: number) => ChargeUsage) => ({
  ...input,
  charges: input.charges.map(change),
});

describe('whatever the prices, licenses and usage of a month', () => {
  it.each(MODELS)('%s: base and parts add up to the line, and so do steps and days', (model) => {
    const wanted: Wanted = { models: [model] };
    check(
      monthCase(wanted),
      (input) => {
        const { rating, parts } = partsOf({ ...input, byDay: true });
        rating.charges.forEach((charge, i) => {
          const own = parts[i] ?? [];
          const base = parseAmount(charge.base);
          const exact = parseAmount(charge.amountExact);
          expect(base + sum(own.map((part) => part.amount))).toBe(
            amounts(charge, ['charge model', 'cap or minimum', 'discount']),
          );
          expect(base + sum(own.map((part) => part.amount - part.coveredAmount))).toBe(exact);
          expect(base + sum(charge.days.map(parseAmount))).toBe(exact);
          expect(sum(charge.bySegment.map(({ amountExact }) => parseAmount(amountExact)))).toBe(exact);
          expect(charge.bySegment.map(({ from }) => from)).toEqual(input.versions.map(({ from }) => from));
          expect(charge.days).toHaveLength(31);
          expect(amounts(charge)).toBe(parseAmount(charge.amount));
          expect(sum(own.map((part) => part.contribution.quantity))).toBe(parseQuantity(charge.quantity));
        });
      },
      400,
    );
  });

  it('no usage is lost: without gaps in the rate card the parts are all of it', () => {
    check(monthCase({ gaps: false }), (input) => {
      rateAccount(input).charges.forEach((charge, i) => {
        expect(parseQuantity(charge.quantity)).toBe(usage(input.charges[i]?.contributions ?? []));
      });
    });
  });

  it('the order of arrival changes nothing', () => {
    const shuffled = monthCase().chain((input) =>
      fc
        .tuple(
          fc.shuffledSubarray([...input.charges], { minLength: input.charges.length }),
          fc.shuffledSubarray([...input.licenses], { minLength: input.licenses.length }),
          fc.tuple(
            ...input.charges.map(({ contributions }) =>
              fc.shuffledSubarray([...contributions], { minLength: contributions.length }),
            ),
          ),
        )
        .map(([charges, licenses, orders]) => ({ input, charges, licenses, orders })),
    );
    check(shuffled, ({ input, charges, licenses, orders }) => {
      const before = rateAccount({ ...input, byDay: true });
      const other = charges.map((charge) => ({
        ...charge,
        contributions: orders[input.charges.indexOf(charge)] ?? [],
      }));
      const after = rateAccount({ ...input, licenses, charges: other, byDay: true });
      expect(after.licenses).toEqual(before.licenses);
      expect(after.charges).toEqual(charges.map((charge) => before.charges[input.charges.indexOf(charge)]));
    });
  });

  it('asking for days changes no amount', () => {
    check(monthCase(), (input) => {
      const withDays = rateAccount({ ...input, byDay: true });
      const without = rateAccount(input);
      expect(without.licenses).toEqual(withDays.licenses);
      expect(without.charges).toEqual(withDays.charges.map((charge) => ({ ...charge, days: [] })));
    });
  });

  it('amounts never fall when usage comes on top, but for volume prices', () => {
    const models = MODELS.filter((model) => model !== 'volume');
    const more = fc.record({ quantity: fc.bigInt(0n, 50n * 10n ** 18n), charge: fc.nat(2), interval: fc.boolean() });
    check(
      fc.tuple(monthCase({ models, gaps: false, returns: false }), more),
      ([input, { quantity, charge, interval: wanted }]) => {
        // A license of so many at a time is one of levels or of counts; the first level would make it one of levels.
        const interval = wanted && input.licenses.every(({ measure }) => measure !== 'max');
        const kind = interval ? 'interval' : 'event';
        const span = {
          from: LATE,
          to: LATE + (interval ? HOUR : 0),
          quantity: interval ? quantity - (quantity % BigInt(HOUR)) : quantity,
        };
        const added: Contribution = {
          kind,
          ...span,
          slot: '1',
          events: 1,
          source: 'z',
          id: 'z',
          subject: '',
          dimensions: {},
        };
        const grown = withCharges(input, (each, i) =>
          i === charge ? { ...each, contributions: [...each.contributions, added] } : each,
        );
        const before = rateAccount(input).charges;
        rateAccount(grown).charges.forEach((after, i) => {
          expect(parseAmount(after.amountExact)).toBeGreaterThanOrEqual(parseAmount(before[i]?.amountExact ?? ''));
        });
      },
    );
  });

  it('a new version with the same prices changes nothing', () => {
    const cases = fc.tuple(monthCase({ mostVersions: 2 }), fc.integer({ min: 1, max: 30 * 24 }));
    check(cases, ([any, hour]) => {
      // Where each event has its own amount, events are read one by one: no bucket stands in for them.
      const input = withCharges(any, (charge) => {
        const prices = any.versions.flatMap((each) => each.prices.get(charge.priceKey) ?? []);
        const isSingle = prices.some((price) => modelOf(price).needsSingleEvents(price));
        const single = charge.contributions.filter(({ kind }) => kind !== 'bucket');
        return isSingle ? { ...charge, contributions: single } : charge;
      });
      const from = MARCH.from + hour * HOUR;
      const version = input.versions.findLast((each) => each.from <= from);
      fc.pre(version !== undefined && version.from < from);
      const versions = [...input.versions, { ...(version as VersionInForce), version: 9, from }];
      versions.sort((a, b) => a.from - b.from);
      const split = rateAccount({ ...input, versions, byDay: true });
      const whole = rateAccount({ ...input, byDay: true });
      const amountsOf = ({ charges, licenses }: typeof whole) => ({
        charges: charges.map(({ days: _days, bySegment: _bySegment, ...rest }) => rest),
        licenses,
      });
      expect(amountsOf(split)).toEqual(amountsOf(whole));
    });
  });

  it('under one price, buckets of events cost what the events in them cost, also those taken back', () => {
    const shares = fc.array(fc.integer({ min: -4, max: 9 }), { minLength: 1, maxLength: 4 });
    const cases = fc.tuple(monthCase({ kinds: ['bucket'], mostVersions: 1, licenses: [], gaps: false }), shares);
    check(cases, ([input, weights]) => {
      const priceOf = (key: string) => input.versions.map(({ prices }) => prices.get(key) as Price);
      const refined = withCharges(input, (charge) =>
        priceOf(charge.priceKey).some((price) => modelOf(price).needsSingleEvents(price))
          ? charge
          : { ...charge, contributions: charge.contributions.flatMap((bucket) => eventsOf(bucket, weights)) },
      );
      expect(rateAccount(refined).charges.map(({ amountExact }) => amountExact)).toEqual(
        rateAccount(input).charges.map(({ amountExact }) => amountExact),
      );
    });
  });

  it('a discount of everything leaves nothing', () => {
    check(monthCase({ returns: false }), (input) => {
      const versions = input.versions.map((version) => ({ ...version, discountPercent: '100' }));
      expect(total(rateAccount({ ...input, versions }).charges)).toBe(0n);
    });
  });
});

/** Single events that make up a bucket, in the proportions given. */
function eventsOf(bucket: Contribution, weights: readonly number[]): Contribution[] {
  const all = BigInt(weights.reduce((a, b) => a + b, 0) || 1);
  let left = bucket.quantity;
  return [...weights, 0].map((weight, i) => {
    const last = i === weights.length;
    const quantity = last ? left : (bucket.quantity * BigInt(weight)) / all;
    left -= quantity;
    const at = bucket.from + i;
    return { ...bucket, kind: 'event', from: at, to: at, events: 1, quantity, id: `${bucket.id}-${i}` };
  });
}
