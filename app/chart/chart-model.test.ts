import { describe, expect, it } from 'vitest';
import { scaleTo, tickText } from './chart-model.ts';

describe('scaleTo, whose last tick no bar is above', () => {
  it.each([
    [0, 1, [0]],
    [1, 1, [0, 0.25, 0.5, 0.75, 1]],
    [7, 8, [0, 2, 4, 6, 8]],
    [100, 100, [0, 25, 50, 75, 100]],
    [213, 300, [0, 100, 200, 300]],
    [22_361_870, 30_000_000, [0, 10_000_000, 20_000_000, 30_000_000]],
  ])('%s: top %s', (highest, top, ticks) => {
    expect(scaleTo(highest)).toEqual({ top, ticks });
  });
});

describe('tickText', () => {
  it.each([
    [0, '0'],
    [0.25, '0.25'],
    [250, '250'],
    [1500, '1.5 k'],
    [10_000_000, '10 M'],
    [2.5e9, '2.5 G'],
  ])('%s reads %s', (value, text) => {
    expect(tickText(value)).toBe(text);
  });
});
