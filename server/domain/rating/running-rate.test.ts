import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount } from '../money.ts';
import type { License, Price } from '../pricing/price.ts';
import type { Contribution } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatingInput } from './rating.types.ts';
import { type RunningRate, runningRate } from './running-rate.ts';
import { DAY, HOUR, MARCH, MARCH_DAYS, monthCase } from './testing/rating-cases.ts';

const THROUGH = MARCH.from + 10 * DAY;
const standard: Price = {
  key: 'dyno',
  meter: 'dyno',
  description: 'Dynos',
  model: 'per_time',
  amount: '25.00',
  perSeconds: '2592000',
  maximum: { amount: '25.00', scope: 'slot' },
};
const license: License = {
  id: 'units',
  version: 1,
  product: 'Units',
  quantity: '1',
  unit: 'units',
  measure: 'unit_months',
  weights: { dyno: '1' },
  from: '2026-03-01T00:00:00Z',
  to: '2026-04-01T00:00:00Z',
};

/** One level of one slot. */
const runs = (from: number, to: number, slot = '1', level = 1): Contribution => ({
  kind: 'interval',
  from,
  to,
  quantity: BigInt(level) * 10n ** 12n * BigInt(to - from),
  slot,
  events: 1,
  source: 's',
  id: `${slot} ${from}`,
  subject: 'app',
  dimensions: {},
});

const version = (from: number, price: Price, discountPercent = '0') => ({
  ...{ from, version: 1, prices: new Map([['dyno', price]]), discountPercent },
});

function month(
  contributions: Contribution[],
  given: { price?: object; input?: Partial<RatingInput> } = {},
): RatingInput {
  const price = { ...standard, ...given.price } as Price;
  return {
    period: MARCH,
    days: MARCH_DAYS,
    versions: [version(MARCH.from, price)],
    currency: 'USD',
    minorUnit: 2,
    licenses: [],
    charges: [{ priceKey: 'dyno', lineValues: {}, contributions }],
    ...given.input,
  };
}

function rates(input: RatingInput, through: number): (RunningRate | null)[] {
  const { licenses: pools } = rateAccount(input);
  return input.charges.map((charge) => runningRate(charge, { ...input, pools, through }));
}
const later = (input: Partial<Price>) => [
  version(MARCH.from, standard),
  version(THROUGH + HOUR, { ...standard, ...input } as Price),
];

describe('the rate of what runs', () => {
  const open = runs(MARCH.from, THROUGH);
  it.each<[string, RatingInput, string | null, number | null]>([
    ['one slot, until the period ends', month([runs(THROUGH - DAY, THROUGH)]), '0.000009645061', MARCH.to],
    ['one slot since the first, until its cap', month([open]), '0.000009645061', MARCH.from + 30 * DAY],
    [
      'two slots: until the first of them is capped',
      month([open, runs(THROUGH - DAY, THROUGH, '2')]),
      '0.000019290123',
      MARCH.from + 30 * DAY,
    ],
    [
      'half of it after the discount',
      month([open], { input: { versions: [version(MARCH.from, standard), version(THROUGH - DAY, standard, '50')] } }),
      '0.00000482253',
      MARCH.from + 30 * DAY,
    ],
    ['until the next version', month([open], { input: { versions: later({}) } }), '0.000009645061', THROUGH + HOUR],
    ['what has stopped does not run', month([runs(MARCH.from, THROUGH - 1)]), null, null],
    ['capped slots add nothing', month([open], { price: { maximum: { amount: '1.00', scope: 'slot' } } }), null, null],
    [
      'a capped one beside one that is not',
      month([open, runs(THROUGH - HOUR, THROUGH, '2')], { price: { maximum: { amount: '1.00', scope: 'slot' } } }),
      '0.000009645061',
      THROUGH - HOUR + 103_680_000_000,
    ],
    ['an allowance', month([open], { price: { included: '10' } }), null, null],
    ['a cap of the line', month([open], { price: { maximum: { amount: '100', scope: 'line' } } }), null, null],
    ['a minimum not reached', month([open], { price: { minimum: '9.00' } }), null, null],
    [
      'a minimum that is reached',
      month([open], { price: { minimum: '8.00' } }),
      '0.000009645061',
      MARCH.from + 30 * DAY,
    ],
    ['a flat fee', month([open], { price: { model: 'flat', amount: '5' } }), null, null],
    ['covered by a license', month([open], { input: { licenses: [license] } }), null, null],
    [
      'a license that ran out on the 4th: what ran since then counts for the cap',
      month([open], { input: { licenses: [{ ...license, quantity: '0.1' }] } }),
      '0.000009645061',
      MARCH.to,
    ],
    [
      'until a license begins',
      month([open], { input: { licenses: [{ ...license, from: '2026-03-20T00:00:00Z' }] } }),
      '0.000009645061',
      MARCH.from + 19 * DAY,
    ],
    ['a license of money', month([open], { input: { licenses: [{ ...license, unit: 'USD' }] } }), null, null],
    [
      'a license of so many at a time',
      month([open], { input: { licenses: [{ ...license, measure: 'max' }] } }),
      null,
      null,
    ],
  ])('%s', (_, input, perSecond, until) => {
    expect(rates(input, THROUGH)[0]).toEqual(perSecond === null ? null : { perSecond, until });
  });

  it('is none once the period is over', () => {
    expect(rates(month([runs(MARCH.from, MARCH.to)]), MARCH.to)).toEqual([null]);
  });
});

describe('whatever runs', () => {
  /** Usage as it is read at an instant: what began before it, the rest unknown. */
  const readAt = (input: RatingInput, through: number, goesOnTo: number): RatingInput => ({
    ...input,
    charges: input.charges.map(
      (charge): ChargeUsage => ({
        ...charge,
        contributions: charge.contributions
          .filter(({ from }) => from < through)
          .map((c) => {
            const to = c.to >= through ? goesOnTo : c.to;
            return { ...c, to, quantity: (c.quantity / BigInt(c.to - c.from)) * BigInt(to - c.from) };
          }),
      }),
    ),
  });

  /** Caps that are far enough away to be reached by levels that run for days. */
  const withCaps = (input: RatingInput, amount: string | null): RatingInput => ({
    ...input,
    versions: input.versions.map((version) => ({
      ...version,
      prices: new Map(
        [...version.prices].map(([key, { maximum: _, ...price }]) => [
          key,
          { ...price, ...(amount === null ? {} : { maximum: { amount, scope: 'slot' as const } }) },
        ]),
      ),
    })),
  });

  it('the amount carried on by the rate is what the engine says, up to its rounding, and never ahead of it', () => {
    const cases = fc.record({
      input: fc
        .tuple(
          monthCase({ models: ['per_time', 'per_unit'], kinds: ['interval'], licenses: ['units'], allowance: false }),
          fc.constantFrom('100', '1000', '1000000', null),
        )
        .map(([month, cap]) => withCaps(month, cap)),
      hour: fc.integer({ min: 1, max: 29 * 24 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    let told = 0;
    fc.assert(
      fc.property(cases, ({ input, hour, share }) => {
        const through = MARCH.from + hour * HOUR;
        const now = readAt(input, through, through);
        const before = rateAccount(now).charges;
        for (const [i, rate] of rates(now, through).entries()) {
          if (rate === null) continue;
          told++;
          const at = through + Math.floor((rate.until - through) * share);
          const after = rateAccount(readAt(input, through, at)).charges[i];
          const micros = BigInt(at - through);
          const carried =
            parseAmount(before[i]?.amountExact ?? '') + (parseAmount(rate.perSecond) * micros) / 1_000_000n;
          const ahead = carried - parseAmount(after?.amountExact ?? '');
          expect(ahead).toBeLessThanOrEqual(2n);
          expect(-ahead).toBeLessThanOrEqual(micros / 1_000_000n + 3n);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(told).toBeGreaterThan(200);
  });
});
