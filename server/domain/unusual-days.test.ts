import { describe, expect, it } from 'vitest';
import { backtest } from '../testing/spend-histories.ts';
import { type DayAmount, unusualDays } from './unusual-days.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-09-01T00:00:00Z');

/** Ninety days from September 1, each of a month of its own. */
function history(amountOf: (index: number, day: string) => number): DayAmount[] {
  return Array.from({ length: 90 }, (_, i) => {
    const day = new Date(START + i * DAY).toISOString().slice(0, 10);
    return { day, position: Number(day.slice(8)) - 1, amount: amountOf(i, day).toFixed(2) };
  });
}
const found = (days: DayAmount[], from = '2026-11-01') => unusualDays(days, (day) => day >= from).map(({ day }) => day);
const weekday = (i: number) => new Date(START + i * DAY).getUTCDay();

describe('unusualDays', () => {
  it('finds a day that is far from its like, and not the day after', () => {
    expect(found(history((i, day) => (day === '2026-11-24' ? 180 : 100 + (i % 5))))).toEqual(['2026-11-24']);
  });

  it('a weekly rhythm is usual', () => {
    expect(found(history((i) => (weekday(i) % 6 === 0 ? 40 : 100) + (i % 3)))).toEqual([]);
  });

  it('what is due on the first of a month is usual, where it was due before', () => {
    expect(found(history((_, day) => (day.endsWith('-01') ? 400 : 100)))).toEqual([]);
    expect(found(history((_, day) => (day === '2026-11-01' ? 400 : 100)))).toEqual(['2026-11-01']);
  });

  it('a deploy of a minute is usual', () => {
    expect(found(history((i) => 100 + (i === 75 ? 0.35 : 0)))).toEqual([]);
  });

  it('what stays higher is told once, from its first day on', () => {
    const days = history((_, day) => (day >= '2026-11-23' ? 200 : 100));
    expect(unusualDays(days, (day) => day >= '2026-11-01')).toEqual([
      { day: '2026-11-23', usual: 100n * 10n ** 12n, until: '2026-11-29' },
    ]);
  });

  it('a day that fell is told as well', () => {
    expect(found(history((_, day) => (day === '2026-11-10' ? 20 : 100)))).toEqual(['2026-11-10']);
  });

  it('what varies by a fifth, from day to day, is usual', () => {
    expect(found(history((i) => 100 + 20 * Math.sin(i * i)))).toEqual([]);
  });

  it('says nothing without three weeks to compare with', () => {
    expect(
      found(
        history((i) => (i === 10 ? 500 : 100)),
        '2026-09-01',
      ),
    ).toEqual([]);
  });

  it('a day that is not known is neither unusual nor compared with', () => {
    const days = history((i) => (i === 80 ? 900 : 100)).map((day, i) => (i === 80 ? { ...day, amount: null } : day));
    expect(found(days)).toEqual([]);
  });
});

describe('on made-up histories', () => {
  it('finds what was planted, and hardly anything else', () => {
    const { precision, recall } = backtest(200);
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeGreaterThan(0.95);
  });
});
