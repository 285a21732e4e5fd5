import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amount, parseAmount } from '../../domain/money.ts';
import { chargeKey } from '../../domain/pricing/charge-line.ts';
import { rising } from '../../domain/rating/instants.ts';
import { rateAccount } from '../../domain/rating/rate-account.ts';
import type { RatingInput } from '../../domain/rating/rating.types.ts';
import { DAY, HOUR, MARCH_DAYS, MODELS, monthCase } from '../../domain/rating/testing/rating-cases.ts';
import { ratedByHour } from './hours-of-day.ts';

const RUNS = 150;
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const dayOfMarch = fc.integer({ min: 0, max: 30 });
const hoursOf = (day: number) => Array.from({ length: 25 }, (_, hour) => (MARCH_DAYS[day] as number) + hour * HOUR);

/** What each charge cost on a day, and in its hours, by charge. */
function told(input: RatingInput, day: number, bounds: readonly number[]): { ofDay: Amount; ofHours: Amount }[] {
  const whole = rateAccount({ ...input, byDay: true });
  const hours = new Map(
    ratedByHour(input, input.charges, bounds).map(({ line, amounts }) => [chargeKey(line), amounts]),
  );
  return whole.charges.map((charge) => ({
    ofDay: parseAmount(charge.days[day] as string),
    ofHours: sum(hours.get(chargeKey(charge)) ?? []),
  }));
}

describe('whatever the prices, licenses and usage of a month', () => {
  it.each(MODELS)('%s: the hours of a day add up to it, charge by charge, exactly', (model) => {
    fc.assert(
      fc.property(monthCase({ models: [model], licenses: ['units'] }), dayOfMarch, (input, day) => {
        for (const { ofDay, ofHours } of told(input, day, hoursOf(day))) expect(ofHours).toBe(ofDay);
      }),
      { numRuns: RUNS },
    );
  });

  it('of a day that is cut anywhere, too: zones are half an hour apart, and clocks change', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: DAY - 1 }), { maxLength: 25 });
    const months = monthCase({ kinds: ['event', 'interval'], licenses: ['units'] });
    fc.assert(
      fc.property(months, dayOfMarch, cuts, (input, day, inside) => {
        const from = MARCH_DAYS[day] as number;
        const bounds = rising([from, ...inside.map((at) => from + at), from + DAY]);
        for (const { ofDay, ofHours } of told(input, day, bounds)) expect(ofHours).toBe(ofDay);
      }),
      { numRuns: RUNS },
    );
  });

  it('only what a license in money pays may be of no hour: it pays by the day', () => {
    fc.assert(
      fc.property(monthCase(), dayOfMarch, (input, day) => {
        const paid = new Set(
          input.licenses.flatMap(({ unit, weights }) => (unit === input.currency ? Object.keys(weights) : [])),
        );
        const whole = rateAccount({ ...input, byDay: true });
        told(input, day, hoursOf(day)).forEach(({ ofDay, ofHours }, i) => {
          if (!paid.has(whole.charges[i]?.priceKey ?? '')) expect(ofHours).toBe(ofDay);
        });
      }),
      { numRuns: RUNS },
    );
  });
});
