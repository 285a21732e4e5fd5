import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LevelEvent, OPEN_END, type UsageInterval } from '../../clickhouse/index.ts';
import { intervalChanges, intervalsOf } from './intervals.ts';

/** `time level dimensions`; the id tells which event opened an interval. */
function events(...lines: string[]): LevelEvent[] {
  return lines.map((line, i) => {
    const [time = '', level = '', ...dimensions] = line.split(' ');
    return { time: Number(time), level, dimensions, source: '/s', id: `e${i}` };
  });
}
const told = (intervals: readonly UsageInterval[]) =>
  intervals
    .map((i) => ({ ...i, end: i.endsAt === OPEN_END ? 'open' : i.endsAt }))
    .map((i) => `${i.slot}: ${i.startsAt}–${i.end} ×${i.level} ${i.dimensions.join()} by ${i.id}`)
    .toSorted();

describe('slots', () => {
  it.each([
    ['a start', ['10 2 web'], ['1: 10–open ×1 web by e0', '2: 10–open ×1 web by e0']],
    ['one more', ['10 1 web', '20 2 web'], ['1: 10–open ×1 web by e0', '2: 20–open ×1 web by e1']],
    ['one less closes the highest', ['10 2 web', '20 1 web'], ['1: 10–open ×1 web by e0', '2: 10–20 ×1 web by e0']],
    ['all stop', ['10 2 web', '20 0 web'], ['1: 10–20 ×1 web by e0', '2: 10–20 ×1 web by e0']],
    ['the same again', ['10 1 web', '20 1 web'], ['1: 10–open ×1 web by e0']],
    ['a resize', ['10 1 small', '20 1 big'], ['1: 10–20 ×1 small by e0', '1: 20–open ×1 big by e1']],
    ['at one instant the last lasts', ['10 3 web', '10 1 web'], ['1: 10–open ×1 web by e0']],
    ['a stop of nothing', ['10 0 web'], []],
  ])('%s', (_, given, expected) => expect(told(intervalsOf('slots', [], events(...given)))).toEqual(expected));
});

describe('amounts', () => {
  it.each([
    ['a level', ['10 1.5 eu'], ['0: 10–open ×1.5 eu by e0']],
    ['another level', ['10 1.5 eu', '20 3 eu'], ['0: 10–20 ×1.5 eu by e0', '0: 20–open ×3 eu by e1']],
    ['the same again', ['10 1.5 eu', '20 1.5 eu'], ['0: 10–open ×1.5 eu by e0']],
    ['the same elsewhere', ['10 2 eu', '20 2 us'], ['0: 10–20 ×2 eu by e0', '0: 20–open ×2 us by e1']],
    ['down to none', ['10 2 eu', '20 0 eu'], ['0: 10–20 ×2 eu by e0']],
    ['at one instant the last lasts', ['10 2 eu', '10 4 eu'], ['0: 10–open ×4 eu by e1']],
  ])('%s', (_, given, expected) => expect(told(intervalsOf('amount', [], events(...given)))).toEqual(expected));
});

const levels = fc.constantFrom<'slots' | 'amount'>('slots', 'amount');
const history = fc
  .array(
    fc.record({
      time: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 1_000_000_000 })),
      level: fc.integer({ min: 0, max: 4 }).map(String),
      dimensions: fc.constantFrom<string[]>(['a'], ['b']),
      source: fc.constantFrom('/a', '/b'),
    }),
    { maxLength: 25 },
  )
  .map((drawn) => drawn.map((event, i) => ({ ...event, id: `e${String(i).padStart(2, '0')}` })));
const inOrder = (given: readonly LevelEvent[]) =>
  given.toSorted((a, b) => a.time - b.time || (`${a.source} ${a.id}` < `${b.source} ${b.id}` ? -1 : 1));

const END = 2_000_000_000;

/** Level × time by dimension: the last event at or before an instant says what runs. */
function integral(given: readonly LevelEvent[]): Record<string, number> {
  const sums: Record<string, number> = {};
  const ordered = inOrder(given);
  ordered.forEach((event, i) => {
    const length = (ordered[i + 1]?.time ?? END) - event.time;
    const key = event.dimensions.join();
    if (event.level !== '0' && length > 0) sums[key] = (sums[key] ?? 0) + Number(event.level) * length;
  });
  return sums;
}

describe('any history', () => {
  it('has intervals whose lengths add up to its integral', () => {
    fc.assert(
      fc.property(levels, history, (kind, given) => {
        const sums: Record<string, number> = {};
        for (const { startsAt, endsAt, level, dimensions } of intervalsOf(kind, [], inOrder(given))) {
          const key = dimensions.join();
          sums[key] = (sums[key] ?? 0) + Number(level) * (Math.min(endsAt, END) - startsAt);
        }
        expect(sums).toEqual(integral(given));
      }),
      { numRuns: 400 },
    );
  });

  it('has intervals of one slot that do not overlap, each opened by an event of its instant', () => {
    fc.assert(
      fc.property(levels, history, (kind, given) => {
        const intervals = intervalsOf(kind, [], inOrder(given));
        for (const slot of new Set(intervals.map((interval) => interval.slot))) {
          const own = intervals.filter((interval) => interval.slot === slot);
          const ordered = own.toSorted((a, b) => a.startsAt - b.startsAt);
          ordered.forEach((interval, i) => {
            expect(interval.startsAt).toBeLessThan(interval.endsAt);
            expect(interval.endsAt).toBeLessThanOrEqual(ordered[i + 1]?.startsAt ?? OPEN_END);
            expect(given.find(({ id }) => id === interval.id)?.time).toBe(interval.startsAt);
          });
        }
      }),
    );
  });

  it('says the same when it is computed again from a late event on, by what is written and removed', () => {
    fc.assert(
      fc.property(levels, history, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (kind, given, picks) => {
        const late = new Set(picks.map((pick) => given[pick % Math.max(given.length, 1)]));
        const arrived = given.filter((event) => !late.has(event));
        let stored = intervalsOf(kind, [], inOrder(arrived));
        for (const event of late) {
          if (event === undefined) continue;
          arrived.push(event);
          const since = event.time;
          const current = stored.filter((interval) => interval.endsAt >= since);
          const computed = intervalsOf(
            kind,
            current.filter((interval) => interval.startsAt < since),
            inOrder(arrived).filter(({ time }) => time >= since),
          );
          const { written, removed } = intervalChanges(current, computed);
          const replaced = new Set([...written, ...removed].map(({ slot, startsAt }) => `${slot} ${startsAt}`));
          stored = [...stored.filter(({ slot, startsAt }) => !replaced.has(`${slot} ${startsAt}`)), ...written];
          expect(told(stored)).toEqual(told(intervalsOf(kind, [], inOrder(arrived))));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('that is computed again without a change changes nothing', () => {
    fc.assert(
      fc.property(levels, history, (kind, given) => {
        const stored = intervalsOf(kind, [], inOrder(given));
        expect(intervalChanges(stored, intervalsOf(kind, [], inOrder(given)))).toEqual({ written: [], removed: [] });
      }),
    );
  });
});
