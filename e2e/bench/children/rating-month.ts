import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Price } from '../../../server/domain/pricing/price.ts';
import type { Contribution } from '../../../server/domain/rating/contribution.ts';
import { rateAccount } from '../../../server/domain/rating/rate-account.ts';
import type { ChargeUsage, RatingInput } from '../../../server/domain/rating/rating.types.ts';
import { answerParent } from '../child.ts';

export interface RatingQuestion {
  usage: 'events' | 'intervals';
  contributions: number;
}
export interface RatingAnswer {
  seconds: number;
  /** Peak of the process while rating, above what it took with its input. */
  megabytes: number;
}

const MARCH = { from: Date.UTC(2026, 2, 1) * 1000, to: Date.UTC(2026, 3, 1) * 1000 };
const DAY = 86_400_000_000;
const CHARGES = 40;
const SLOTS = 1_000;
const MODELS = [
  {
    model: 'graduated',
    tiers: [
      { upTo: '1000000', unitAmount: '0.000015' },
      { upTo: '100000000', unitAmount: '0.00001' },
      { upTo: null, unitAmount: '0.0000075' },
    ],
  },
  { model: 'percentage', percent: '2.9', fixedAmount: '0.30', perEventMin: '0.50' },
  { model: 'per_unit', unitAmount: '3.00', per: '1000000' },
] as const;

answerParent<RatingQuestion>(async ({ usage, contributions }) => {
  const input = usage === 'events' ? monthOfEvents(contributions) : monthOfIntervals(contributions);
  collectGarbage();
  const before = peakFromHere();
  const began = performance.now();
  const { charges } = rateAccount(input);
  const seconds = (performance.now() - began) / 1000;
  const megabytes = (peak() - before) / 1e6;
  if (charges.some(({ amount }) => amount === '0.00')) throw new Error('a charge of the month came to nothing');
  return { seconds, megabytes } satisfies RatingAnswer;
});

/** Each charge has the events of its own app, in time order, as the store gives them. */
function monthOfEvents(count: number): RatingInput {
  const prices = Array.from({ length: CHARGES }, (_, i) => {
    return { key: `p${i}`, meter: 'm', description: `p${i}`, ...MODELS[i % MODELS.length] } as Price;
  });
  const each = count / CHARGES;
  const charges = prices.map(({ key }, c) => {
    const contributions = Array.from({ length: each }, (_, i): Contribution => {
      const from = MARCH.from + Math.floor((i * 31 * DAY) / each) + c;
      const quantity = BigInt(1 + ((i * 7919) % 5000)) * 10n ** 18n;
      return { kind: 'event', from, to: from, quantity, slot: '', ...named(i) };
    });
    return { priceKey: key, lineValues: { app: `app-${c}` }, contributions };
  });
  return inputOf(prices, charges, false);
}

/** One charge of a thousand slots that restart all the time, so that most of them come to their cap. */
function monthOfIntervals(count: number): RatingInput {
  const price: Price = {
    ...{ key: 'dyno', meter: 'dyno', description: 'Dynos', model: 'per_time', amount: '25.00', perSeconds: '2592000' },
    maximum: { amount: '25.00', scope: 'slot' },
  };
  const perSlot = count / SLOTS;
  const length = Math.floor((31 * DAY) / perSlot / 1000) * 1000;
  const contributions = Array.from({ length: count }, (_, i): Contribution => {
    const from = MARCH.from + Math.floor(i / SLOTS) * length;
    const to = from + length;
    return {
      kind: 'interval',
      from,
      to,
      quantity: 10n ** 12n * BigInt(length),
      slot: `app/web.${i % SLOTS}`,
      ...named(i),
    };
  });
  return inputOf([price], [{ priceKey: 'dyno', lineValues: {}, contributions }], true);
}

function named(i: number) {
  const id = String(i).padStart(9, '0');
  return { events: 1, source: '/platform', id, subject: 'app', dimensions: NO_DIMENSIONS };
}
const NO_DIMENSIONS = {};

function inputOf(prices: readonly Price[], charges: ChargeUsage[], byDay: boolean): RatingInput {
  return {
    ...{ period: MARCH, days: Array.from({ length: 32 }, (_, day) => MARCH.from + day * DAY), byDay },
    versions: [
      {
        ...{ from: MARCH.from, version: 1, discountPercent: '10' },
        prices: new Map(prices.map((price) => [price.key, price])),
      },
    ],
    ...{ currency: 'USD', minorUnit: 2, licenses: [], charges },
  };
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Bytes the process holds now; the kernel counts its peak anew from here. Linux. */
function peakFromHere(): number {
  writeFileSync('/proc/self/clear_refs', '5');
  return peak();
}

function peak(): number {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/self/status does not tell the peak');
  return Number(kilobytes) * 1024;
}
