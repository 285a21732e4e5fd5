import { describe, expect, it } from 'vitest';
import { busyness, historyStart, isoFromMicros, momentIn, monthOf, weekday } from './calendar.ts';

describe('historyStart', () => {
  it.each([
    ['2026-11-24T14:03:07Z', '2026-08-01T00:00:00.000Z'],
    ['2026-11-30T23:59:59Z', '2026-08-01T00:00:00.000Z'],
    ['2026-02-01T00:00:00Z', '2025-11-01T00:00:00.000Z'],
    ['2026-05-31T12:00:00Z', '2026-02-01T00:00:00.000Z'],
  ])('of %s is %s', (now, start) => {
    expect(historyStart(new Date(now)).toISOString()).toBe(start);
  });
});

describe('months of the history', () => {
  const anchor = Date.UTC(2025, 10, 1);

  it.each([
    [0, 1, '00:00:00', '2025-11-01T00:00:00.000Z'],
    [1, 14, '11:07:52', '2025-12-14T11:07:52.000Z'],
    [2, 31, '08:00:00', '2026-01-31T08:00:00.000Z'],
    [3, 31, '08:00:00', '2026-02-28T08:00:00.000Z'],
  ])('month %i, day %i, %s is %s', (month, day, time, moment) => {
    const at = momentIn(anchor, month, day, time);
    expect(new Date(at).toISOString()).toBe(moment);
    expect(monthOf(anchor, at)).toBe(month);
  });
});

describe('isoFromMicros', () => {
  it.each([
    [1_795_528_987_000_000, '2026-11-24T14:03:07.000Z'],
    [1_795_528_987_123_000, '2026-11-24T14:03:07.123Z'],
    [1_795_528_987_123_004, '2026-11-24T14:03:07.123004Z'],
  ])('%i', (micros, text) => {
    expect(isoFromMicros(micros)).toBe(text);
  });
});

describe('busyness', () => {
  it('is higher at work than at night, on workdays than on Sundays', () => {
    const at = (text: string) => busyness(Date.parse(text));
    expect(at('2026-11-25T15:00:00Z')).toBeGreaterThan(3 * at('2026-11-25T03:00:00Z'));
    expect(at('2026-11-25T15:00:00Z')).toBeGreaterThan(2 * at('2026-11-22T15:00:00Z'));
    expect(weekday(Math.floor(Date.parse('2026-11-22T15:00:00Z') / 86_400_000))).toBe(0);
  });
});
