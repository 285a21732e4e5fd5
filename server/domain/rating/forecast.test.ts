import { describe, expect, it } from 'vitest';
import { parseQuantity, quantityText } from '../money.ts';
import type { Contribution } from './contribution.ts';
import { forecastUsage } from './forecast.ts';
import type { ChargeUsage } from './rating.types.ts';

const DAY = 86_400_000_000;
const days = Array.from({ length: 31 }, (_, i) => i * DAY);
const period = { from: 0, to: 30 * DAY, days };

const like = { slot: '', events: 1, source: '/test', id: 'e', subject: 's', dimensions: {} };
const bucket = (day: number, quantity: string): Contribution => ({
  ...like,
  kind: 'bucket',
  from: day * DAY,
  to: (day + 1) * DAY,
  quantity: parseQuantity(quantity),
});
const running = (from: number, to: number): Contribution => ({
  ...like,
  kind: 'interval',
  from,
  to,
  // Level 1: seconds.
  quantity: BigInt(to - from) * 10n ** 12n,
});
const charge = (contributions: Contribution[], more: Partial<ChargeUsage> = {}): ChargeUsage => ({
  priceKey: 'p',
  lineValues: {},
  contributions,
  ...more,
});
const total = (usage: ChargeUsage[]) =>
  quantityText(usage.flatMap(({ contributions }) => contributions).reduce((sum, { quantity }) => sum + quantity, 0n));
const forecast = (usage: ChargeUsage, through: number) => {
  const { goingOn: on, low, expected, high } = forecastUsage([usage], { ...period, through });
  return [low, expected, high].map((more) => total([usage, ...on, ...more]));
};

describe('a month carried on to its end', () => {
  it('goes on as counted so far; days that are all alike leave no range', () => {
    const ten = Array.from({ length: 10 }, (_, i) => bucket(i, '5'));
    expect(forecast(charge(ten), 10 * DAY)).toEqual(['150', '150', '150']);
  });

  it('ranges wider the more its days differ', () => {
    const ten = Array.from({ length: 10 }, (_, i) => bucket(i, i % 2 === 0 ? '4' : '6'));
    const [low, expected, high] = forecast(charge(ten), 10 * DAY).map((text) => Number(text));
    expect(expected).toBe(150);
    // 1.28 × the days' standard deviation √(10/9) × √20 days to come.
    const spread = 1.28 * Math.sqrt(10 / 9) * Math.sqrt(20);
    expect(high).toBeCloseTo(150 + spread, 6);
    expect(low).toBeCloseTo(150 - spread, 6);
  });

  it('keeps running what runs, and lets be what has ended', () => {
    const through = 10 * DAY;
    expect(forecast(charge([running(9 * DAY, through)]), through)[1]).toBe(String(21 * 86_400));
    expect(forecast(charge([running(2 * DAY, 3 * DAY)]), through)[1]).toBe('86400');
  });

  it('does not let a maximum grow', () => {
    expect(forecast(charge([bucket(0, '1000')], { standing: true }), 10 * DAY)).toEqual(['1000', '1000', '1000']);
  });

  it('is what was metered once the month is over, and nothing for no usage', () => {
    expect(forecast(charge([bucket(0, '7'), running(2 * DAY, 30 * DAY)]), 30 * DAY)).toEqual([
      ...Array.from({ length: 3 }, () => String(7 + 28 * 86_400)),
    ]);
    expect(forecast(charge([]), 10 * DAY)).toEqual(['0', '0', '0']);
  });

  it('does not change what it is given', () => {
    const usage = charge([bucket(0, '5'), running(DAY, 10 * DAY)]);
    const before = structuredClone(usage);
    forecast(usage, 10 * DAY);
    expect(usage).toEqual(before);
  });
});
