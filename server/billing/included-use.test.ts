import { describe, expect, it } from 'vitest';
import { dynoPrices } from '../catalog/dynos.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { Contribution } from '../domain/rating/contribution.ts';
import { rateAccount } from '../domain/rating/rate-account.ts';
import { DAY, HOUR, MARCH, MARCH_DAYS } from '../domain/rating/testing/rating-cases.ts';
import { IncludedGathering } from './included-use.ts';

const eco = dynoPrices().find(({ key }) => key === 'dyno.eco') as Price;
const letters: Price = {
  key: 'letters',
  meter: 'letters',
  description: 'Letters',
  model: 'per_unit',
  unitAmount: '0.10',
  included: '100',
};
const contribution = (given: Pick<Contribution, 'kind' | 'from' | 'to' | 'quantity'> & Partial<Contribution>) => ({
  slot: '',
  events: 1,
  source: 's',
  id: `${given.slot} ${given.from}`,
  subject: '',
  dimensions: {},
  ...given,
});
const runs = (slot: string, from: number, to: number): Contribution =>
  contribution({ kind: 'interval', from, to, quantity: 10n ** 12n * BigInt(to - from), slot });
const counted = (day: number, quantity: bigint): Contribution => {
  const from = MARCH.from + day * DAY;
  return contribution({ kind: 'bucket', from, to: from + DAY, quantity: quantity * 10n ** 18n });
};

function uses(price: Price, contributions: Contribution[], through: number = MARCH.to) {
  const gathering = new IncludedGathering();
  const charges = contributions.length === 0 ? [] : [{ priceKey: price.key, lineValues: {}, contributions }];
  const rating = rateAccount({
    period: MARCH,
    days: MARCH_DAYS,
    versions: [{ from: MARCH.from, version: 1, prices: new Map([[price.key, price]]), discountPercent: '0' }],
    currency: 'USD',
    minorUnit: 2,
    licenses: [],
    charges,
    byDay: true,
    onPart: (charge, part) => gathering.add(charge, part),
  });
  const from = Number.NEGATIVE_INFINITY;
  const ruling = { from, rateCard: 'list', version: 1, prices: [price], discountPercent: '0', taxPercent: '0' };
  const found = gathering.uses(
    { rating, usage: { charges, unpriced: [] } },
    { rulings: [ruling] },
    {
      period: { key: '2026-03', ...MARCH, timeZone: 'UTC' },
      through,
      isOpen: through < MARCH.to,
      unitOf: () => 'units',
    },
  );
  return { use: found[0], amount: rating.charges[0]?.amount };
}

const at = (days: number, hours = 0) => MARCH.from + days * DAY + hours * HOUR;
const NOTHING_RAN_OUT = { exhaustedAt: null, exhaustedDay: null, beyond: '0' };

describe('the Eco pool', () => {
  it('costs 5.00 however much of it is used', () => {
    expect(uses(eco, [runs('1', at(0), at(0, 1))]).amount).toBe('5.00');
    expect(uses(eco, [runs('1', at(0), at(31)), runs('2', at(0), at(31))]).amount).toBe('5.00');
  });

  it.each<[string, Contribution[], number, object]>([
    ['nothing used', [], at(31), { ...NOTHING_RAN_OUT, used: '0', percent: '0', pace: null, chargeId: null }],
    ['a quarter', [runs('1', at(0), at(0, 250))], at(31), { ...NOTHING_RAN_OUT, used: '900000', percent: '25' }],
    [
      'all of it, and nothing beyond',
      [runs('1', at(0), at(0, 500)), runs('2', at(0), at(0, 500))],
      at(31),
      { ...NOTHING_RAN_OUT, used: '3600000', percent: '100' },
    ],
    [
      'two at a time run out after 500 hours',
      [runs('1', at(0), at(31)), runs('2', at(0), at(31))],
      at(31),
      {
        used: '3600000',
        percent: '100',
        beyond: '1756800',
        exhaustedAt: '2026-03-21T20:00:00.000000Z',
        exhaustedDay: '2026-03-21',
      },
    ],
    [
      'what starts once it is empty',
      [runs('1', at(0), at(0, 500)), runs('2', at(0), at(0, 500)), runs('3', at(25), at(25, 1))],
      at(31),
      { used: '3600000', beyond: '3600', exhaustedAt: '2026-03-26T00:00:00.000000Z' },
    ],
    ['its pace', [runs('1', at(0), at(10))], at(10), { ...NOTHING_RAN_OUT, used: '864000', pace: '2678400' }],
    ['no pace on the first day', [runs('1', at(0), at(0, 12))], at(0, 12), { pace: null }],
  ])('%s', (_, contributions, through, expected) => {
    expect(uses(eco, contributions, through).use).toMatchObject({ isPool: true, included: '3600000', ...expected });
  });
});

describe('an allowance of counted usage', () => {
  it.each<[string, Contribution[], object]>([
    ['some of it', [counted(3, 40n)], { ...NOTHING_RAN_OUT, used: '40', percent: '40' }],
    [
      'ran out on a day: at which instant is not known',
      [counted(3, 40n), counted(5, 70n)],
      { used: '100', beyond: '10', exhaustedAt: null, exhaustedDay: '2026-03-06' },
    ],
    [
      'ran out with usage returned: on which day no part tells',
      [counted(3, 130n), counted(4, -20n)],
      { used: '100', beyond: '10', exhaustedDay: null },
    ],
    [
      'returned usage comes back',
      [counted(3, 90n), counted(4, -50n), counted(5, 20n)],
      { ...NOTHING_RAN_OUT, used: '60' },
    ],
  ])('%s', (_, contributions, expected) => {
    expect(uses(letters, contributions).use).toMatchObject({ isPool: false, included: '100', ...expected });
  });
});
