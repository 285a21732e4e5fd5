import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AccountRater } from './account-rater.ts';
import { cutAt } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatingInput } from './rating.types.ts';
import { HOUR, MARCH, MODELS, monthCase, type Wanted } from './testing/rating-cases.ts';

/** The usage before an instant and from it on; intervals are cut there. */
function splitAt({ charges }: RatingInput, at: number): { before: ChargeUsage[]; after: ChargeUsage[] } {
  const part = (isWanted: (from: number) => boolean) =>
    charges.map((charge) => ({
      ...charge,
      contributions: charge.contributions
        .flatMap((contribution) => (contribution.kind === 'interval' ? cutAt(contribution, [at]) : [contribution]))
        .filter(({ from }) => isWanted(from)),
    }));
  return { before: part((from) => from < at), after: part((from) => from >= at) };
}

/** Whether some license of `max` has both levels and events to cover: what it counts is settled by what comes first. */
function hasMixedMaximum({ licenses, charges }: RatingInput): boolean {
  return licenses.some(({ measure, weights }) => {
    const licensed = charges.filter(({ priceKey }) => priceKey in weights);
    const kinds = licensed.flatMap(({ contributions }) => contributions.map(({ kind }) => kind === 'interval'));
    return measure === 'max' && new Set(kinds).size > 1;
  });
}

it.each<[string, Wanted]>([
  ['licenses in units', { licenses: ['units'] }],
  // A volume price takes back what it charged when the next tier is entered, and a pool of money is given it back.
  ['licenses in units and money', { models: MODELS.filter((model) => model !== 'volume') }],
])('usage rated in two calls comes to what it comes to at once: %s', (_, wanted) => {
  const cases = fc.tuple(monthCase({ ...wanted, returns: false }), fc.integer({ min: 1, max: 29 * 24 }));
  fc.assert(
    fc.property(cases, ([input, hour]) => {
      const { before, after } = splitAt(input, MARCH.from + hour * HOUR);
      fc.pre(!hasMixedMaximum(input));
      const charges = before.map((charge, i) => ({
        ...charge,
        contributions: [...charge.contributions, ...(after[i] as ChargeUsage).contributions],
      }));
      const whole = rateAccount({ ...input, charges });

      const inTwo = new AccountRater(input);
      inTwo.rate(before);
      const soFar = inTwo.result();
      const fork = inTwo.fork();
      fork.rate(after);
      expect(fork.amounts()).toEqual(whole.charges.map(({ amount }) => amount));
      expect(inTwo.result()).toEqual(soFar);
      inTwo.rate(after);
      expect(inTwo.result()).toEqual(whole);
    }),
    { numRuns: 1_000 },
  );
});
