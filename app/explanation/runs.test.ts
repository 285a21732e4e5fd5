import { describe, expect, it } from 'vitest';
import { barsOf, marksOfLane, placeIn, weeksOf } from './runs.ts';

const period = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z', timeZone: 'UTC' };
const stretch = (from: string, to: string, level = '1', isCharged = true) => ({
  ...{ from: `2026-11-${from}T00:00:00Z`, to: `2026-11-${to}T00:00:00Z`, level, isCharged },
});

describe('when something ran', () => {
  it('is drawn in the period, and inside it', () => {
    expect(placeIn(period, '2026-11-16T00:00:00Z')).toBe(50);
    expect(placeIn(period, '2026-10-16T00:00:00Z')).toBe(0);
    expect(barsOf(period, { stretches: [stretch('01', '16'), stretch('16', '16')] })).toMatchObject([
      { left: 0, width: 50, top: 4, height: 16, isCharged: true },
      { left: 50, width: 0.15 },
    ]);
  });

  it('at lower levels is lower', () => {
    const stretches = [stretch('01', '02', '8'), stretch('02', '03', '2', false), stretch('03', '04', '0')];
    expect(barsOf(period, { stretches }).map(({ top, height }) => [top, height])).toEqual([
      [4, 16],
      [16, 4],
      [18, 2],
    ]);
  });

  it('has its weeks below it, in the zone of the bill', () => {
    expect(weeksOf(period).map(({ text }) => text)).toEqual(['Nov 1', 'Nov 8', 'Nov 15', 'Nov 22', 'Nov 29']);
    const berlin = { from: '2026-10-01T22:00:00Z', to: '2026-10-31T23:00:00Z', timeZone: 'Europe/Berlin' };
    expect(weeksOf(berlin)[0]?.text).toBe('Oct 2');
  });

  it('shows what bears on it', () => {
    const mark = (resource: string | null) => ({ kind: 'cap', at: period.from, text: 'x', resource }) as const;
    const marks = [mark(null), mark('a'), mark('b')];
    expect(marksOfLane(marks, 'a')).toEqual(marks.slice(0, 2));
  });
});
