import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoneyPace } from './money-pace.ts';

describe('the pace of money', () => {
  it.each([
    [20, 1_000],
    [250, 1_000],
    [700, 2_800],
  ])('after %d ms the same account waits %d ms', (took, wait) => {
    const pace = new MoneyPace();
    expect(pace.pick(['a'], 0)).toBe('a');
    pace.done('a', 0, took);
    expect(pace.pick(['a'], took + wait - 1)).toBeNull();
    expect(pace.pick(['a'], took + wait)).toBe('a');
  });

  it('takes turns, whoever waits longest first, and rests between them', () => {
    const pace = new MoneyPace();
    pace.done('a', 0, 100);
    expect(pace.pick(['a', 'b'], 499)).toBeNull();
    expect(pace.pick(['a', 'b'], 500)).toBe('b');
    pace.done('b', 500, 600);
    expect(pace.pick(['b', 'a'], 2_000)).toBe('a');
  });

  it('spends no more than a fifth of the time on money, however many watch', () => {
    const durations = fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 30 }), (took, accounts) => {
        const pace = new MoneyPace();
        const ids = Array.from({ length: accounts }, (_, i) => `a${i}`);
        const begun = new Map<string, number>();
        let now = 0;
        let busy = 0;
        for (const duration of took) {
          let picked = pace.pick(ids, now);
          while (picked === null) picked = pace.pick(ids, ++now);
          expect(now - (begun.get(picked) ?? -1_000)).toBeGreaterThanOrEqual(1_000);
          begun.set(picked, now);
          pace.done(picked, now, now + duration);
          busy += duration;
          now += duration;
        }
        expect(busy * 5).toBeLessThanOrEqual(pace.restsUntil);
      }),
    );
  });
});
