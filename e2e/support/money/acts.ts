import fc from 'fast-check';

/** What is used at once: how much of which meter, and how long ago. */
export interface Use {
  meter: 'units' | 'calls';
  app: 'a' | 'b';
  /** In thousandths; below zero it is taken back. Of calls each is one. */
  thousandths: number;
  /** In seconds before now, or at the edge of the period that instant lies in. */
  ago: number;
  edge: 'none' | 'first' | 'last';
}

/** From when a change holds: so many hours from now, `null` for now; and whether it may amend what has ended. */
export interface When {
  hours: number | null;
  amends: boolean;
}

/** A price of a version; what has none is told as unpriced. */
export interface PriceChoice {
  model: 'per_unit' | 'graduated';
  /** In ten-thousandths of the currency. */
  unit: number;
  per: number;
  included: number;
  /** A tier's end and its flat amount in hundredths. */
  upTo: number;
  flat: number;
}

export interface VersionChoice {
  units: PriceChoice | null;
  calls: PriceChoice | null;
  /** Due without usage, in hundredths. */
  plan: number | null;
}

export type Who = 0 | 1;
export type Card = 'one' | 'two';

/** One act of a customer, an operator or the clock. `nth` counts round what there is. */
export type Act =
  | { act: 'wait'; hours: number }
  | { act: 'use'; who: Who; uses: Use[] }
  | { act: 'send again'; nth: number }
  | { act: 'price'; card: Card; version: VersionChoice; when: When }
  | { act: 'assign'; who: Who; card: Card; discount: string | null; when: When }
  | { act: 'tax'; who: Who; percent: string; when: When }
  | { act: 'rule'; who: Who; timeZone: string; anchorDay: number }
  | { act: 'end'; who: Who; hours: number }
  | { act: 'grant'; who: Who; hundredths: number; days: number | null }
  | { act: 'close' }
  | { act: 'finalize'; who: Who; nth: number }
  | { act: 'void'; who: Who; nth: number };

/** What a run is made of. */
export interface Story {
  began: string;
  timeZone: string;
  anchorDay: number;
  version: VersionChoice;
  other: VersionChoice;
  acts: Act[];
}

const who = fc.constantFrom<Who>(0, 1);
const nth = fc.nat(9);
const DAY = 86_400;

const use: fc.Arbitrary<Use> = fc.record({
  meter: fc.constantFrom('units', 'calls'),
  app: fc.constantFrom('a', 'b'),
  thousandths: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => n * 1_000) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: -30_000, max: -1 }) },
  ),
  ago: fc.oneof(
    { weight: 3, arbitrary: fc.nat(2 * DAY) },
    { weight: 3, arbitrary: fc.nat(40 * DAY) },
    { weight: 1, arbitrary: fc.nat(100 * DAY) },
  ),
  edge: fc.oneof(
    { weight: 4, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('first' as const, 'last' as const) },
  ),
});

const when: fc.Arbitrary<When> = fc.record({
  hours: fc.oneof(
    fc.constant(null),
    fc.integer({ min: -2 * 24, max: 20 * 24 }),
    fc.integer({ min: -70 * 24, max: -1 }),
  ),
  amends: fc.boolean(),
});

const price: fc.Arbitrary<PriceChoice> = fc.record({
  model: fc.constantFrom('per_unit', 'graduated'),
  unit: fc.integer({ min: 0, max: 30_000 }),
  per: fc.constantFrom(1, 1, 3),
  included: fc.constantFrom(0, 0, 5, 20),
  upTo: fc.integer({ min: 1, max: 30 }),
  flat: fc.constantFrom(0, 0, 150),
});

const version: fc.Arbitrary<VersionChoice> = fc
  .record({
    units: fc.option(price, { freq: 9 }),
    calls: fc.option(price, { freq: 4 }),
    plan: fc.option(fc.constantFrom(500, 999), { freq: 1 }),
  })
  // A version has a price.
  .map((each) => (each.units === null && each.calls === null ? { ...each, plan: each.plan ?? 500 } : each));

const zone = fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/Los_Angeles', 'Pacific/Auckland');
const anchor = fc.constantFrom(1, 15, 28, 31);

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('wait' as const),
      hours: fc.oneof(fc.integer({ min: 1, max: 72 }), fc.integer({ min: 24, max: 40 * 24 })),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      act: fc.constant('use' as const),
      who,
      uses: fc.array(use, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('send again' as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('price' as const),
      card: fc.constantFrom<Card>('one', 'two'),
      version,
      when,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('assign' as const),
      who,
      card: fc.constantFrom<Card>('one', 'two'),
      discount: fc.constantFrom(null, '0', '10', '33.333333'),
      when,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('tax' as const),
      who,
      percent: fc.constantFrom('0', '19', '7.7'),
      when,
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('rule' as const), who, timeZone: zone, anchorDay: anchor }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('grant' as const),
      who,
      hundredths: fc.integer({ min: 1, max: 5_000 }),
      days: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('end' as const),
      who,
      hours: fc.oneof(fc.constant(0), fc.integer({ min: -48, max: 40 * 24 })),
    }),
  },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('close' as const) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('finalize' as const), who, nth }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('void' as const), who, nth }) },
);

/** Months that are final already, so that much of what follows comes late. */
const HISTORY: Act[] = [
  ...([0, 1] as const).map(
    (who): Act => ({
      act: 'use',
      who,
      uses: [
        { meter: 'units', app: 'a', thousandths: 12_500, ago: 3 * DAY, edge: 'none' },
        { meter: 'calls', app: 'b', thousandths: 1_000, ago: 20 * DAY, edge: 'none' },
      ],
    }),
  ),
  { act: 'wait', hours: 35 * 24 },
  { act: 'close' },
];

/** Stories of so many acts, or down to half as many. */
export function stories(mostActs: number): fc.Arbitrary<Story> {
  return fc.record({
    began: fc.constantFrom('2025-11-28T10:00:00Z', '2026-01-30T23:30:00Z', '2026-03-07T12:00:00Z'),
    timeZone: zone,
    anchorDay: anchor,
    version,
    other: version,
    acts: fc
      .tuple(
        fc.constantFrom([], HISTORY),
        fc.array(act, { minLength: Math.ceil(mostActs / 2), maxLength: mostActs, size: 'max' }),
      )
      .map(([history, acts]) => [...history, ...acts]),
  });
}
