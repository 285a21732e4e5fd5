import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from './runs.ts';

const numbersIn = (runs: readonly (readonly number[])[]) =>
  runs.flatMap(([first = 0, step = 0, count = 0]) => Array.from({ length: count }, (_, i) => first + step * i));

describe('runs', () => {
  it('hold exactly the numbers they were made of', () => {
    const step = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 50 }), (first, steps) => {
        let at = first;
        const numbers = [first, ...steps.map((each) => (at += each))];
        expect(numbersIn(runsOf(numbers))).toEqual(numbers);
      }),
    );
    expect(runsOf([])).toEqual([]);
  });

  it('of even windows are one, and a few where clocks change', () => {
    const minutes = Array.from({ length: 50_000 }, (_, i) => 7 + i * 60);
    expect(runsOf(minutes)).toEqual([[7, 60, 50_000]]);
    expect(runsOf([...minutes, ...minutes.map((at) => at + 10_000_000)])).toHaveLength(2);
  });
});
