import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it, vi } from 'vitest';
import { nextLocalBound } from './testing/local-windows.ts';
import { calendarDay, TooManyWindowsError, type WindowSize, windowAt, windowBounds } from './windows.ts';

const at = (text: string) => Date.parse(text) * 1000;
const bounds = (from: string, to: string, size: WindowSize, timeZone: string) =>
  windowBounds(at(from), at(to), size, timeZone).map((bound) => new Date(bound / 1000).toISOString().slice(0, 16));
const hoursLong = (cuts: number[]) => cuts.slice(1).map((bound, i) => (bound - (cuts[i] ?? 0)) / 3_600_000_000);

describe('days', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-31T22:00Z', [23, 24, 24]],
    ['Europe/Berlin', '2026-10-23T22:00Z', '2026-10-26T23:00Z', [24, 25, 24]],
    ['America/New_York', '2026-03-07T05:00Z', '2026-03-10T04:00Z', [24, 23, 24]],
    ['America/New_York', '2026-10-31T04:00Z', '2026-11-03T05:00Z', [24, 25, 24]],
    ['Australia/Lord_Howe', '2026-04-03T13:00Z', '2026-04-06T13:30Z', [24, 24.5, 24]],
    ['Australia/Lord_Howe', '2026-10-02T13:30Z', '2026-10-05T13:00Z', [24, 23.5, 24]],
    // Midnight does not occur: the day starts at 01:00.
    ['America/Santiago', '2026-09-05T04:00Z', '2026-09-08T03:00Z', [24, 23, 24]],
    ['Africa/Cairo', '2026-04-22T22:00Z', '2026-04-25T21:00Z', [24, 23, 24]],
    // Midnight occurs twice: the day starts at the first.
    ['America/Havana', '2026-10-31T04:00Z', '2026-11-03T05:00Z', [24, 25, 24]],
    // From 00:01 back to 23:01 of the day before, which is not begun again.
    ['America/St_Johns', '1998-10-24T02:30Z', '1998-10-26T03:30Z', [24, 25]],
    ['Pacific/Apia', '2026-03-31T11:00Z', '2026-04-02T11:00Z', [24, 24]],
  ])('of %s from %s', (timeZone, from, to, hours) => {
    expect(hoursLong(windowBounds(at(from), at(to), 'DAY', timeZone))).toEqual(hours);
  });
});

describe('hours', () => {
  it('that a clock change repeats or skips stay apart', () => {
    expect(bounds('2026-10-25T00:00Z', '2026-10-25T03:00Z', 'HOUR', 'Europe/Berlin')).toHaveLength(4);
    expect(bounds('2026-03-29T00:00Z', '2026-03-29T03:00Z', 'HOUR', 'Europe/Berlin')).toHaveLength(4);
  });

  it.each([
    ['Asia/Kathmandu', '2026-05-01T00:00Z', '2026-05-01T02:00Z', ['00:00', '00:15', '01:15', '02:00']],
    // From 02:00 back to 01:30: the second half hour stands alone, then full hours again.
    ['Australia/Lord_Howe', '2026-04-04T14:00Z', '2026-04-04T17:30Z', ['14:00', '15:00', '15:30', '16:30', '17:30']],
    // From 02:00 on to 02:30: half an hour is left of that hour.
    ['Australia/Lord_Howe', '2026-10-03T14:30Z', '2026-10-03T18:00Z', ['14:30', '15:30', '16:00', '17:00', '18:00']],
  ])('of %s from %s', (timeZone, from, to, clock) => {
    expect(bounds(from, to, 'HOUR', timeZone).map((text) => text.slice(11))).toEqual(clock);
  });
});

describe('months', () => {
  it.each([
    ['UTC', ['2026-01-31T10:00', '2026-02-01T00:00', '2026-03-01T00:00', '2026-03-31T12:00']],
    [
      'Pacific/Apia',
      ['2026-01-31T10:00', '2026-01-31T11:00', '2026-02-28T11:00', '2026-03-31T11:00', '2026-03-31T12:00'],
    ],
    ['America/Los_Angeles', ['2026-01-31T10:00', '2026-02-01T08:00', '2026-03-01T08:00', '2026-03-31T12:00']],
  ])('of %s', (timeZone, expected) => {
    expect(bounds('2026-01-31T10:00Z', '2026-03-31T12:00Z', 'MONTH', timeZone)).toEqual(expected);
  });
});

describe('windows', () => {
  const reach = { MINUTE: 3 / 24, HOUR: 5, DAY: 120, MONTH: 800 };
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Los_Angeles',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Pacific/Kiritimati',
    'America/Santiago',
    'America/Havana',
    'Africa/Cairo',
    'America/St_Johns',
    'America/Caracas',
    'Africa/Casablanca',
    'Antarctica/Troll',
    'Pacific/Kwajalein',
  ];
  const somewhen = fc.record({
    from: fc.integer({ min: at('1995-01-01'), max: at('2028-01-01') }),
    near: fc.constantFrom(
      undefined,
      ...['2026-04-04T15:00Z', '2026-10-03T15:30Z', '2026-03-29T01:00Z', '2026-09-06T04:00Z'],
    ),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    size: fc.constantFrom<WindowSize>('MINUTE', 'HOUR', 'DAY', 'MONTH'),
    timeZone: fc.constantFrom(...zones),
  });

  it('are those that a clock on the wall shows, cut at both ends', () => {
    fc.assert(
      fc.property(somewhen, ({ from: anywhen, near, share, size, timeZone }) => {
        const from = near === undefined ? anywhen : at(near) - Math.floor(share * reach[size] * 40_000_000_000);
        const to = from + 1 + Math.floor(share * reach[size] * 86_400_000_000);
        const expected = [from];
        for (let next = from; next < to; ) {
          next = Math.min(to, nextLocalBound(next, size, timeZone));
          expected.push(next);
        }
        expect(windowBounds(from, to, size, timeZone)).toEqual(expected);
      }),
      {
        numRuns: 400,
        examples: [
          [
            {
              from: 898914600000001,
              near: undefined,
              share: 0.9999999999999035,
              size: 'DAY',
              timeZone: 'America/St_Johns',
            },
          ],
        ],
      },
    );
  });

  it('around an instant is the one that it is cut into', () => {
    fc.assert(
      fc.property(somewhen, ({ from, near, share, size, timeZone }) => {
        const instant = near === undefined ? from : at(near) + Math.floor((share - 0.5) * 10_800_000_000);
        const window = windowAt(instant, size, timeZone);
        expect(window.from).toBeLessThanOrEqual(instant);
        expect(window.to).toBe(nextLocalBound(instant, size, timeZone));
        expect(nextLocalBound(window.from, size, timeZone)).toBe(window.to);
        expect(nextLocalBound(window.from - 1, size, timeZone)).toBe(window.from);
      }),
      { numRuns: 200 },
    );
  });

  it('of an empty time are none', () => expect(windowBounds(5, 5, 'DAY', 'UTC')).toEqual([]));

  it('more than 50,000 are refused', () => {
    expect(() => windowBounds(0, 50_001 * 60_000_000, 'MINUTE', 'UTC')).toThrow(TooManyWindowsError);
    expect(windowBounds(0, 50_000 * 60_000_000, 'MINUTE', 'UTC')).toHaveLength(50_001);
    expect(windowBounds(0, 50_000 * 86_400_000_000, 'DAY', 'UTC')).toHaveLength(50_001);
  });

  it.each<[WindowSize, string]>([
    ['MINUTE', 'UTC'],
    ['HOUR', 'Europe/Berlin'],
    ['DAY', 'America/Havana'],
    ['MONTH', 'Pacific/Apia'],
  ])('of %s for thousands of years are refused before any is looked for in %s', (size, timeZone) => {
    const looks = vi.spyOn(Temporal.ZonedDateTime.prototype, 'getTimeZoneTransition');
    const adds = vi.spyOn(Temporal.ZonedDateTime.prototype, 'add');
    try {
      expect(() => windowBounds(at('1900-01-01'), at('9999-12-31'), size, timeZone)).toThrow(TooManyWindowsError);
      expect(looks.mock.calls.length + adds.mock.calls.length).toBe(0);
      // Clocks change twice a year; each change is looked for once.
      if (size !== 'MONTH') windowBounds(at('2020-01-01'), at('2020-01-01') + 40_000 * 60_000_000, size, timeZone);
      expect(looks.mock.calls.length + adds.mock.calls.length).toBeLessThanOrEqual(3);
    } finally {
      vi.restoreAllMocks();
    }
  });
});

describe('a calendar day', () => {
  it.each([
    ['2026-11-24', 'UTC', '2026-11-24T00:00Z', '2026-11-23', '2026-11-25'],
    ['2026-03-01', 'Asia/Kathmandu', '2026-02-28T18:15Z', '2026-02-28', '2026-03-02'],
    // Midnight does not occur: the day starts at 01:00.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00Z', '2026-09-05', '2026-09-07'],
    ['2024-02-29', 'America/New_York', '2024-02-29T05:00Z', '2024-02-28', '2024-03-01'],
  ])('%s in %s begins at %s', (day, timeZone, from, previous, next) => {
    expect(calendarDay(day, timeZone)).toEqual({ from: at(from), previous, next });
  });

  it.each(['2026-02-29', '2026-13-01', '20260201', '2026-02-01T00:00', 'today', ''])('"%s" is none', (day) => {
    expect(() => calendarDay(day, 'UTC')).toThrow(RangeError);
  });
});
