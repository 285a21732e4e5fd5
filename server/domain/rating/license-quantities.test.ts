import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantitiesIn } from '../license-terms.ts';
import { parseAmount } from '../money.ts';
import type { License, LicenseStretch, Price } from '../pricing/price.ts';
import { exact } from '../testing/exact.ts';
import type { Contribution } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatedPart, RatingInput } from './rating.types.ts';
import { DAY, HOUR, MARCH, MARCH_DAYS, MODELS, monthCase } from './testing/rating-cases.ts';

const at = (day: number) => MARCH.from + (day - 1) * DAY;
const rfc = (micros: number) => new Date(micros / 1000).toISOString();

/** A license whose quantity changes on days of the month; the first holds since February. */
function changing(measure: License['measure'], quantities: [number, string][], more: Partial<License> = {}): License {
  const stretches = quantities.map(([day, quantity], i): LicenseStretch => {
    return { from: rfc(i === 0 ? at(-20) : at(day)), version: i + 1, product: 'p', quantity };
  });
  const { from, ...last } = stretches.at(-1) as LicenseStretch;
  return {
    ...{ id: 'l', unit: 'units', measure, weights: { p: '1' }, ...last },
    ...{ from: stretches[0]?.from ?? from, to: rfc(MARCH.to + 40 * DAY), stretches, ...more },
  };
}

let ids = 0;
const common = (slot: string) => {
  return { slot, events: 1, source: 's', id: String(ids++).padStart(6, '0'), subject: '', dimensions: {} };
};
const runs = (from: number, to: number, slot = '1'): Contribution => ({
  ...{ kind: 'interval', from, to, quantity: 10n ** 12n * BigInt(to - from), ...common(slot) },
});
const event = (day: number, quantity: number): Contribution => ({
  ...{ kind: 'event', from: at(day), to: at(day), quantity: BigInt(quantity) * 10n ** 18n, ...common('') },
});
const HOURLY: Price = {
  ...{ key: 'p', meter: 'm', description: 'p', model: 'per_time', amount: '1', perSeconds: '3600' },
};
const EACH: Price = { key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount: '1' };

function rated(price: Price, contributions: Contribution[], licenses: License[]) {
  const charges = [{ priceKey: 'p', lineValues: {}, contributions }];
  const { charges: lines, licenses: pools } = rateAccount({
    ...{ period: MARCH, days: MARCH_DAYS, currency: 'USD', minorUnit: 2, charges, licenses },
    versions: [{ from: MARCH.from, version: 1, prices: new Map([['p', price]]), discountPercent: '0' }],
  });
  return { amount: lines[0]?.amount, pools };
}

describe('a license whose quantity changes in the middle of a month', () => {
  const slots = (...numbers: string[]) => numbers.map((slot) => runs(at(1), MARCH.to, slot));
  it.each<[string, License, Price, Contribution[], string, [number, string, number | null]]>([
    [
      'of unit-months holds each for its time: 15 days of 1 and 16 of 2',
      changing('unit_months', [
        [1, '1'],
        [16, '2'],
      ]),
      HOURLY,
      slots('1', '2'),
      '360.00',
      [MARCH.from, String(47 * 86_400), at(24) + 12 * HOUR],
    ],
    [
      'of unit-months loses nothing that was not used before',
      changing('unit_months', [
        [1, '2'],
        [16, '0.5'],
      ]),
      HOURLY,
      [runs(at(1), MARCH.to, '1'), runs(at(16), MARCH.to, '2')],
      '216.00',
      [MARCH.from, String(38 * 86_400), at(27) + 12 * HOUR],
    ],
    [
      'of a sum is in proportion: 10 days of 310 and 21 of 620',
      changing('sum', [
        [1, '310'],
        [11, '620'],
      ]),
      EACH,
      [event(2, 300), event(20, 300)],
      '80.00',
      [MARCH.from, '520', at(20)],
    ],
    [
      'of money is in proportion, too',
      changing(
        'sum',
        [
          [1, '310'],
          [11, '620'],
        ],
        { unit: 'USD' },
      ),
      EACH,
      [event(2, 300), event(20, 300)],
      '80.00',
      [MARCH.from, '520', at(20)],
    ],
    [
      'of so many at a time covers as many as there are then',
      changing('max', [
        [1, '1'],
        [11, '3'],
        [21, '2'],
      ]),
      HOURLY,
      slots('1', '2', '3'),
      String(2 * 240 + 264).concat('.00'),
      [MARCH.from, '3', at(1)],
    ],
  ])('%s', (_, license, price, contributions, amount, [from, capacity, exhaustedAt]) => {
    const { pools, ...charge } = rated(price, contributions, [license]);
    expect(charge).toEqual({ amount });
    expect(pools).toEqual([{ licenseId: 'l', from, capacity, drawn: capacity, exhaustedAt }]);
  });

  it.each<[string, string, string, string, number[]]>([
    ['more covers what the first has left of it', '150', '30.00', '150', [at(12)]],
    ['less covers nothing that the first has covered already', '50', '80.00', '100', [at(12)]],
  ])('of so many in all: %s', (_, later, amount, drawn, exhaustedAgainAt) => {
    const license = changing('max', [
      [1, '100'],
      [11, later],
    ]);
    const { pools, ...charge } = rated(EACH, [event(2, 120), event(12, 60)], [license]);
    expect(charge).toEqual({ amount });
    expect(pools).toMatchObject([{ drawn, exhaustedAt: at(2), exhaustedAgainAt }]);
  });

  it('has another pool from where it counts otherwise', () => {
    const one = changing('unit_months', [[1, '1']]);
    const two = { ...one, version: 2, weights: { p: '2' }, from: rfc(at(11)), stretches: [] };
    const { stretches: _, ...again } = two;
    const { pools, amount } = rated(HOURLY, slots('1'), [{ ...one, to: rfc(at(11)) }, again]);
    expect(amount).toBe('252.00');
    expect(pools).toMatchObject([
      { licenseId: 'l', from: MARCH.from, exhaustedAt: null },
      { licenseId: 'l', from: at(11), exhaustedAt: at(21) + 12 * HOUR },
    ]);
  });
});

describe('whatever is used', () => {
  const hours = fc.integer({ min: -90, max: 29 * 24 });
  const check = <Case>(cases: fc.Arbitrary<Case>, property: (given: Case) => void) =>
    fc.assert(fc.property(cases, property), { numRuns: 500 });

  /** The license with another quantity from an hour of the month on, if that lies in its term. */
  function from(hour: number, license: License, change: (quantity: string) => string): License {
    const when = rfc(MARCH.from + hour * HOUR);
    if (when <= license.from || when >= license.to) return license;
    const { product, quantity, version } = license;
    const first = { from: license.from, version, product, quantity };
    const next = { from: when, version: version + 1, product: `new ${product}`, quantity: change(quantity) };
    return { ...license, ...next, from: license.from, stretches: [first, next] };
  }
  const told = (input: RatingInput) => {
    const parts: [ChargeUsage['priceKey'], RatedPart][] = [];
    const { charges } = rateAccount({ ...input, onPart: ({ priceKey }, part) => parts.push([priceKey, part]) });
    return { charges, parts };
  };
  const respelled = (quantity: string) => (quantity.includes('.') ? `${quantity}0` : `${quantity}.0`);

  it('a version with the same quantity changes nothing', () => {
    check(fc.tuple(monthCase(), hours), ([input, hour]) => {
      const licenses = input.licenses.map((license) => from(hour, license, respelled));
      expect(told({ ...input, licenses })).toEqual(told(input));
    });
  });

  const models = MODELS.filter((model) => model !== 'volume');
  it.each<['units' | 'money']>([['units'], ['money']])('more of a license in %s never costs more', (scope) => {
    const cases = monthCase({ models, licenses: [scope], returns: false, mostVersions: 1, gaps: false });
    check(fc.tuple(cases, hours, fc.constantFrom('1', '2', '9')), ([input, hour, more]) => {
      const [license, ...others] = input.licenses;
      if (license === undefined || others.length > 0) return;
      const grown = from(hour, license, (quantity) => `${more}${quantity}`);
      const sums = (license: License) => {
        const { charges, licenses: pools } = rateAccount({ ...input, licenses: [license] });
        return {
          amount: charges.reduce((sum, line) => sum + parseAmount(line.amountExact), 0n),
          drawn: pools.reduce((sum, { drawn }) => sum + exact(drawn), 0n),
        };
      };
      expect(sums(grown).amount).toBeLessThanOrEqual(sums(license).amount);
      // Nor do they cover more than if there had been as many all along; in units, that may be of something dearer.
      const { stretches: _, ...always } = grown;
      expect(sums(grown).drawn).toBeLessThanOrEqual(sums(always).drawn);
      if (scope === 'money') expect(sums(grown).amount).toBeGreaterThanOrEqual(sums(always).amount);
    });
  });

  it('of so many at a time never more run covered than there are then', () => {
    check(fc.tuple(monthCase({ licenses: ['units'], kinds: ['interval'] }), hours), ([input, hour]) => {
      const licenses = input.licenses.map((license) =>
        from(hour, { ...license, measure: 'max' }, (quantity) => `0.${quantity.replace('.', '').slice(0, 11)}`),
      );
      const { parts } = told({ ...input, licenses });
      for (const license of licenses) {
        for (const [, { contribution: now }] of parts) {
          let level = 0n;
          for (const [priceKey, { contribution, covered }] of parts) {
            if (contribution.from > now.from || contribution.to <= now.from) continue;
            const own = covered.filter(({ licenseId }) => licenseId === license.id);
            const weight = parseAmount(license.weights[priceKey] ?? '0');
            for (const { quantity } of own) level += (quantity / BigInt(contribution.to - contribution.from)) * weight;
          }
          const [most] = quantitiesIn(license, { from: now.from, to: now.from + 1 });
          expect(level).toBeLessThanOrEqual((most?.quantity ?? 0n) * 10n ** 12n);
        }
      }
    });
  });
});
