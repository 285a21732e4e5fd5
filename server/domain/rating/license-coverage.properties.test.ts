import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount, parseQuantity } from '../money.ts';
import type { License } from '../pricing/price.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatedPart, RatingInput } from './rating.types.ts';
import { MARCH, MODELS, monthCase } from './testing/rating-cases.ts';

interface Told {
  charge: ChargeUsage;
  part: RatedPart;
}

function rated(input: RatingInput) {
  const told: Told[] = [];
  const rating = rateAccount({ ...input, onPart: (charge, part) => told.push({ charge, part }) });
  return { rating, told };
}
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const coveredBy = ({ part }: Told, { id }: License) =>
  sum(part.covered.filter(({ licenseId }) => licenseId === id).map(({ quantity }) => quantity));
const coveredOf = ({ part }: Told) => sum(part.covered.map(({ quantity }) => quantity));
const weightOf = ({ charge }: Told, { weights }: License) => parseAmount(weights[charge.priceKey] ?? '0');
const isWithin = ({ charge, part }: Told, { weights, from, to }: License) =>
  weights[charge.priceKey] !== undefined &&
  part.contribution.from >= Date.parse(from) * 1000 &&
  part.contribution.from < Date.parse(to) * 1000;

/** For each quantity license of a case: its term in March, how it was used, and all parts. */
function eachLicense(input: RatingInput, look: (license: License, drawn: Drawn, told: readonly Told[]) => void): void {
  const { rating, told } = rated(input);
  for (const license of input.licenses) {
    const drawdown = rating.licenses.find(({ licenseId }) => licenseId === license.id);
    if (drawdown === undefined) continue;
    const { capacity, drawn, exhaustedAt } = drawdown;
    look(license, { capacity: parseQuantity(capacity), drawn: parseQuantity(drawn), exhaustedAt }, told);
  }
}
interface Drawn {
  capacity: bigint;
  drawn: bigint;
  exhaustedAt: number | null;
}
/** Whether the license is a pool that is drawn down; of so many at a time, it covers intervals and nothing else. */
const isPool = ({ measure, weights }: License, told: readonly Told[]) =>
  measure !== 'max' ||
  told.every(({ charge, part }) => part.contribution.kind !== 'interval' || weights[charge.priceKey] === undefined);
const check = <Case>(cases: fc.Arbitrary<Case>, property: (given: Case) => void) =>
  fc.assert(fc.property(cases, property), { numRuns: 1_000 });

describe('licenses in quantities', () => {
  const units = monthCase({ licenses: ['units'] });

  it('cover never more than was used, and only what they name, inside their terms', () => {
    check(units, (input) =>
      eachLicense(input, (license, _, told) => {
        for (const each of told) {
          const used = each.part.contribution.quantity;
          expect(coveredOf(each)).toBeLessThanOrEqual(used > 0n ? used : 0n);
          if (!isWithin(each, license)) expect(coveredBy(each, license)).toBe(0n);
        }
      }),
    );
  });

  it('are drawn by the weighted sum of what they cover, never beyond what they hold', () => {
    check(units, (input) =>
      eachLicense(input, (license, { capacity, drawn }, told) => {
        expect(drawn).toBeLessThanOrEqual(capacity);
        if (!isPool(license, told)) return;
        const weighted = sum(told.map((each) => coveredBy(each, license) * weightOf(each, license)));
        expect(drawn).toBe(weighted / 10n ** 12n);
      }),
    );
  });

  it('that did not run out cover everything they name inside their terms', () => {
    check(monthCase({ licenses: ['units'], returns: false }), (input) =>
      eachLicense(input, (license, { exhaustedAt }, told) => {
        if (exhaustedAt !== null) return;
        for (const each of told.filter((one) => isWithin(one, license))) {
          if (!isPool(license, told) && each.part.contribution.kind !== 'interval') continue;
          expect(coveredOf(each)).toBe(each.part.contribution.quantity);
        }
      }),
    );
  });

  it('that ran out cut everything that runs at the same instant', () => {
    const intervals = monthCase({ licenses: ['units'], kinds: ['interval'] });
    check(intervals, (input) =>
      eachLicense({ ...input, licenses: input.licenses.slice(0, 1) }, (license, { exhaustedAt }, told) => {
        if (exhaustedAt === null || !isPool(license, told)) return;
        for (const each of told.filter((one) => isWithin(one, license))) {
          const { from, to, quantity } = each.part.contribution;
          expect(to <= exhaustedAt || from >= exhaustedAt).toBe(true);
          expect(coveredBy(each, license)).toBe(to <= exhaustedAt ? quantity : 0n);
        }
      }),
    );
  });

  it('that ran out leave less than a microsecond of everything that ran', () => {
    const intervals = monthCase({ licenses: ['units'], kinds: ['interval'], gaps: false });
    check(intervals, (input) =>
      eachLicense(input, (license, { capacity, drawn, exhaustedAt }, told) => {
        if (exhaustedAt === null || !isPool(license, told)) return;
        const rates = told
          .filter((each) => isWithin(each, license) && each.part.contribution.from <= exhaustedAt)
          .map((each) => {
            const { from, to, quantity } = each.part.contribution;
            return (quantity / BigInt(to - from)) * weightOf(each, license);
          });
        expect((capacity - drawn) * 10n ** 12n).toBeLessThanOrEqual(sum(rates) + 10n ** 12n);
      }),
    );
  });

  it('of so many at a time never cover more than so many at any time', () => {
    const intervals = monthCase({ licenses: ['units'], kinds: ['interval'] });
    check(intervals, (input) =>
      eachLicense(input, (license, { capacity }, told) => {
        if (license.measure !== 'max') return;
        for (const { part } of told) {
          const at = part.contribution.from;
          const levels = told
            .filter((each) => each.part.contribution.from <= at && at < each.part.contribution.to)
            .map((each) => {
              const { from, to } = each.part.contribution;
              return (coveredBy(each, license) / BigInt(to - from)) * weightOf(each, license);
            });
          expect(sum(levels)).toBeLessThanOrEqual(capacity * 1_000_000n);
        }
      }),
    );
  });
});

describe('licenses in money', () => {
  // The amount of a volume price may fall, also below what is due without usage.
  const models = MODELS.filter((model) => model !== 'volume');

  it('cover never more than they hold, nor more than a charge comes to', () => {
    check(monthCase({ models, licenses: ['money'], returns: false }), (input) => {
      const { rating } = rated(input);
      for (const { capacity, drawn } of rating.licenses) {
        expect(parseQuantity(drawn)).toBeLessThanOrEqual(parseQuantity(capacity));
      }
      for (const { amountExact } of rating.charges) expect(parseAmount(amountExact)).toBeGreaterThanOrEqual(0n);
    });
  });

  it('that did not run out and rule the whole month leave only what is due without usage', () => {
    const from = new Date(MARCH.from / 1000).toISOString();
    const to = new Date(MARCH.to / 1000).toISOString();
    const plenty = { quantity: '99999999', measure: 'sum', weights: { a: '1', b: '16', c: '0.28' } } as const;
    const license: License = { id: 'l', version: 1, product: 'l', unit: 'USD', from, to, ...plenty };
    check(monthCase({ models, licenses: [], returns: false }), (input) => {
      for (const { amountExact, base } of rateAccount({ ...input, licenses: [license] }).charges) {
        expect(amountExact).toBe(base);
      }
    });
  });
});
