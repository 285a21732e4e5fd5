import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount, parseQuantity } from '../../domain/money.ts';
import type { License, Price } from '../../domain/pricing/price.ts';
import { type Contribution, cutAt } from '../../domain/rating/contribution.ts';
import { HOUR, MARCH } from '../../domain/rating/testing/rating-cases.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { type OpenedCharge, rateAgain } from '../charge/open-charge.ts';
import type { ChargeMark } from '../explanation.types.ts';
import { marksOf, told } from './marks.ts';

const LINE = { priceKey: 'work', lineValues: {} };
const iso = (micros: number) => new Date(micros / 1000).toISOString();
const at = (hours: number) => MARCH.from + Math.round(hours * HOUR);

let ids = 0;
const named = (subject: string, slot: string) => ({
  ...{ slot, events: 1, source: 's', id: String(ids++).padStart(6, '0'), subject, dimensions: {} },
});
/** A slot that runs from one hour to another. */
const runs = (subject: string, from: number, to: number, slot = 1): Contribution => ({
  ...{ kind: 'interval', from: at(from), to: at(to), quantity: 10n ** 12n * BigInt(at(to) - at(from)) },
  ...named(subject, JSON.stringify([subject, slot])),
});
const event = (subject: string, hours: number, n: string): Contribution => ({
  ...{ kind: 'event', from: at(hours), to: at(hours), quantity: parseQuantity(n) },
  ...named(subject, ''),
});
const price = (terms: object): Price => ({ key: 'work', meter: 'm', description: 'Work', ...terms }) as Price;
const HOURLY = { model: 'per_time', amount: '1', perSeconds: '3600' };
const hours = (n: number) => String(n * 3600);

interface Case {
  prices: [fromHours: number, Price | null][];
  licenses?: License[];
  levels?: boolean;
  discountPercent?: string;
}

function foundOf({ prices, licenses = [], levels = true, discountPercent = '0' }: Case): FoundCharge {
  const rulings = prices.map(([from, each], i) => ({
    ...{ rateCard: 'card', version: i + 1, from: at(from), discountPercent, taxPercent: '0' },
    prices: each === null ? [] : [each],
  }));
  return {
    pricing: {
      account: { timeZone: 'UTC', currency: 'USD' },
      ...{ rulings, licenses, minorUnit: 2 },
    },
    ...{ period: { key: '2026-03', timeZone: 'UTC', ...MARCH }, through: MARCH.to, line: LINE },
    meter: levels
      ? { aggregation: 'time_weighted', levels: 'slots', unit: 's' }
      : { aggregation: 'sum', unit: 'units' },
  } as unknown as FoundCharge;
}

const opened = (found: FoundCharge, contributions: readonly Contribution[]) =>
  rateAgain(found, [{ ...LINE, contributions }]) as OpenedCharge;
const marks = (given: Case, contributions: readonly Contribution[]) => {
  const found = foundOf(given);
  return marksOf(found, opened(found, contributions));
};
const shown = (all: readonly ChargeMark[]) => all.map((mark) => `${mark.at.replace(/\.000000Z$/, 'Z')} ${mark.text}`);

/** What a slot uses in a microsecond; what lasts less is given to nobody. */
const MICROSECOND = 10n ** 12n;
const AT_MOST_SIDE_BY_SIDE = 12n;

const TIERS = {
  model: 'graduated',
  tiers: [
    { upTo: '10', unitAmount: '1' },
    { upTo: '25', unitAmount: '0.5' },
    { upTo: null, unitAmount: '0.1' },
  ],
};
const since = (version: Case['prices'][0]): Case['prices'] => [version];

describe('marks', () => {
  it.each<[string, Case, Contribution[], string[]]>([
    [
      'a cap of a slot reached inside an interval',
      { prices: since([0, price({ ...HOURLY, maximum: { amount: '100', scope: 'slot' } })]) },
      [runs('web', 5, 200)],
      ['2026-03-05T09:00:00Z web, slot 1, reached its cap of 100.00'],
    ],
    [
      'a cap of the line reached by two that run side by side',
      { prices: since([0, price({ ...HOURLY, maximum: { amount: '30', scope: 'line' } })]) },
      [runs('web', 0, 500), runs('worker', 10, 500)],
      ['2026-03-01T20:00:00Z The charge reached its cap of 30.00'],
    ],
    [
      'a cap that is reached exactly, with a pause before it would be passed',
      { prices: since([0, price({ ...HOURLY, maximum: { amount: '30', scope: 'slot' } })]) },
      [runs('web', 0, 30), runs('web', 100, 110)],
      ['2026-03-02T06:00:00Z web, slot 1, reached its cap of 30.00'],
    ],
    [
      'no cap where nothing goes beyond it',
      { prices: since([0, price({ ...HOURLY, maximum: { amount: '30', scope: 'slot' } })]) },
      [runs('web', 0, 30)],
      [],
    ],
    [
      'a cap after an allowance that ended inside an interval',
      { prices: since([0, price({ ...HOURLY, included: hours(10), maximum: { amount: '30', scope: 'slot' } })]) },
      [runs('web', 0, 100)],
      [
        '2026-03-01T10:00:00Z What is included, 10 h, was used up',
        '2026-03-02T16:00:00Z web, slot 1, reached its cap of 30.00',
      ],
    ],
    [
      'a minimum that usage comes to',
      { prices: since([0, price({ ...HOURLY, minimum: '12.5' })]) },
      [runs('web', 4, 20)],
      ['2026-03-01T16:30:00Z What was used came to the minimum of 12.50'],
    ],
    [
      'no minimum where usage does not come to it',
      { prices: since([0, price({ ...HOURLY, minimum: '100' })]) },
      [runs('web', 4, 20)],
      [],
    ],
    [
      'tiers, each where its first usage comes',
      { prices: since([0, price(TIERS)]), levels: false },
      [event('a', 1, '10'), event('b', 2, '4'), event('a', 3, '11'), event('b', 4, '0.001')],
      [
        '2026-03-01T02:00:00Z Tier 2 was entered, beyond 10 units',
        '2026-03-01T04:00:00Z Tier 3 was entered, beyond 25 units',
      ],
    ],
    [
      'an allowance that an event used up',
      { prices: since([0, price({ model: 'per_unit', unitAmount: '1', included: '10' })]), levels: false },
      [event('a', 1, '4'), event('b', 2, '6'), event('c', 3, '1')],
      ['2026-03-01T02:00:00Z What is included, 10 units, was used up'],
    ],
    ...(['0', '1'] as const).flatMap((version): [string, Case, Contribution[], string[]][] => {
      // With the period, or where a version begins.
      const from = version === '0' ? 0 : 240;
      const at = version === '0' ? '2026-03-01T00:00:00Z' : '2026-03-11T00:00:00Z';
      const given = (terms: object): Case => ({ prices: since([from, price(terms)]), levels: false });
      const began = version === '0' ? [] : ['2026-03-11T00:00:00Z Its price began with version 1'];
      const one = { model: 'per_unit', unitAmount: '1' };
      const first = (n: string) => [event('a', from, n)];
      const name = (what: string) => `${what} by an event at the first instant of version ${version}`;
      return [
        [
          name('a cap met'),
          given({ ...one, maximum: { amount: '1', scope: 'line' } }),
          first('1.01'),
          [...began, `${at} The charge reached its cap of 1.00`],
        ],
        [
          name('a minimum met'),
          given({ ...one, minimum: '1' }),
          first('1.01'),
          [...began, `${at} What was used came to the minimum of 1.00`],
        ],
        [
          name('an allowance used up'),
          given({ ...one, included: '1' }),
          first('1.01'),
          [...began, `${at} What is included, 1 units, was used up`],
        ],
        [name('a tier entered'), given(TIERS), first('10.01'), [...began, `${at} Tier 2 was entered, beyond 10 units`]],
      ];
    }),
    [
      'a cap under a price that began with the event that passes it',
      {
        prices: [
          [0, price({ model: 'per_unit', unitAmount: '1' })],
          [240, price({ model: 'per_unit', unitAmount: '1', maximum: { amount: '5', scope: 'line' } })],
        ],
        levels: false,
      },
      [event('a', 1, '4'), event('b', 240, '2')],
      [
        '2026-03-11T00:00:00Z The most that is charged changed from no limit to 5.00 for the charge with version 2',
        '2026-03-11T00:00:00Z The charge reached its cap of 5.00',
      ],
    ],
    [
      'an allowance that was used up exactly is none',
      { prices: since([0, price({ model: 'per_unit', unitAmount: '1', included: '10' })]), levels: false },
      [event('a', 1, '4'), event('b', 2, '6')],
      [],
    ],
    [
      'a cap of packages',
      {
        prices: since([
          0,
          price({ model: 'package', amount: '2', size: '5', maximum: { amount: '6', scope: 'line' } }),
        ]),
        levels: false,
      },
      [event('a', 1, '10'), event('a', 2, '1'), event('a', 3, '9')],
      ['2026-03-01T02:00:00Z The charge reached its cap of 6.00'],
    ],
    [
      'a percentage with a cap, event by event',
      {
        prices: since([
          0,
          price({ model: 'percentage', percent: '10', perEventMin: '1', maximum: { amount: '3', scope: 'line' } }),
        ]),
        levels: false,
      },
      [event('a', 1, '1'), event('a', 2, '20'), event('a', 3, '1')],
      ['2026-03-01T02:00:00Z The charge reached its cap of 3.00'],
    ],
    [
      'a price that changed, and a cap that it raised',
      {
        prices: [
          [-100, price({ ...HOURLY, maximum: { amount: '20', scope: 'slot' } })],
          [100, price({ ...HOURLY, maximum: { amount: '110', scope: 'slot' } })],
        ],
      },
      [runs('web', 0, 300)],
      [
        '2026-03-01T20:00:00Z web, slot 1, reached its cap of 20.00',
        '2026-03-05T04:00:00Z The most that is charged changed from 20.00 for each slot to 110.00 for each slot with version 2',
        '2026-03-05T14:00:00Z web, slot 1, reached its cap of 110.00',
      ],
    ],
    [
      'a cap that a new price brings when more was used already',
      {
        prices: [
          [-100, price(HOURLY)],
          [100, price({ ...HOURLY, maximum: { amount: '20', scope: 'slot' } })],
        ],
      },
      [runs('web', 0, 300), runs('gone', 0, 50)],
      [
        '2026-03-05T04:00:00Z The most that is charged changed from no limit to 20.00 for each slot with version 2',
        '2026-03-05T04:00:00Z web, slot 1, reached its cap of 20.00',
      ],
    ],
    [
      'tiers of the version in force, over what came before it',
      {
        prices: [
          [-100, price({ model: 'per_unit', unitAmount: '1' })],
          [24, price(TIERS)],
        ],
        levels: false,
      },
      [event('a', 1, '20'), event('a', 30, '4'), event('b', 31, '4')],
      [
        '2026-03-02T00:00:00Z Its price changed with version 2',
        '2026-03-02T07:00:00Z Tier 3 was entered, beyond 25 units',
      ],
    ],
    [
      'a price that begins and ends inside the period',
      {
        prices: [
          [-100, null],
          [24, price(HOURLY)],
          [48, null],
        ],
      },
      [runs('web', 30, 40)],
      ['2026-03-02T00:00:00Z Its price began with version 2', '2026-03-03T00:00:00Z Its price ended'],
    ],
    [
      'a version that says the same again is none',
      {
        prices: [
          [-100, price(HOURLY)],
          [24, price({ ...HOURLY, description: 'Working' })],
        ],
      },
      [runs('web', 0, 40)],
      [],
    ],
    [
      'a license that began, ran out and ended',
      {
        prices: since([0, price(HOURLY)]),
        licenses: [
          {
            ...{ id: 'l', version: 1, product: 'Prepaid', quantity: '1', unit: 'units', measure: 'unit_months' },
            ...{ weights: { work: '1' }, from: iso(at(10)), to: iso(at(110)) },
          },
        ],
      },
      [runs('web', 0, 200), runs('worker', 0, 200)],
      [
        '2026-03-01T10:00:00Z Prepaid began',
        '2026-03-03T12:00:00Z Prepaid ran out',
        '2026-03-05T14:00:00Z Prepaid ended',
      ],
    ],
    [
      'a cap of what a license leaves',
      {
        prices: since([0, price({ ...HOURLY, maximum: { amount: '20', scope: 'line' } })]),
        licenses: [
          {
            ...{ id: 'l', version: 1, product: 'At once', quantity: '1', unit: 'units', measure: 'max' },
            ...{ weights: { work: '1' }, from: iso(at(-10)), to: iso(at(1_000)) },
          },
        ],
      },
      [runs('web', 0, 100), runs('worker', 10, 100)],
      ['2026-03-01T10:00:00Z At once ran out', '2026-03-02T06:00:00Z The charge reached its cap of 20.00'],
    ],
  ])('%s', (_, given, contributions, expected) => {
    expect(shown(marks(given, contributions))).toEqual(expected);
  });

  it('of many slots that reach their cap tells the first, and how many more', () => {
    const all = marks(
      { prices: since([0, price({ ...HOURLY, maximum: { amount: '10', scope: 'slot' } })]) },
      Array.from({ length: 30 }, (_, i) => runs('web', i, 100, i + 1)),
    );
    expect(all).toHaveLength(21);
    expect(shown(all).at(-1)).toBe('2026-03-02T15:00:00Z 10 more reached their cap until then');
    expect(told(all, String)).toEqual(all);
  });
});

/** The usage up to an instant, that included. */
function until(contributions: readonly Contribution[], instant: number): Contribution[] {
  return contributions
    .flatMap((each) => (each.kind === 'interval' ? cutAt(each, [instant]) : [each]))
    .filter(({ kind, from }) => from < instant || (kind === 'event' && from === instant));
}

describe('instants of marks, against rating the usage up to them', () => {
  const slots = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(400), fc.integer({ min: 1, max: 300 })), {
    minLength: 1,
    maxLength: 12,
  });
  const levels = slots.map((all) =>
    all.map(([slot, from, long]) => runs(`web.${slot}`, from + slot / 7, from + slot / 7 + long / 3, 1)),
  );
  const counted = fc
    .array(fc.tuple(fc.nat(700 * 60), fc.integer({ min: 0, max: 9_000 })), { minLength: 1, maxLength: 25 })
    .map((all) =>
      all
        .sort(([a], [b]) => a - b)
        .map(([minute, n]) =>
          event(`r${n % 3}`, minute / 60, `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`),
        ),
    );
  const limits = fc.record(
    {
      included: fc.integer({ min: 1, max: 60 }),
      minimum: fc.integer({ min: 1, max: 60 }),
      maximum: fc.integer({ min: 1, max: 90 }),
    },
    { requiredKeys: [] },
  );
  const model = (unit: (n: number) => string) =>
    fc.constantFrom<object>(
      { model: 'per_unit', unitAmount: '1', per: unit(1) },
      { model: 'package', amount: '2', size: unit(3) },
      ...['graduated', 'volume'].map((name) => ({
        model: name,
        tiers: [
          { upTo: unit(20), unitAmount: unit(1) === '1' ? '1' : '0.0003' },
          { upTo: unit(50), unitAmount: unit(1) === '1' ? '0.25' : '0.0001', flatAmount: '2' },
          { upTo: null, unitAmount: unit(1) === '1' ? '0.5' : '0.0002' },
        ],
      })),
    );

  it.each([
    ['levels', levels, hours],
    ['counted usage', counted, String],
  ] as const)('of %s', (kind, contributions, unit) => {
    const isLevel = kind === 'levels';
    fc.assert(
      fc.property(
        contributions,
        model(unit),
        limits,
        (usage, terms: object & { model?: string }, { included, minimum, maximum }) => {
          const one = price({
            ...terms,
            ...(included === undefined ? {} : { included: unit(included) }),
            ...(minimum === undefined ? {} : { minimum: String(minimum) }),
            ...(maximum === undefined ? {} : { maximum: { amount: String(maximum), scope: 'line' } }),
          });
          const given = { prices: since([0, one]), levels: isLevel };
          const found = foundOf(given);
          const state = (instant: number) => {
            const { rated } = opened(found, until(usage, instant));
            const step = (name: string, of: 'quantity' | 'amount') =>
              rated === undefined ? '0' : (rated.steps.find((each) => each.name === name)?.[of] ?? '0');
            const free = -parseQuantity(step('allowance', 'quantity'));
            return {
              free,
              charged: parseQuantity(rated?.quantity ?? '0') - free,
              model: parseAmount(step('charge model', 'amount')),
            };
          };
          const all = marksOf(found, opened(found, usage));
          const end = state(MARCH.to);
          const of = (wanted: ChargeMark['kind']) => all.filter((mark) => mark.kind === wanted);
          const instantOf = (mark: ChargeMark) => Date.parse(mark.at) * 1000 + Number(mark.at.slice(23, 26));
          // A volume price may take back what it charged within one instant.
          const mayFall = terms.model === 'volume';
          for (const mark of mayFall ? [] : of('cap')) {
            const instant = instantOf(mark);
            expect(state(instant).model >= parseAmount(String(maximum))).toBe(true);
            if (instant > MARCH.from) expect(state(instant - 1).model < parseAmount(String(maximum))).toBe(true);
          }
          for (const mark of mayFall ? [] : of('minimum')) {
            const instant = instantOf(mark);
            expect(state(instant).model >= parseAmount(String(minimum))).toBe(true);
            if (instant > MARCH.from) expect(state(instant - 1).model < parseAmount(String(minimum))).toBe(true);
          }
          for (const mark of of('allowance')) {
            const instant = instantOf(mark);
            const left = parseQuantity(unit(included as number)) - state(instant).free;
            expect(left >= 0n && left < (isLevel ? AT_MOST_SIDE_BY_SIDE * MICROSECOND : 1n)).toBe(true);
            expect(state(instant - 1).free < parseQuantity(unit(included as number))).toBe(true);
          }
          for (const mark of of('tier')) {
            const bound = parseQuantity(mark.text.startsWith('Tier 2') ? unit(20) : unit(50));
            const instant = instantOf(mark);
            const [before, after] = isLevel ? [instant, instant + 1] : [instant - 1, instant];
            expect(state(before).charged <= bound).toBe(true);
            expect(state(after).charged > bound).toBe(true);
          }
          const isTiered = 'tiers' in terms;
          const tiers = [20, 50].filter((bound) => isTiered && end.charged > parseQuantity(unit(bound)));
          expect(of('tier')).toHaveLength(tiers.length);
          const isOver = included !== undefined && end.charged > AT_MOST_SIDE_BY_SIDE * MICROSECOND;
          if (isOver) expect(of('allowance')).toHaveLength(1);
          if (end.charged === 0n || included === undefined) expect(of('allowance')).toHaveLength(0);
          if (mayFall) return;
          if (maximum !== undefined && end.model > parseAmount(String(maximum))) expect(of('cap')).toHaveLength(1);
          if (maximum !== undefined && end.model < parseAmount(String(maximum))) expect(of('cap')).toHaveLength(0);
          if (minimum !== undefined && end.model > parseAmount(String(minimum))) expect(of('minimum')).toHaveLength(1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
