import { describe, expect, it } from 'vitest';
import { parseAmount } from '../money.ts';
import type { License, Price } from '../pricing/price.ts';
import { AccountRater } from './account-rater.ts';
import type { Contribution } from './contribution.ts';
import { rateAccount } from './rate-account.ts';
import type { ChargeUsage, RatedCharge, RatedPart, RatingInput } from './rating.types.ts';
import { DAY, HOUR, MARCH, MARCH_DAYS } from './testing/rating-cases.ts';

const at = (day: number, hour = 0) => MARCH.from + (day - 1) * DAY + hour * HOUR;
const rfc = (micros: number) => new Date(micros / 1000).toISOString();
const day = (micros: number | null) => (micros === null ? null : rfc(micros));

let ids = 0;
const named = (slot: string) => ({
  slot,
  events: 1,
  source: 's',
  id: String(ids++).padStart(6, '0'),
  subject: '',
  dimensions: {},
});
/** A slot, or an amount at one level, from one instant to another. */
const runs = (from: number, to: number, slot = '1', level = 1): Contribution => ({
  ...{ kind: 'interval', from, to, quantity: BigInt(level) * 10n ** 12n * BigInt(to - from) },
  ...named(slot),
});
const event = (when: number, quantity: number): Contribution => ({
  ...{ kind: 'event', from: when, to: when, quantity: BigInt(quantity) * 10n ** 18n },
  ...named(''),
});
const perMonth = (key: string, amount: string, capped = true): Price => ({
  ...{ key, meter: 'dyno', description: key, model: 'per_time', amount, perSeconds: '2592000' },
  ...(capped ? { maximum: { amount, scope: 'slot' } } : {}),
});
const usage = (priceKey: string, contributions: Contribution[], app = ''): ChargeUsage => ({
  ...{ priceKey, lineValues: app === '' ? {} : { app }, contributions },
});
const license = (more: Partial<License>): License => ({
  ...{ id: 'l', version: 1, product: 'p', quantity: '1', unit: 'units', measure: 'unit_months', weights: {} },
  ...{ from: rfc(MARCH.from), to: rfc(MARCH.to), ...more },
});

interface Case {
  /** By the instant from which they hold; a third element is the discount from then on. */
  prices: [number, Price[], string?][];
  charges: ChargeUsage[];
  licenses?: License[];
  discountPercent?: string;
  byDay?: boolean;
}
function rate({ prices, charges, licenses = [], discountPercent = '0', byDay = false }: Case) {
  const parts: { charge: ChargeUsage; part: RatedPart }[] = [];
  const input: RatingInput = {
    ...{ period: MARCH, days: MARCH_DAYS, currency: 'USD', minorUnit: 2, licenses, charges, byDay },
    versions: prices.map(([from, list, percent = discountPercent], i) => {
      const prices = new Map(list.map((price) => [price.key, price]));
      return { from, version: i + 1, prices, discountPercent: percent };
    }),
  };
  const rating = rateAccount({ ...input, onPart: (charge, part) => parts.push({ charge, part }) });
  return { ...rating, parts, first: rating.charges[0] as RatedCharge };
}
const amountsOf = ({ charges }: { charges: RatedCharge[] }) => charges.map(({ amount }) => amount);

describe('the instant a slot reaches its cap', () => {
  it('is 31 March 00:00 for Standard-1X that runs all of March: the interval is cut there', () => {
    const { first, parts } = rate({
      prices: [[MARCH.from, [perMonth('dyno', '25.00')]]],
      charges: [usage('dyno', [runs(MARCH.from, MARCH.to)])],
    });
    expect(parts.map(({ part: { contribution: c, amount } }) => [rfc(c.from), rfc(c.to), amount])).toEqual([
      ['2026-03-01T00:00:00.000Z', '2026-03-31T00:00:00.000Z', 25_000_000_000_000n],
      ['2026-03-31T00:00:00.000Z', '2026-04-01T00:00:00.000Z', 0n],
    ]);
    expect(first.steps).toEqual([
      { name: 'usage', quantity: '2678400' },
      { name: 'charge model', amount: '25.833333333333' },
      { name: 'cap or minimum', amount: '-0.833333333333' },
    ]);
  });

  it.each<[string, Contribution[], string]>([
    ['each slot has its own', [runs(at(1), MARCH.to, '1'), runs(at(1), MARCH.to, '2')], '50.00'],
    ['two stretches of one slot share it', [runs(at(1), at(20)), runs(at(21), MARCH.to)], '25.00'],
    ['half of the 720 hours', [runs(at(1), at(16))], '12.50'],
  ])('%s', (_, contributions, amount) => {
    const rated = rate({
      prices: [[MARCH.from, [perMonth('dyno', '25.00')]]],
      charges: [usage('dyno', contributions)],
    });
    expect(amountsOf(rated)).toEqual([amount]);
  });
});

describe('dyno units', () => {
  const prices: Case['prices'] = [
    [MARCH.from, [perMonth('1x', '25.00'), perMonth('l', '500.00'), perMonth('basic', '7.00')]],
  ];
  const weights = { '1x': '1', l: '16', basic: '0.28' };
  const units = (more: Partial<License>) => license({ id: 'units', weights, ...more });

  it.each<[string, Partial<License>, ChargeUsage[], string[], string | null]>([
    [
      '16 units cover a Performance-L all month',
      { quantity: '16' },
      [usage('l', [runs(at(1), MARCH.to)])],
      ['0.00'],
      null,
    ],
    [
      'also beside the 31st day: a pool is units times the time of the period',
      { quantity: '2' },
      [usage('1x', [runs(at(1), MARCH.to), runs(at(1), MARCH.to, '2')])],
      ['0.00'],
      null,
    ],
    [
      '22 of 31 units ran out on the 23rd, for both lines at once',
      { quantity: '22' },
      [
        usage('l', [runs(at(1), MARCH.to)]),
        usage(
          '1x',
          [...Array(15).keys()].map((i) => runs(at(1), MARCH.to, `${i}`)),
        ),
      ],
      ['150.00', '112.50'],
      '2026-03-23T00:00:00.000Z',
    ],
    [
      'Basic takes 0.28: 100 of them 28 units',
      { quantity: '14' },
      [
        usage(
          'basic',
          [...Array(100).keys()].map((i) => runs(at(1), MARCH.to, `${i}`)),
        ),
      ],
      ['361.67'],
      '2026-03-16T12:00:00.000Z',
    ],
    [
      'a term that begins inside the month covers from then on',
      { quantity: '1', from: rfc(at(16)) },
      [usage('1x', [runs(at(1), MARCH.to)])],
      ['12.50'],
      null,
    ],
    [
      'a term that ends inside the month covers until then',
      { quantity: '1', to: rfc(at(17)) },
      [usage('1x', [runs(at(1), MARCH.to)])],
      ['12.50'],
      null,
    ],
    [
      'unused units of one half cover the other: no overage while there are any',
      { quantity: '1' },
      [usage('1x', [runs(at(1), at(16)), runs(at(1), at(16), '2')])],
      ['0.00'],
      null,
    ],
    [
      'what it does not name is not covered',
      { quantity: '99', weights: { l: '16' } },
      [usage('1x', [runs(at(1), at(16))])],
      ['12.50'],
      null,
    ],
  ])('%s', (_, more, charges, amounts, exhaustedAt) => {
    const rated = rate({ prices, charges, licenses: [units(more)] });
    expect(amountsOf(rated)).toEqual(amounts);
    expect(day(rated.licenses[0]?.exhaustedAt ?? null)).toBe(exhaustedAt);
  });

  it('are told as unit-seconds, and cut all lines at the same instant', () => {
    const charges = ['a', 'b'].map((app) => usage('1x', [runs(at(1), MARCH.to)], app));
    const { licenses, parts } = rate({ prices, charges, licenses: [units({ quantity: '1' })] });
    const pool = { licenseId: 'units', from: MARCH.from, capacity: '2678400', drawn: '2678400' };
    expect(licenses).toEqual([{ ...pool, exhaustedAt: at(16, 12) }]);
    expect(parts.map(({ part: { contribution: c, covered } }) => [c.to, covered.length])).toEqual([
      [at(16, 12), 1],
      [MARCH.to, 0],
      [at(16, 12), 1],
      [MARCH.to, 0],
    ]);
  });

  it('of two licenses the earlier covers first, the other what is left', () => {
    const two = [units({ id: 'b', quantity: '1', from: rfc(at(11)) }), units({ id: 'a', quantity: '0.5' })];
    const { licenses, first } = rate({ prices, charges: [usage('1x', [runs(at(1), MARCH.to)])], licenses: two });
    expect(first.amount).toBe('0.00');
    expect(licenses.map(({ licenseId, exhaustedAt }) => [licenseId, day(exhaustedAt)])).toEqual([
      ['a', '2026-03-16T12:00:00.000Z'],
      ['b', null],
    ]);
  });
});

describe('licenses of a maximum', () => {
  const connect: Price = {
    ...{ key: 'rows', meter: 'connect-rows', description: 'Rows', model: 'per_unit', unitAmount: '0.01' },
  };
  it.each<[string, string, number[], string]>([
    ['Connect rows within what was bought', '1000', [400, 500], '0.00'],
    ['rows above it are overage, whenever they came', '1000', [400, 500, 350], '2.50'],
    ['nothing bought', '0.000000000001', [100], '1.00'],
  ])('%s', (_, quantity, rises, amount) => {
    const rows = rises.map((rise, i) => event(at(2 + i), rise));
    const rated = rate({
      prices: [[MARCH.from, [connect]]],
      charges: [usage('rows', rows)],
      licenses: [license({ quantity, unit: 'rows', measure: 'max', weights: { rows: '1' } })],
    });
    expect(amountsOf(rated)).toEqual([amount]);
  });

  const space = perMonth('space', '1000.00', false);
  it.each<[string, string, Contribution[], string, string | null, string]>([
    ['as many spaces as were bought', '2', [runs(at(1), at(16)), runs(at(1), at(16), '2')], '0.00', null, '2'],
    ['never more than so many at a time', '1', [runs(at(1), at(16)), runs(at(16), at(31), '2')], '0.00', null, '1'],
    [
      'first come, first covered',
      '1',
      [runs(at(1), at(16)), runs(at(6), at(11), '2')],
      '166.67',
      '2026-03-06T00:00:00.000Z',
      '1',
    ],
    [
      'what waits is covered when the other ends',
      '1',
      [runs(at(1), at(11)), runs(at(6), at(16), '2')],
      '166.67',
      '2026-03-06T00:00:00.000Z',
      '1',
    ],
    [
      'nothing is saved up',
      '1',
      [runs(at(16), at(31)), runs(at(16), at(31), '2')],
      '500.00',
      '2026-03-16T00:00:00.000Z',
      '1',
    ],
    [
      'a level above it is covered as far as it goes',
      '2',
      [runs(at(1), at(16), '1', 3)],
      '500.00',
      '2026-03-01T00:00:00.000Z',
      '2',
    ],
  ])('%s', (_, quantity, intervals, amount, exhaustedAt, drawn) => {
    const rated = rate({
      prices: [[MARCH.from, [space]]],
      charges: [usage('space', intervals)],
      licenses: [license({ quantity, unit: 'spaces', measure: 'max', weights: { space: '1' } })],
    });
    expect(amountsOf(rated)).toEqual([amount]);
    expect(rated.licenses[0]).toMatchObject({ drawn });
    expect(day(rated.licenses[0]?.exhaustedAt ?? null)).toBe(exhaustedAt);
  });
});

describe('first come, first covered', () => {
  it('is told by when an interval began, also after a new version or another license cut it', () => {
    const space = perMonth('space', '1000.00', false);
    const old = { ...runs(at(1), at(31), 'old'), id: 'zz' };
    const young = { ...runs(at(6), at(31), 'young'), id: 'aa' };
    const rated = rate({
      prices: [
        [MARCH.from, [space]],
        [at(11), [space]],
      ],
      charges: [usage('space', [young, old])],
      licenses: [
        license({ id: 'one', unit: 'spaces', measure: 'max', weights: { space: '1' } }),
        license({ id: 'later', quantity: '0.000000000001', weights: { space: '1' }, from: rfc(at(21)) }),
      ],
    });
    const covered = rated.parts.filter(({ part }) => part.covered.some(({ licenseId }) => licenseId === 'one'));
    expect(new Set(covered.map(({ part }) => part.contribution.id))).toEqual(new Set(['zz']));
  });
});

describe('licenses in money and of a sum', () => {
  const data = perMonth('data', '50.00', false);
  const token: Price = { key: 'tokens', meter: 't', description: 'Tokens', model: 'per_unit', unitAmount: '0.01' };
  it.each<[string, Partial<License>, Case['charges'], string, string[]]>([
    [
      'credit covers amounts after the discount',
      { quantity: '20' },
      [usage('data', [runs(at(1), at(31))])],
      '20',
      ['20.00'],
    ],
    [
      'credit is shared in time order',
      { quantity: '30' },
      [usage('data', [runs(at(1), at(16))], 'a'), usage('data', [runs(at(16), at(31))], 'b')],
      '0',
      ['0.00', '20.00'],
    ],
    [
      'and by the part of the month its term covers',
      { quantity: '31', from: rfc(at(17)) },
      [usage('data', [runs(at(1), at(31))])],
      '0',
      ['35.00'],
    ],
  ])('%s', (_, more, charges, discountPercent, amounts) => {
    const credit = license({ unit: 'USD', measure: 'sum', weights: { data: '1' }, ...more });
    expect(amountsOf(rate({ prices: [[MARCH.from, [data]]], charges, licenses: [credit], discountPercent }))).toEqual(
      amounts,
    );
  });

  it('a sum is prorated by the covered time of the month', () => {
    const prepaid = license({
      quantity: '3100',
      unit: 'tokens',
      measure: 'sum',
      weights: { tokens: '1' },
      to: rfc(at(11)),
    });
    const charges = [usage('tokens', [event(at(2), 900), event(at(3), 200), event(at(20), 50)])];
    const { first, licenses } = rate({ prices: [[MARCH.from, [token]]], charges, licenses: [prepaid] });
    const pool = { licenseId: 'l', from: MARCH.from, capacity: '1000', drawn: '1000' };
    expect(licenses).toEqual([{ ...pool, exhaustedAt: at(3) }]);
    expect(first).toMatchObject({ amount: '1.50', quantity: '1150' });
  });

  it('a flat fee is due with any usage, also when a license covers it', () => {
    const flat: Price = { key: 'tokens', meter: 't', description: 'Tokens', model: 'flat', amount: '5.00' };
    const prepaid = license({ quantity: '10', unit: 'tokens', measure: 'sum', weights: { tokens: '1' } });
    const rated = rate({
      prices: [[MARCH.from, [flat]]],
      charges: [usage('tokens', [event(at(2), 1)])],
      licenses: [prepaid],
    });
    expect(amountsOf(rated)).toEqual(['5.00']);
  });
});

describe('a new version of the rate card inside the month', () => {
  const tokens = (tiers: [string | null, string, string?][], more: Partial<Price> = {}) =>
    ({
      ...{ key: 'p', meter: 'm', description: 'p', model: 'graduated', ...more },
      tiers: tiers.map(([upTo, unitAmount, flatAmount]) => ({
        upTo,
        unitAmount,
        ...(flatAmount ? { flatAmount } : {}),
      })),
    }) as Price;
  const perUnit = (unitAmount: string, more: Partial<Price> = {}) =>
    ({ key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount, ...more }) as Price;
  const cheap = tokens([
    ['100', '1'],
    [null, '0.5'],
  ]);
  const dear = tokens([
    ['100', '2'],
    [null, '1'],
  ]);
  const flat = (amount: string, flatAtZero: boolean) =>
    ({ key: 'p', meter: 'm', description: 'p', model: 'flat', amount, flatAtZero }) as Price;

  it.each<[string, Price | null, Price | null, [number, number][], string]>([
    [
      'tiers run through: the 61st to 140th unit in the new price',
      cheap,
      dear,
      [
        [5, 60],
        [20, 80],
      ],
      '180.00',
    ],
    ['only before', cheap, dear, [[5, 140]], '120.00'],
    ['only after', cheap, dear, [[20, 140]], '240.00'],
    [
      'the allowance is given once',
      perUnit('1', { included: '50' }),
      perUnit('2', { included: '50' }),
      [
        [5, 60],
        [20, 10],
      ],
      '30.00',
    ],
    [
      'a larger allowance goes on from what was used',
      perUnit('1', { included: '50' }),
      perUnit('2', { included: '100' }),
      [
        [5, 60],
        [20, 60],
      ],
      '50.00',
    ],
    [
      'a line cap runs through',
      perUnit('1', { maximum: { amount: '50', scope: 'line' } }),
      perUnit('2', { maximum: { amount: '50', scope: 'line' } }),
      [
        [5, 40],
        [20, 10],
      ],
      '40.00',
    ],
    [
      'a price that begins has not seen what was used before',
      null,
      tokens([
        ['10', '1', '3'],
        [null, '0'],
      ]),
      [
        [5, 60],
        [20, 4],
      ],
      '7.00',
    ],
    [
      'a price that ends charges what was used until then',
      perUnit('1'),
      null,
      [
        [5, 60],
        [20, 4],
      ],
      '60.00',
    ],
    [
      'a flat fee is due once',
      flat('5', false),
      flat('7', false),
      [
        [5, 1],
        [20, 1],
      ],
      '5.00',
    ],
    ['by the version of the first usage', flat('5', false), flat('7', false), [[20, 1]], '7.00'],
    ['also where it is due without usage', flat('5', true), flat('7', true), [[20, 1]], '7.00'],
    ['and where only the new one is', flat('5', false), flat('7', true), [], '7.00'],
    ['or only the old one was', flat('5', true), flat('7', false), [[20, 1]], '7.00'],
    ['without usage, by the last version that has the price', flat('5', true), null, [], '5.00'],
  ])('%s', (_, before, after, events, amount) => {
    const version = (from: number, price: Price | null): [number, Price[]] => [from, price === null ? [] : [price]];
    const contributions = events.map(([when, quantity]) => event(at(when), quantity));
    const rated = rate({
      prices: [version(MARCH.from, before), version(at(11), after)],
      charges: [usage('p', contributions)],
    });
    expect(amountsOf(rated)).toEqual([amount]);
  });

  it('a slot that is capped half by the old and half by the new price', () => {
    const rated = rate({
      prices: [
        [MARCH.from, [perMonth('dyno', '25.00')]],
        [at(16), [perMonth('dyno', '50.00')]],
      ],
      charges: [usage('dyno', [runs(at(1), MARCH.to)])],
    });
    expect(amountsOf(rated)).toEqual(['37.50']);
  });
});

describe('a discount that changes inside the month', () => {
  const perUnit: Price = { key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount: '1', included: '10' };
  const fee: Price = { key: 'p', meter: 'm', description: 'p', model: 'flat', amount: '5', flatAtZero: true };
  const dyno = perMonth('p', '30.00', false);
  it.each<[string, Price, Contribution[], string[], string]>([
    ['comes off what is used from then on', perUnit, [event(at(5), 30), event(at(20), 8)], ['20', '6'], '26.00'],
    ['the allowance runs through', perUnit, [event(at(5), 4), event(at(20), 14)], ['0', '6'], '6.00'],
    ['what runs is cut there', dyno, [runs(at(6), at(16))], ['5', '3.75'], '8.75'],
    ['due without usage, by the last', fee, [], ['0', '3.75'], '3.75'],
    ['due without usage, by the one of the first usage', fee, [event(at(5), 1), event(at(20), 1)], ['5', '0'], '5.00'],
  ])('%s', (_, price, contributions, bySegment, amount) => {
    const { first } = rate({
      prices: [
        [MARCH.from, [price], '0'],
        [at(11), [price], '25'],
      ],
      charges: [usage('p', contributions)],
    });
    expect(first.amount).toBe(amount);
    expect(first.bySegment).toEqual([
      { from: MARCH.from, amountExact: bySegment[0] },
      { from: at(11), amountExact: bySegment[1] },
    ]);
  });
});

describe('what is taken back', () => {
  const perUnit: Price = { key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount: '1', included: '10' };
  it.each<[string, Price, number[], string]>([
    ['is given back at its price', perUnit, [30, -5], '15.00'],
    ['gives the allowance back', perUnit, [10, -10, 10], '0.00'],
    ['costs what is left, whichever came first', perUnit, [-5, 8], '0.00'],
    ['or last', perUnit, [8, -5], '0.00'],
    ['however often', perUnit, [-5, 20, -30, 40, -10], '5.00'],
    ['below zero where the price is even', perUnit, [-5], '-5.00'],
    [
      'never below zero in tiers',
      { ...perUnit, model: 'graduated', tiers: [{ upTo: null, unitAmount: '1' }] } as Price,
      [-5],
      '0.00',
    ],
    [
      'is returned in a percentage without fees',
      { key: 'p', meter: 'm', description: 'p', model: 'percentage', percent: '10', fixedAmount: '1' },
      [50, -50],
      '1.00',
    ],
    [
      'packages begun are due whole',
      { key: 'p', meter: 'm', description: 'p', model: 'package', amount: '3', size: '10' },
      [11, -2],
      '3.00',
    ],
  ])('%s', (_, price, quantities, amount) => {
    const contributions = quantities.map((quantity, i) => event(at(2 + i), quantity));
    expect(amountsOf(rate({ prices: [[MARCH.from, [price]]], charges: [usage('p', contributions)] }))).toEqual([
      amount,
    ]);
  });
});

describe('what is taken back after the price changed', () => {
  const at1 = { key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount: '1' } as Price;
  const at2 = { ...at1, unitAmount: '2' } as Price;
  /** Events of days, 1.00 until the 11th, 2.00 until the 21st, then 4.00. */
  const prices: Case['prices'] = [
    [MARCH.from, [at1]],
    [at(11), [at2]],
    [at(21), [{ ...at1, unitAmount: '4' } as Price]],
  ];
  it.each<[string, [number, number][], string[]]>([
    [
      'at the price it was charged at, the last first',
      [
        [5, 10],
        [12, 5],
        [13, -7],
      ],
      ['8', '0', '0'],
    ],
    [
      'and charged anew at the price in force',
      [
        [5, 10],
        [12, 5],
        [13, -7],
        [14, 1],
      ],
      ['8', '2', '0'],
    ],
    [
      'also where nothing was charged since',
      [
        [5, 10],
        [12, -4],
      ],
      ['6', '0', '0'],
    ],
    [
      'through a price in between',
      [
        [5, 10],
        [12, 5],
        [22, 1],
        [23, -8],
      ],
      ['8', '0', '0'],
    ],
    [
      'what none has charged, at the price in force',
      [
        [5, 10],
        [12, -14],
      ],
      ['0', '-8', '0'],
    ],
    [
      'what was below zero stays at its price',
      [
        [5, -5],
        [12, 8],
        [22, -8],
      ],
      ['-5', '0', '0'],
    ],
    [
      'and what comes after it costs what it costs then',
      [
        [5, -5],
        [12, 8],
      ],
      ['-5', '16', '0'],
    ],
  ])('%s', (_, events, bySegment) => {
    const { first } = rate({
      prices,
      charges: [
        usage(
          'p',
          events.map(([day, quantity]) => event(at(day), quantity)),
        ),
      ],
    });
    expect(first.bySegment.map(({ amountExact }) => amountExact)).toEqual(bySegment);
  });

  it('out of tiers, it leaves the tiers it came from', () => {
    const tiered = (first: string, then: string) =>
      ({
        ...at1,
        model: 'graduated',
        tiers: [
          { upTo: '10', unitAmount: first },
          { upTo: null, unitAmount: then },
        ],
      }) as Price;
    // 8 at 1.00, then 2 at 3.00 and 5 at 2.00; 9 back are those 7, and 2 of the 8.
    const { first } = rate({
      prices: [
        [MARCH.from, [tiered('1', '0.5')]],
        [at(11), [tiered('3', '2')]],
      ],
      charges: [usage('p', [event(at(5), 8), event(at(12), 7), event(at(13), -9)])],
    });
    expect(first.amount).toBe('6.00');
  });
});

describe('a latest value', () => {
  const perUnit = (unitAmount: string, more: Partial<Price> = {}) =>
    ({ key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount, ...more }) as Price;
  const told = (...values: [number, number][]) =>
    values.map(([day, value], i) => ({
      ...event(at(day), value - (values[i - 1]?.[1] ?? 0)),
      ...{ replaces: true as const },
    }));
  it.each<[string, [number, number][], string]>([
    [
      'costs what it costs when it was last told',
      [
        [5, 10],
        [12, 4],
      ],
      '8.00',
    ],
    [
      'nothing when it is nothing',
      [
        [5, 10],
        [12, 0],
      ],
      '0.00',
    ],
    [
      'told again, it costs what it costs now',
      [
        [5, 10],
        [12, 10],
      ],
      '20.00',
    ],
    ['not told again, what it cost then', [[5, 10]], '10.00'],
    [
      'told below zero and up again',
      [
        [5, -3],
        [12, 4],
      ],
      '8.00',
    ],
  ])('%s', (_, values, amount) => {
    const { first } = rate({
      prices: [
        [MARCH.from, [perUnit('1')]],
        [at(11), [perUnit('2')]],
      ],
      charges: [usage('p', told(...values))],
    });
    expect(first.amount).toBe(amount);
  });

  it('has the allowance and the minimum of the version that prices it', () => {
    const { first } = rate({
      prices: [
        [MARCH.from, [perUnit('1', { included: '2', minimum: '9' })]],
        [at(11), [perUnit('2', { included: '3' })]],
      ],
      charges: [usage('p', told([5, 10], [12, 4]))],
    });
    expect(first).toMatchObject({ amount: '2.00', quantity: '4' });
    expect(first.steps).toContainEqual({ name: 'allowance', quantity: '-3' });
  });
});

describe('the one rounding', () => {
  const third = (quantity: string): Price => {
    return { key: 'p', meter: 'm', description: 'p', model: 'per_unit', unitAmount: quantity, per: '3' };
  };
  it.each<[string, string, string, string]>([
    ['goes by the exact amount, which is just below a half', '0.014999999999', '0.005', '0.00'],
    ['at the half it is up', '0.015', '0.005', '0.01'],
    ['and just above it', '0.015000000001', '0.005', '0.01'],
    ['below zero alike', '-0.014999999999', '-0.005', '0.00'],
  ])('%s', (_, unitAmount, exact, amount) => {
    const { first } = rate({ prices: [[MARCH.from, [third(unitAmount)]]], charges: [usage('p', [event(at(5), 1)])] });
    expect(first).toMatchObject({ amountExact: exact, amount });
    const told = first.steps.map((step) => step.amount ?? '0');
    expect(told.reduce((sum, each) => sum + parseAmount(each), 0n)).toBe(parseAmount(amount));
  });

  it('is of all versions together', () => {
    const { first } = rate({
      prices: [
        [MARCH.from, [third('0.007499999999')]],
        [at(11), [third('0.0075')]],
      ],
      charges: [usage('p', [event(at(5), 1), event(at(12), 1)])],
    });
    expect(first).toMatchObject({ amountExact: '0.005', amount: '0.00' });
  });
});

describe('a bucket of events over days', () => {
  const prices: Case['prices'] = [[MARCH.from, [{ ...perMonth('p', '2592000', false), minimum: '5' }]]];
  const bucket: Contribution = { ...event(MARCH.from, 7), kind: 'bucket', to: MARCH.to };

  it('stands for all of them where nobody asks for days', () => {
    expect(amountsOf(rate({ prices, charges: [usage('p', [bucket])] }))).toEqual(['7.00']);
  });

  it('does not tell of which day they were', () => {
    expect(() => rate({ prices, charges: [usage('p', [bucket])], byDay: true })).toThrow('cannot be cut');
  });
});

describe('a version with the same prices', () => {
  const price: Price = {
    ...{ key: 'p', meter: 'm', description: 'p', model: 'percentage', percent: '0.01', perEventMin: '2.000000000001' },
    ...{ included: '0.000000000001', minimum: '2' },
  };
  const returned: Contribution = { ...event(at(1, 1) + 1, 0), quantity: -1_000_001_000_000_000_000n };
  const charges = [usage('p', [event(at(1), 1), event(at(1, 1), 1), returned])];

  it('takes back what the one before charged as if there were one, above the minimum of both', () => {
    const [whole] = rate({ prices: [[MARCH.from, [price]]], charges }).charges;
    const [split] = rate({
      prices: [
        [MARCH.from, [price]],
        [at(1, 1), [price]],
      ],
      charges,
    }).charges;
    expect(whole?.amountExact).toBe('3.999899999902');
    expect(split).toEqual({ ...whole, bySegment: split?.bySegment });
  });
});

describe('what cannot be rated', () => {
  const prices: Case['prices'] = [[MARCH.from, [perMonth('p', '1')]]];
  it.each<[string, Contribution]>([
    ['before the period', event(MARCH.from - 1, 1)],
    ['at its end', event(MARCH.to, 1)],
    ['an interval beyond its end', runs(at(31), MARCH.to + 1)],
  ])('%s', (_, contribution) => {
    expect(() => rate({ prices, charges: [usage('p', [contribution])] })).toThrow('outside the billing period');
  });

  it('a bucket of events in which a price changes', () => {
    const bucket: Contribution = { ...event(at(5), 1), kind: 'bucket', to: at(5, 1) };
    const changing: Case['prices'] = [...prices, [at(5) + 1, [perMonth('p', '2')]]];
    expect(() => rate({ prices: changing, charges: [usage('p', [bucket])] })).toThrow('cannot be cut');
  });

  it('usage before what was rated already', () => {
    const versions = [
      { from: MARCH.from, version: 1, prices: new Map([['p', perMonth('p', '1')]]), discountPercent: '0' },
    ];
    const scope = { period: MARCH, days: MARCH_DAYS, currency: 'USD', minorUnit: 2, licenses: [], versions };
    const rater = new AccountRater(scope);
    rater.rate([usage('p', [event(at(5), 1)])]);
    rater.rate([usage('p', [event(at(5), 1)])]);
    const earlier = [usage('p', [event(at(5) - 1, 1)])];
    expect(() => rater.rate(earlier)).toThrow('before what was rated already');
    // A forecast begins at the watermark, and events may be sent ahead of it.
    const forecast = rater.fork();
    forecast.rate(earlier);
    expect(forecast.amounts()).toEqual(['0.00']);
  });

  it('a charge without a price in any version', () => {
    expect(() => rate({ prices, charges: [usage('q', [])] })).toThrow('has price "q"');
  });
});
