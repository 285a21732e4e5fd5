import { expect, it } from 'vitest';
import { type WholeDays, wholeDays } from './whole-days.ts';

it.each<[string, string, string, WholeDays | null]>([
  ['2026-10-01T00:00:00Z', '2026-10-15T00:00:00Z', 'UTC', { first: '2026-10-01', last: '2026-10-14', month: null }],
  [
    '2026-10-01T00:00:00Z',
    '2026-11-01T00:00:00Z',
    'UTC',
    { first: '2026-10-01', last: '2026-10-31', month: '2026-10' },
  ],
  [
    '2026-12-01T00:00:00Z',
    '2027-01-01T00:00:00Z',
    'UTC',
    { first: '2026-12-01', last: '2026-12-31', month: '2026-12' },
  ],
  ['2025-10-01T00:00:00Z', '2026-11-01T00:00:00Z', 'UTC', { first: '2025-10-01', last: '2026-10-31', month: null }],
  // Clocks are set back between.
  [
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00:00Z',
    'Europe/Berlin',
    { first: '2026-10-25', last: '2026-10-25', month: null },
  ],
  // A day of Cairo that begins at one o'clock.
  [
    '2026-04-23T22:00:00Z',
    '2026-04-24T21:00:00Z',
    'Africa/Cairo',
    { first: '2026-04-24', last: '2026-04-24', month: null },
  ],
  ['2026-10-01T00:00:00Z', '2026-10-15T00:00:00Z', 'Europe/Berlin', null],
  ['2026-10-01T00:00:00.000001Z', '2026-10-15T00:00:00Z', 'UTC', null],
  ['2026-10-15T00:00:00Z', '2026-10-01T00:00:00Z', 'UTC', null],
  ['2026-10-01T00:00:00Z', '2026-10-01T12:00:00Z', 'UTC', null],
  ['october', 'november', 'UTC', null],
])('%s to %s in %s', (from, to, timeZone, days) => {
  expect(wholeDays(from, to, timeZone)).toEqual(days);
});
