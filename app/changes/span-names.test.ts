import { describe, expect, it } from 'vitest';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { namesOf } from './span-names.ts';

const spans = (from: string, to: string, compareFrom: string, compareTo: string) => {
  const at = (text: string) => (text.includes('T') ? `${text}.000000Z` : `${text}T00:00:00.000000Z`);
  return { from: at(from), to: at(to), compareFrom: at(compareFrom), compareTo: at(compareTo) };
};

const named = (of: ReturnType<typeof spans>, meteredThrough = '2027-02-01T00:00:00.000000Z') =>
  namesOf({ asked: of, periodKey: of.from.slice(0, 7), estimated: false }, {
    ...of,
    timeZone: 'UTC',
    meteredThrough,
  } as ShownChanges);

describe('what two spans are called', () => {
  it('days, the last of which is in it', () => {
    expect(named(spans('2026-10-01', '2026-10-15', '2026-09-01', '2026-09-15'))).toEqual({
      now: 'Oct 1 – Oct 14 2026',
      nowWords: 'from Oct 1 through Oct 14 2026',
      before: 'Sep 1 – Sep 14 2026',
      beforeWords: 'from Sep 1 through Sep 14 2026',
    });
  });

  it('a month, a day, and days over a turn of the year', () => {
    expect(named(spans('2026-10-01', '2026-11-01', '2026-09-30', '2026-10-01'))).toMatchObject({
      ...{ now: 'October 2026', nowWords: 'in October 2026' },
      ...{ before: 'Sep 30 2026', beforeWords: 'on Sep 30 2026' },
    });
    expect(named(spans('2026-12-24', '2027-01-07', '2026-11-01', '2026-12-01'))).toMatchObject({
      ...{ now: 'Dec 24 2026 – Jan 6 2027', nowWords: 'from Dec 24 2026 through Jan 6 2027' },
      ...{ before: 'November 2026', beforeWords: 'in November 2026' },
    });
  });

  it('what begins or ends within a day, to the second', () => {
    const now = 'Oct 1 2026, 06:30:00 – Oct 2 2026, 00:00:00';
    expect(named(spans('2026-10-01T06:30:00', '2026-10-02', '2026-09-01', '2026-09-15'))).toMatchObject({
      ...{ now, nowWords: 'from Oct 1 2026, 06:30:00 to Oct 2 2026, 00:00:00' },
    });
  });

  it('what is not over yet is told so far', () => {
    const of = spans('2026-10-01', '2026-11-01', '2026-10-01', '2026-10-15');
    expect(named(of, '2026-10-14T12:00:00.000000Z')).toMatchObject({
      ...{ now: 'October 2026', nowWords: 'so far in October 2026' },
      ...{ before: 'Oct 1 – Oct 14 2026', beforeWords: 'so far from Oct 1 through Oct 14 2026' },
    });
  });
});
