import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText } from '../../domain/money.ts';
import type { License, Price } from '../../domain/pricing/price.ts';
import type { Contribution } from '../../domain/rating/contribution.ts';
import { HOUR, MARCH } from '../../domain/rating/testing/rating-cases.ts';
import { exactSum } from '../../domain/testing/exact.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { type OpenedCharge, rateAgain } from '../charge/open-charge.ts';
import type { ExplainedInterval } from '../explanation.types.ts';
import { intervalsPage } from './intervals.ts';

const LINE = { priceKey: 'ran', lineValues: {} };
const RESOURCE = 'shop/web';
const iso = (hours: number) => new Date(MARCH.from / 1000 + hours * 3_600_000).toISOString();

interface Terms {
  versions: readonly { hours: number; price: object }[];
  licenses?: License[];
  timeZone?: string;
}

function foundOf({ versions, licenses = [], timeZone = 'UTC' }: Terms): FoundCharge {
  return {
    account: { id: 'account' },
    pricing: {
      account: { timeZone, currency: 'USD' },
      rulings: versions.map(({ hours, price }, i) => ({
        ...{ from: MARCH.from + hours * HOUR, rateCard: 'card', version: i + 1, discountPercent: '0', taxPercent: '0' },
        prices: [{ key: 'ran', meter: 'm', description: 'Running', ...price } as Price],
      })),
      ...{ licenses, minorUnit: 2 },
    },
    ...{ period: { key: '2026-03', timeZone, ...MARCH }, through: MARCH.to, line: LINE },
    meter: { aggregation: 'time_weighted', levels: 'slots', unit: 'slot-seconds' },
  } as unknown as FoundCharge;
}

/** Slots 1 to so many that run between two hours, all begun by one event. */
const slots = (count: number, from: number, to: number, id: string, resource = RESOURCE): Contribution[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ kind: 'interval', from: MARCH.from + from * HOUR, to: MARCH.from + to * HOUR, events: 1, source: 's', id },
    ...{ quantity: 10n ** 12n * BigInt((to - from) * HOUR), dimensions: {}, subject: resource },
    slot: JSON.stringify([resource, i + 1]),
  }));

function everyPage(found: FoundCharge, opened: OpenedCharge, limit: number): ExplainedInterval[] {
  const rows: ExplainedInterval[] = [];
  for (let cursor: string | null = null, pages = 0; pages === 0 || cursor !== null; pages++) {
    const page = intervalsPage(found, opened, RESOURCE, { cursor, limit });
    if (page === null) throw new Error('nothing ran');
    expect(page.data.length).toBeLessThanOrEqual(limit);
    expect(exactSum([page.pageTotal])).toBe(exactSum(page.data.map(({ amountExact }) => amountExact)));
    // Never more pages than rows, or a page gave nothing new.
    expect(pages).toBeLessThanOrEqual(opened.parts.length);
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

const told = ({ slot, from, to, eventId, quantity, amountExact }: ExplainedInterval) =>
  [slot, from, to, eventId, quantity, amountExact].join(' ');

/** Whatever the size of its pages, the list has the parts of the rating, each once. */
function expectEachOnce(found: FoundCharge, opened: OpenedCharge, sizes: readonly number[]): void {
  const whole = intervalsPage(found, opened, RESOURCE, { cursor: null, limit: Number.MAX_SAFE_INTEGER });
  const own = opened.parts.filter(({ contribution }) => contribution.subject === RESOURCE);
  expect(whole?.data).toHaveLength(own.length);
  const expected = whole?.data.map(told) ?? [];
  expect(new Set(expected).size).toBe(own.length);
  const amount = own.reduce((sum, part) => sum + part.amount - part.coveredAmount, 0n);
  expect(whole?.pageTotal).toBe(amountText(amount));
  for (const size of sizes) expect([size, everyPage(found, opened, size).map(told)]).toEqual([size, expected]);
}

const CAPPED = {
  ...{ model: 'per_time', amount: '25.00', perSeconds: '2592000' },
  maximum: { amount: '25.00', scope: 'slot' },
};
const rated = (found: FoundCharge, contributions: readonly Contribution[]) =>
  rateAgain(found, [{ ...LINE, contributions }]) as OpenedCharge;

describe('pages of intervals', () => {
  it('30 slots that reach their cap on the 31st are 60 rows and 750.00, on pages of 50 as on one', () => {
    const found = foundOf({ versions: [{ hours: -100, price: CAPPED }] });
    const opened = rated(found, slots(30, 0, 744, 'begin'));
    const rows = everyPage(found, opened, 50);
    expect(rows).toHaveLength(60);
    expect(exactSum(rows.map(({ amountExact }) => amountExact))).toBe(exactSum(['750']));
    expectEachOnce(found, opened, [1, 2, 7, 29, 30, 31, 50, 59, 60, 61]);
  });

  it('tell slots by their number: the tenth comes after the second', () => {
    const found = foundOf({ versions: [{ hours: -100, price: CAPPED }] });
    const rows = everyPage(found, rated(found, slots(12, 0, 1, 'begin')), 5);
    expect(rows.map(({ slot }) => slot)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  const price = fc.oneof(
    fc.constantFrom(3, 20, 200).map((cap) => ({
      ...{ model: 'per_time', amount: '1', perSeconds: '3600' },
      maximum: { amount: String(cap), scope: 'slot' },
    })),
    fc.constantFrom(30, 400).map((cap) => ({
      ...{ model: 'per_time', amount: '1', perSeconds: '3600' },
      maximum: { amount: String(cap), scope: 'line' },
    })),
    // Tiers are cut at midnight.
    fc.constant({
      model: 'graduated',
      tiers: [
        { upTo: '360000', unitAmount: '0.001' },
        { upTo: null, unitAmount: '0.0001' },
      ],
    }),
  );
  const license = fc
    .record({
      measure: fc.constantFrom<License['measure']>('sum', 'max', 'unit_months'),
      unit: fc.constantFrom('units', 'USD'),
      quantity: fc.constantFrom('2', '40', '400000'),
      from: fc.integer({ min: -10, max: 700 }),
    })
    .map(
      ({ from, ...terms }): License => ({
        ...{ id: 'l', version: 1, product: 'Prepaid', weights: { ran: '1' } },
        ...{ ...terms, from: iso(from), to: iso(from + 300) },
      }),
    );
  const levels = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 8 })), { minLength: 1, maxLength: 8 })
    .map((steps) => {
      const contributions: Contribution[] = [];
      let from = 0;
      for (const [i, [hours, count]] of steps.entries()) {
        contributions.push(
          ...slots(count, from, from + hours, `${9 - i}`),
          ...slots(1, from, from + hours, 'o', 'other'),
        );
        from += hours;
      }
      return contributions;
    })
    .filter((contributions) => contributions.some(({ subject }) => subject === RESOURCE));

  it('give each interval once, at every size, however caps, tiers, licenses, versions and midnight cut them', () => {
    fc.assert(
      fc.property(
        levels,
        fc.uniqueArray(fc.integer({ min: 1, max: 600 }), { maxLength: 2 }),
        fc.tuple(price, price, price),
        fc.option(license, { nil: undefined }),
        fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York'),
        (contributions, hours, prices, prepaid, timeZone) => {
          const versions = [-100, ...hours.sort((a, b) => a - b)].map((at, i) => ({
            ...{ hours: at, price: prices[i] as object },
          }));
          const found = foundOf({ versions, timeZone, licenses: prepaid === undefined ? [] : [prepaid] });
          const opened = rated(found, contributions);
          const rows = opened.parts.filter(({ contribution }) => contribution.subject === RESOURCE).length;
          expectEachOnce(
            found,
            opened,
            [1, 2, 3, 5, 10, rows - 1, rows, rows + 1].filter((size) => size > 0),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});
