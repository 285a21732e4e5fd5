import { describe, expect, it } from 'vitest';
import { clockOf, dayOf, dayText, delayText, momentText, monthText, spanText } from './time.ts';

describe('calendar text', () => {
  it('needs no time zone, since months and days come as text', () => {
    expect(monthText('2026-11')).toBe('November 2026');
    expect(dayText('2026-03-01')).toBe('Mar 1');
  });
  it('refuses what is no month', () => {
    expect(() => monthText('2026-13')).toThrow(/not a month/);
  });
});

describe('instants in the zone of the bill', () => {
  it.each([
    ['2026-11-24T14:03:07.123456Z', 'UTC', '2026-11-24', '14:03:07'],
    ['2026-11-24T14:03:07Z', 'Pacific/Auckland', '2026-11-25', '03:03:07'],
    ['2026-11-24T04:03:07Z', 'America/Los_Angeles', '2026-11-23', '20:03:07'],
    ['2026-11-24T00:00:00Z', 'UTC', '2026-11-24', '00:00:00'],
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', '2026-10-25', '02:30:00'],
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25', '02:30:00'],
  ])('%s in %s', (instant, zone, day, clock) => {
    expect(dayOf(instant, zone)).toBe(day);
    expect(clockOf(instant, zone)).toBe(clock);
  });

  it('names the day only when it is not today', () => {
    expect(momentText('2026-11-24T14:03:07Z', 'UTC', '2026-11-24T23:59:59Z')).toBe('14:03:07');
    expect(momentText('2026-11-23T14:03:07Z', 'UTC', '2026-11-24T00:00:00Z')).toBe('Nov 23, 14:03:07');
    expect(momentText('2026-11-23T14:03:07Z', 'UTC', null)).toBe('Nov 23 2026, 14:03:07');
  });
});

describe('delay', () => {
  it('is silent within the grace', () => {
    expect(delayText('2026-11-24T14:00:00Z', '2026-11-24T14:01:00Z', 60)).toBeNull();
    expect(delayText('2026-11-24T14:00:00Z', '2026-11-24T14:03:07Z', 60)).toBe('3 min 7 s');
  });
  it.each([
    [45, '45 s'],
    [60, '1 min'],
    [187, '3 min 7 s'],
    [3600, '1 h'],
    [5400, '1 h 30 min'],
    [90_000, '1 day 1 h'],
    [200_000, '2 days 7 h'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(spanText(seconds)).toBe(text);
  });
});
