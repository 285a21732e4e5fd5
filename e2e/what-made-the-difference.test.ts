import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exact, exactSum } from '../server/domain/testing/exact.ts';
import type { Changes } from '../server/explanation/why/changes/changes.types.ts';
import { instantWords } from '../server/explanation/why/sentence.ts';
import { seededRandom } from '../server/testing/seeded-random.ts';
import type { CloudEvent } from './support/events/cloud-event.ts';
import { cloudEvent } from './support/events/cloud-event.ts';
import { OpenedCharge } from './support/explanations/opened-charge.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineSingleMeters(operator);
});
afterAll(() => server?.stop());

const get = (path: string) => operator.request('GET', path);
const SEED = Number(process.env.PLAINBILL_SEED ?? Date.now() % 1_000_000);

type Terms = Record<string, unknown>;
interface License {
  product: string;
  quantity: string;
  unit: string;
  measure: string;
  /** Hours of the month compared; those before it are of the month before. */
  from: number;
  to: number;
}

/** What an account is charged by: the terms in force at the begin of a month and, of some, from inside it. */
interface Terrain {
  before: { hours: number; terms: Terms }[];
  now: { hours: number; terms: Terms }[];
  licenses: License[];
}

/** The account's charge in the month compared. */
async function chargeOf(meter: string, { before, now, licenses }: Terrain, events: (month: PastMonth) => CloudEvent[]) {
  const versions = [...before, ...now].map(({ hours, terms }) => ({
    hours,
    prices: [{ key: 'work', meter, description: 'Work', ...terms }],
  }));
  const month = await pastMonth(operator, server.url, versions);
  for (const [i, { from, to, ...license }] of licenses.entries()) {
    const body = { ...license, weights: { work: '1' }, from: month.at(from), to: month.at(to) };
    await operator.request('PUT', `/api/v1/accounts/${month.account.id}/licenses/of-work-${i}`, body);
  }
  await month.send(events(month));
  const [line] = await month.lines();
  if (line === undefined) throw new Error('no charge');
  return { month, line, charge: new OpenedCharge(get, month.account.id, line.chargeId) };
}

const amountsOf = (drivers: readonly { kind: string; amountExact: string }[], kind: string) =>
  exactSum(drivers.filter((driver) => driver.kind === kind).map(({ amountExact }) => amountExact));

const COUNTED: Terms[] = [
  { model: 'per_unit', unitAmount: '0.25' },
  { model: 'per_unit', unitAmount: '1', per: '3' },
  { model: 'per_unit', unitAmount: '0.31', included: '9.5' },
  { model: 'per_unit', unitAmount: '0.1', minimum: '4' },
  { model: 'per_unit', unitAmount: '0.7', maximum: { amount: '11', scope: 'line' } },
  { model: 'package', amount: '1.99', size: '7' },
  { model: 'flat', amount: '4.5', flatAtZero: true },
  { model: 'percentage', percent: '2.9', fixedAmount: '0.3' },
  {
    model: 'graduated',
    tiers: [
      { upTo: '7', unitAmount: '0.31', flatAmount: '0.5' },
      { upTo: '40.5', unitAmount: '0.217' },
      { upTo: null, unitAmount: '0.07' },
    ],
  },
  {
    model: 'volume',
    tiers: [
      { upTo: '30', unitAmount: '0.9' },
      { upTo: null, unitAmount: '0.4', flatAmount: '1.5' },
    ],
  },
];
const TIMED: Terms[] = [
  { model: 'per_time', amount: '25', perSeconds: '2592000' },
  { model: 'per_time', amount: '27', perSeconds: '2592000', maximum: { amount: '27', scope: 'slot' } },
  { model: 'per_time', amount: '1', perSeconds: '25200', included: '360000' },
];

describe.each(['single-work', 'single-ran'])('charges of %s in two months', (meter) => {
  it.each(Array.from({ length: 7 }, (_, i) => i))(
    `differ by price, license and usage, exactly (seed ${SEED} + %i)`,
    async (round) => {
      const random = seededRandom(SEED + round * 7_919);
      const below = (limit: number) => Math.floor(random() * limit);
      const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;
      const isCounted = meter === 'single-work';
      const pool = isCounted ? COUNTED : TIMED;
      const last = oneOf(pool);
      const next = below(4) === 0 ? last : oneOf(pool);
      const [begin, long] = [-28 * 24, 700];
      const uses = Array.from({ length: 6 + below(25) }, () => ({
        resource: oneOf(['web', 'worker', 'größe 3', 'clock']),
        hours: begin + 1 + random() * (long - begin - 2),
        n: isCounted ? oneOf([1, 3, 0.125, 12, 20]) : below(3),
      }));
      // One that only one month has, and some of either month, so that both have a charge.
      uses.push({ resource: 'then', hours: -100, n: 2 }, { resource: 'now', hours: 90.25, n: 2 });
      const changes = below(2) === 0;
      const within = changes && below(2) === 0;
      const bound = isCounted ? '40' : '1.5';
      const some = (quantity: string, from: number, to: number): License => ({
        ...{ product: `Prepaid ${quantity}`, quantity, unit: 'units', measure: isCounted ? 'sum' : 'unit_months' },
        ...{ from, to },
      });
      const [old, young] = oneOf<[License[], License[]]>([
        [[], []],
        [[some(bound, -2_000, 0)], []],
        [[], [some(bound, 0, 2_000)]],
        [[some(bound, -2_000, 0)], [some('3', 0, 2_000)]],
      ]);
      const before = [{ hours: -2_000, terms: changes ? oneOf(pool) : last }];
      if (changes) before.push({ hours: -250, terms: last });
      const first = { hours: 0, terms: next };
      const now = within ? [first, { hours: 333.3, terms: oneOf(pool) }] : [first];
      // Every instant is another one: accounts have other ids for the same events.
      const events = ({ at }: PastMonth) =>
        uses.map(({ resource, hours, n }) =>
          isCounted
            ? work(resource, at(hours), n)
            : cloudEvent({ type: 'single.ran', subject: resource, time: at(hours), data: { app: resource, n } }),
        );

      const real = await chargeOf(meter, { before, now, licenses: [...old, ...young] }, events);
      const amount = ({ line }: typeof real) => exact(line.amountExact);
      const { comparison } = await real.charge.explained(200);
      const drivers = comparison?.drivers ?? [];
      const earlier = new OpenedCharge(get, real.month.account.id, comparison?.previous.chargeId ?? '');
      const { amountExact } = (await earlier.explained(200)).charge;

      expect(comparison?.previous.amountExact).toBe(amountExact);
      expect(exact(comparison?.difference ?? '')).toBe(amount(real) - exact(amountExact));
      expect(exactSum(drivers.map((driver) => driver.amountExact))).toBe(exact(comparison?.difference ?? ''));
      if (!changes && !within && next === last) expect(amountsOf(drivers, 'price')).toBe(0n);
      if (old.length + young.length === 0) expect(amountsOf(drivers, 'license')).toBe(0n);
      expect(amountsOf(drivers, 'discount')).toBe(0n);
      const changed = (await get(
        `/api/v1/accounts/${real.month.account.id}/charges/${real.line.chargeId}/changes`,
      )) as Changes;
      expect(drivers.map(({ amountExact: each }) => each)).toEqual(changed.drivers.map((each) => each.amountExact));
      expect(exact(changed.amountExact)).toBe(amount(real));
    },
  );
});

describe('a charge', () => {
  const hourly = { model: 'per_time', perSeconds: '2592000' };

  it('says in words and figures what changed', async () => {
    const { charge, month } = await chargeOf(
      'single-ran',
      {
        before: [{ hours: -2_000, terms: { ...hourly, amount: '25' } }],
        now: [{ hours: 0, terms: { ...hourly, amount: '27' } }],
        licenses: [
          { product: 'Prepaid time', quantity: '0.1', unit: 'units', measure: 'unit_months', from: 0, to: 2_000 },
        ],
      },
      ({ at }) =>
        [
          { hours: -200, subject: 'web', n: 1 },
          { hours: -100, subject: 'web', n: 0 },
          { hours: 10, subject: 'web', n: 1 },
          { hours: 230, subject: 'web', n: 0 },
          { hours: -300, subject: 'gone', n: 1 },
          { hours: -270, subject: 'gone', n: 0 },
        ].map(({ hours, subject, n }) =>
          cloudEvent({ type: 'single.ran', subject, time: at(hours), data: { app: subject, n } }),
        ),
    );
    const { comparison } = await charge.explained(200);
    const on = (hours: number) => instantWords(month.at(hours), 'UTC');
    expect(comparison?.drivers).toEqual([
      // (220 h − 100 h − 72 h) × 25 ÷ 720 h: of what is new, 72 h are covered by the license, which is no difference.
      {
        ...{ kind: 'usage', resource: 'web', amountExact: '1.666666666667' },
        text: `Work of web ran 48 h more: it began on ${on(10)}`,
      },
      // −30 h × 25 ÷ 720 h
      {
        ...{ kind: 'gone', resource: 'gone', amountExact: '-1.041666666667' },
        text: `Work of gone is gone: it ended on ${on(-270)}`,
      },
      // (220 h − 72 h) × (27 − 25) ÷ 720 h: what the license covers has no price.
      {
        ...{ kind: 'price', resource: 'web', amountExact: '0.411111111111' },
        text: `Work: its price changed from 25.00 to 27.00 per 30 days on ${on(0)}`,
      },
    ]);
  });

  it('has nothing to compare with in its first month', async () => {
    const { charge } = await chargeOf(
      'single-work',
      { before: [], now: [{ hours: 0, terms: COUNTED[0] as Terms }], licenses: [] },
      ({ at }) => [work('web', at(5), 3)],
    );
    expect((await charge.explained(200)).comparison).toBeNull();
  });
});

describe('marks', () => {
  const bySize = (size: string, amount: string) => ({
    ...{ key: `dyno-${size}`, meter: 'sized', match: { size }, description: size, lineBy: ['app'] },
    ...{ model: 'per_time', amount, perSeconds: '2592000', maximum: { amount, scope: 'slot' } },
  });

  it('tell a resize on both charges, with who did it', async () => {
    await operator.defineMeter('sized', {
      ...{ description: 'Sized', eventType: 'sized.ran', aggregation: 'time_weighted', levels: 'slots' },
      ...{ valuePath: '$.n', dimensions: { app: '$.app', size: '$.size' }, unit: 'slot-seconds' },
    });
    const prices = [bySize('small', '5'), bySize('large', '50')];
    const month = await pastMonth(operator, server.url, [{ hours: -2_000, prices }]);
    const ran = (hours: number, n: number, size: string, more: object = {}) =>
      cloudEvent({
        type: 'sized.ran',
        subject: 'shop web',
        time: month.at(hours),
        data: { app: 'shop', n, size, ...more },
      });
    await month.send([
      ran(5, 2, 'small'),
      ran(30.25, 3, 'large', { actor: 'robin@example.com', cause: 'resize' }),
      ran(40, 0, 'large'),
      // Nothing ran in between: it is no resize.
      ran(50, 1, 'small'),
      ran(60, 2, 'small'),
    ]);
    const lines = await month.lines();
    const explained = await Promise.all(
      lines.map((line) => new OpenedCharge(get, month.account.id, line.chargeId).explained(200)),
    );
    const resize = {
      ...{ kind: 'resize', at: month.at(30.25).replace('Z', '000Z'), resource: 'shop web' },
      ...{ text: 'shop web changed from small to large', by: 'robin@example.com' },
    };
    expect(explained.map(({ charge, marks }) => [charge.priceKey, marks])).toEqual([
      ['dyno-large', [resize]],
      ['dyno-small', [resize]],
    ]);
    expect(explained[0]?.sentence).toContain('shop web changed from small to large on');
  });
});
