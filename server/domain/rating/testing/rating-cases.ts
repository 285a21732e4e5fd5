import fc from 'fast-check';
import type { License, Price } from '../../pricing/price.ts';
import type { Contribution } from '../contribution.ts';
import type { ChargeUsage, RatingInput } from '../rating.types.ts';

export const HOUR = 3_600_000_000;
export const DAY = 24 * HOUR;
/** March 2026 in UTC: 31 days, so that caps by 720 hours are reached. */
export const MARCH = { from: Date.UTC(2026, 2, 1) * 1000, to: Date.UTC(2026, 3, 1) * 1000 };
export const MARCH_DAYS = Array.from({ length: 32 }, (_, day) => MARCH.from + day * DAY);
/** Usage is generated before this; what comes after it comes after everything. */
export const LATE = MARCH.from + 29 * DAY;
const LATE_HOUR = 29 * 24;

export const MODELS = ['per_unit', 'per_time', 'graduated', 'volume', 'package', 'percentage', 'flat'] as const;
const KEYS = ['a', 'b', 'c'] as const;

/** What a case may have; everything, unless it says otherwise. */
export interface Wanted {
  models?: readonly Price['model'][];
  kinds?: readonly Contribution['kind'][];
  /** Usage that is taken back. */
  returns?: boolean;
  licenses?: readonly ('units' | 'money')[];
  allowance?: boolean;
  /** Versions of the rate card. */
  mostVersions?: number;
  /** A version may lack a price. */
  gaps?: boolean;
}

/** Decimal text of up to so many units, with few or with many decimals. */
const decimal = (most: number, least = 0): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min: least, max: most }).map(String),
    fc
      .integer({ min: least * 100, max: most * 100 })
      .map((n) => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`),
    fc
      .tuple(fc.integer({ min: least, max: most }), fc.integer({ min: 1, max: 999_999_999 }))
      .map(([n, rest]) => `${n}.000${String(rest).padStart(9, '0')}`),
  );

const tiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
    fc.array(fc.tuple(decimal(9), fc.option(decimal(5), { nil: undefined })), { minLength: 5, maxLength: 5 }),
  )
  .map(([bounds, prices]) =>
    [...bounds.sort((a, b) => a - b).map(String), null].map((upTo, i) => {
      const [unitAmount, flatAmount] = prices[i] as [string, string | undefined];
      return { upTo, unitAmount, ...(flatAmount === undefined ? {} : { flatAmount }) };
    }),
  );

/** A charge model whose amounts are of the size of the generated quantities. */
function modelOf(model: Price['model']): fc.Arbitrary<object> {
  switch (model) {
    case 'per_unit':
      return fc.record({ unitAmount: decimal(9), per: decimal(7, 1) }, { requiredKeys: ['unitAmount'] });
    case 'per_time':
      return fc.record({ amount: decimal(30), perSeconds: fc.constantFrom('2592000', '3600', '7') });
    case 'graduated':
    case 'volume':
      return fc.record({ tiers });
    case 'package':
      return fc.record({ amount: decimal(9), size: decimal(7, 1) });
    case 'percentage':
      return fc.record(
        { percent: decimal(9), fixedAmount: decimal(2), perEventMin: decimal(2), perEventMax: decimal(6, 2) },
        { requiredKeys: ['percent'] },
      );
    case 'flat':
      return fc.record({ amount: decimal(9) });
  }
}

/** A price with any of allowance, minimum, cap and due at zero. */
function priceCase(key: string, { models = MODELS, allowance = true }: Wanted): fc.Arbitrary<Price> {
  const limits = fc.record(
    {
      ...(allowance ? { included: decimal(40) } : {}),
      minimum: decimal(4),
      maximum: fc.record({ amount: decimal(60, 4), scope: fc.constantFrom('line', 'slot') }),
      flatAtZero: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  return fc
    .constantFrom(...models)
    .chain((model) => fc.tuple(modelOf(model), limits).map(([own, limit]) => ({ model, ...own, ...limit })))
    .map((price) => ({ key, meter: 'm', description: key, ...price }) as unknown as Price);
}

/** An instant in March before `LATE`: on the hour, or anywhere. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: LATE_HOUR - 1 }).map((hour) => MARCH.from + hour * HOUR),
  fc.integer({ min: MARCH.from, max: LATE - 1 }),
);

/** Usage of one kind; of an interval in units × hours as seconds would be far beyond the tiers, so levels are small. */
function contribution(kind: Contribution['kind'], returns: boolean): fc.Arbitrary<Contribution> {
  const micro = 10n ** 12n;
  const common = fc.record({
    // Only what runs has slots.
    slot: kind === 'interval' ? fc.constantFrom('', '1', '2') : fc.constant(''),
    source: fc.constantFrom('s', 't'),
    subject: fc.constantFrom('x', 'y'),
    id: fc.uuid(),
  });
  if (kind === 'interval') {
    return fc.tuple(common, instant, instant, fc.integer({ min: 1, max: 40_000_000 })).map(([rest, a, b, level]) => {
      const [from, to] = a < b ? [a, b] : [b, a + 1];
      return { ...rest, kind, from, to, quantity: BigInt(level) * BigInt(to - from), events: 1, dimensions: {} };
    });
  }
  const quantity = fc
    .oneof(
      fc.integer({ min: 0, max: 30 }).map((n) => n * 1_000_000),
      fc.integer({ min: 0, max: 30_000_000 }),
    )
    .map((n) => BigInt(n) * micro);
  return fc
    .tuple(common, instant, quantity, fc.integer({ min: 0, max: returns ? 4 : 0 }))
    .map(([rest, at, amount, turn]) => {
      const sign = turn === 4 ? -1n : 1n;
      if (kind === 'event') {
        return { ...rest, kind, from: at, to: at, quantity: sign * amount, events: 1, dimensions: {} };
      }
      const from = MARCH.from + Math.floor((at - MARCH.from) / HOUR) * HOUR;
      return { ...rest, kind, from, to: from + HOUR, quantity: sign * amount, events: 3, dimensions: {} };
    });
}

function licenseCase(id: string, scopes: readonly ('units' | 'money')[]): fc.Arbitrary<License> {
  return fc
    .record({
      scope: fc.constantFrom(...scopes),
      quantity: decimal(60),
      measure: fc.constantFrom<License['measure']>('unit_months', 'sum', 'max'),
      weights: fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom('1', '0.28', '16'), { minKeys: 1 }),
      a: fc.integer({ min: -100, max: LATE_HOUR }),
      b: fc.integer({ min: 100, max: 1000 }),
    })
    .map(({ scope, a, b, measure, quantity, weights }) => {
      const rfc = (hour: number) => new Date(MARCH.from / 1000 + hour * 3_600_000).toISOString();
      // Usage here is of the size of tiers; a pool of unit-seconds that can run out must be small.
      const size =
        scope === 'units' && measure === 'unit_months' ? `0.00000${quantity.replace('.', '')}`.slice(0, 14) : quantity;
      const unit = scope === 'money' ? 'USD' : 'units';
      return { id, version: 1, product: id, quantity: size, unit, measure, weights, from: rfc(a), to: rfc(a + b) };
    });
}

/** All of an account's month: charges, versions, licenses, a discount. */
export function monthCase(wanted: Wanted = {}): fc.Arbitrary<RatingInput> {
  const { kinds = ['event', 'interval', 'bucket'], licenses: scopes = ['units', 'money'], mostVersions = 3 } = wanted;
  const charge = (priceKey: string): fc.Arbitrary<ChargeUsage> =>
    fc
      // Levels are never below zero, so what is taken back has no intervals beside it.
      .oneof(
        ...(kinds.includes('interval') ? [fc.array(contribution('interval', false), { maxLength: 8 })] : []),
        ...(kinds.some((kind) => kind !== 'interval')
          ? [
              fc.array(
                fc
                  .constantFrom(...kinds.filter((kind) => kind !== 'interval'))
                  .chain((kind) => contribution(kind, wanted.returns ?? true)),
                { maxLength: 12 },
              ),
            ]
          : []),
      )
      .map((contributions) => ({ priceKey, lineValues: {}, contributions }));
  const version = fc
    .tuple(
      ...KEYS.map((key) =>
        wanted.gaps === false ? priceCase(key, wanted) : fc.option(priceCase(key, wanted), { freq: 9 }),
      ),
    )
    .map((prices) => new Map(prices.flatMap((price) => (price === null ? [] : [[price.key, price] as const]))));
  const discount = fc.constantFrom('0', '12.5', '33.333333', '100');
  return fc
    .record({
      charges: fc.tuple(...KEYS.map(charge)),
      versions: fc.array(fc.tuple(version, fc.integer({ min: 1, max: LATE_HOUR }), discount, fc.boolean()), {
        minLength: 1,
        maxLength: mostVersions,
      }),
      minorUnit: fc.constantFrom(0, 2, 3),
      licenses: fc
        .integer({ min: 0, max: scopes.length === 0 ? 0 : 2 })
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => licenseCase(`license-${i}`, scopes)))),
    })
    .map(({ charges, versions: given, ...rest }) => {
      const hours = [...new Set(given.map(([, hour]) => hour))].sort((a, b) => a - b);
      const versions: (typeof given)[number][] = [];
      for (const [prices, hour, percent, goesOn] of given) {
        // Often only the discount is another one.
        const before = goesOn ? versions.at(-1)?.[0] : undefined;
        versions.push([before ?? prices, hour, percent, goesOn]);
      }
      const rated = charges.filter(({ priceKey }) =>
        versions.some(([prices], i) => i < hours.length && prices.has(priceKey)),
      );
      return {
        period: MARCH,
        days: MARCH_DAYS,
        currency: 'USD',
        ...rest,
        charges: rated.map((charge) =>
          // A percentage is of events' values: no meter of levels can have such a price.
          versions.some(([prices]) => prices.get(charge.priceKey)?.model === 'percentage')
            ? { ...charge, contributions: charge.contributions.filter(({ kind }) => kind !== 'interval') }
            : charge,
        ),
        versions: hours.map((hour, i) => ({
          from: i === 0 ? MARCH.from : MARCH.from + hour * HOUR,
          version: i + 1,
          prices: (versions[i] as (typeof versions)[number])[0],
          discountPercent: (versions[i] as (typeof versions)[number])[2],
        })),
      };
    });
}
