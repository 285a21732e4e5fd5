import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPeriod, type PeriodRule, periodAfter, periodAt, periodBefore, periodOf } from './billing-period.ts';
import { nextLocalBound } from './testing/local-windows.ts';

const at = (text: string) => Date.parse(text) * 1000;
const text = (micros: number) => new Date(micros / 1000).toISOString().slice(0, 16);

describe('a billing period', () => {
  it.each<[string, string, number, string, string]>([
    ['2026-11', 'UTC', 1, '2026-11-01T00:00', '2026-12-01T00:00'],
    // Anchored on the 31st: a shorter month's last day, and back to the 31st.
    ['2026-01', 'UTC', 31, '2026-01-31T00:00', '2026-02-28T00:00'],
    ['2026-02', 'UTC', 31, '2026-02-28T00:00', '2026-03-31T00:00'],
    ['2028-02', 'UTC', 31, '2028-02-29T00:00', '2028-03-31T00:00'],
    ['2026-04', 'UTC', 31, '2026-04-30T00:00', '2026-05-31T00:00'],
    ['2026-02', 'UTC', 29, '2026-02-28T00:00', '2026-03-29T00:00'],
    // Thirteen hours ahead, eight behind.
    ['2026-11', 'Pacific/Apia', 1, '2026-10-31T11:00', '2026-11-30T11:00'],
    ['2026-01', 'America/Los_Angeles', 1, '2026-01-01T08:00', '2026-02-01T08:00'],
    ['2026-03', 'America/Los_Angeles', 1, '2026-03-01T08:00', '2026-04-01T07:00'],
    ['2026-10', 'Europe/Berlin', 1, '2026-09-30T22:00', '2026-10-31T23:00'],
    // Midnight does not occur on these days: the period starts at 01:00.
    ['2026-09', 'America/Santiago', 6, '2026-09-06T04:00', '2026-10-06T03:00'],
    ['2026-04', 'Africa/Cairo', 24, '2026-04-23T22:00', '2026-05-23T21:00'],
    // Midnight occurs twice on the first of November: the period starts at the first.
    ['2026-11', 'America/Havana', 1, '2026-11-01T04:00', '2026-12-01T05:00'],
    // A day that was left out: it starts where the next one does.
    ['2011-12', 'Pacific/Apia', 30, '2011-12-30T10:00', '2012-01-29T10:00'],
  ])('%s in %s anchored on %i is [%s, %s)', (key, timeZone, anchorDay, from, to) => {
    const rule = { timeZone, anchorDay };
    const period = periodOf(key, rule);
    expect([text(period.from), text(period.to)]).toEqual([from, to]);
    expect(periodAt(period.from, rule)).toEqual(period);
    expect(periodAt(period.to - 1, rule)).toEqual(period);
  });

  it.each(['2026', '2026-13', '2026-00', '2026-1', '26-01', '2026-01-01', ''])('is not called "%s"', (key) => {
    expect(() => periodOf(key, { timeZone: 'UTC', anchorDay: 1 })).toThrow(/write it as 2026-11/);
  });

  const rules = fc.record({
    timeZone: fc.constantFrom(
      'UTC',
      'Pacific/Apia',
      'Pacific/Kiritimati',
      'America/Los_Angeles',
      'America/Santiago',
      'Africa/Cairo',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ),
    anchorDay: fc.integer({ min: 1, max: 31 }),
  });
  const inRow = (rule: PeriodRule, micros: number) => firstPeriod(micros, rule);
  const instant = fc.integer({ min: at('2024-01-01'), max: at('2030-01-01') });

  it('holds its instant, and its neighbours touch it without a gap', () => {
    fc.assert(
      fc.property(rules, instant, (rule: PeriodRule, micros) => {
        const period = periodAt(micros, rule);
        expect(period.from <= micros && micros < period.to).toBe(true);
        const [before, after] = [periodBefore(inRow(rule, micros)), periodAfter(inRow(rule, micros), rule)];
        expect(before.to).toBe(period.from);
        expect(after.from).toBe(period.to);
        expect([before.bridging, after.bridging]).toEqual([false, false]);
        expect(inRow(rule, period.to)).toEqual(after);
        expect(inRow(rule, period.from - 1)).toEqual(before);
        expect(periodOf(period.key, rule)).toEqual(period);
      }),
      { numRuns: 200 },
    );
  });

  it('starts where a local day starts, and on the first it is the month that a clock shows', () => {
    fc.assert(
      fc.property(rules, instant, (rule, micros) => {
        const { from } = periodAt(micros, rule);
        expect(nextLocalBound(from - 1, 'DAY', rule.timeZone)).toBe(from);
        const month = periodAt(micros, { ...rule, anchorDay: 1 });
        expect(nextLocalBound(micros, 'MONTH', rule.timeZone)).toBe(month.to);
      }),
      { numRuns: 150 },
    );
  });

  const DAY = 86_400_000_000;

  it.each<[string, PeriodRule, PeriodRule, string, string, string, string]>([
    ['a later day', rule('UTC', 1), rule('UTC', 15), '2026-11', '2026-12', '2026-12-01T00:00', '2027-01-15T00:00'],
    ['an earlier day', rule('UTC', 15), rule('UTC', 1), '2026-11', '2026-12', '2026-12-15T00:00', '2027-01-01T00:00'],
    [
      'a day that is soon',
      rule('UTC', 31),
      rule('UTC', 1),
      '2026-10',
      '2026-11',
      '2026-11-30T00:00',
      '2027-01-01T00:00',
    ],
    [
      'west',
      rule('UTC', 1),
      rule('America/Los_Angeles', 1),
      '2026-11',
      '2026-12',
      '2026-12-01T00:00',
      '2027-01-01T08:00',
    ],
    ['east', rule('UTC', 1), rule('Pacific/Apia', 1), '2026-11', '2026-12', '2026-12-01T00:00', '2026-12-31T11:00'],
  ])('after a change of rule (%s) is bridged once', (_, old, young, last, key, from, to) => {
    const period = { ...periodOf(last, old), anchorDay: old.anchorDay, bridging: false };
    const bridge = periodAfter(period, young);
    expect([bridge.key, text(bridge.from), text(bridge.to), bridge.bridging]).toEqual([key, from, to, true]);
    expect(periodAfter(bridge, young).bridging).toBe(false);
  });

  it('tiles time whatever its rule becomes, with rising keys, one bridge for a change, of 15 days to two months', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(rules, fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 6 }),
        instant,
        (acts, start) => {
          const [[first]] = acts as [[PeriodRule, number]];
          let period = firstPeriod(start, first);
          for (const [rule, months] of acts) {
            for (let i = 0; i < months; i++) {
              const next = periodAfter(period, rule);
              expect(next.from).toBe(period.to);
              expect(next.key > period.key).toBe(true);
              if (i > 0) expect(next.bridging).toBe(false);
              if (next.bridging) {
                expect(next.to - next.from).toBeGreaterThanOrEqual(15 * DAY);
                expect(next.to - next.from).toBeLessThanOrEqual(62 * DAY);
              }
              period = next;
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

function rule(timeZone: string, anchorDay: number): PeriodRule {
  return { timeZone, anchorDay };
}
