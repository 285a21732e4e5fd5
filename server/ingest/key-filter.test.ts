import { describe, expect, it } from 'vitest';
import { eventKey } from '../events/event-key.ts';
import { KeyFilter } from './key-filter.ts';

const keyOf = (n: number) => eventKey('acme', '/test', `event-${n}`);

describe('the filter of known keys', () => {
  it('knows nothing at first', () => {
    const { high, low } = keyOf(1);
    expect(new KeyFilter().mayHave(high, low)).toBe(false);
  });

  it('never calls a known key new, and hardly ever a new one known', () => {
    const filter = new KeyFilter();
    const keys = Array.from({ length: 50_000 }, (_, n) => keyOf(n));
    for (const { high, low } of keys) filter.add(high, low);
    expect(keys.every(({ high, low }) => filter.mayHave(high, low))).toBe(true);
    const mistaken = Array.from({ length: 50_000 }, (_, n) => keyOf(n + 50_000)).filter((key) =>
      filter.mayHave(key.high, key.low),
    );
    expect(mistaken.length).toBeLessThan(5);
  });

  it.each([
    [0, 0],
    [0xffffffff, 0xffffffff],
    [0x80000000, 1],
    [0, 0x7fffffff],
  ])('knows the edge (%i, %i)', (high, low) => {
    const filter = new KeyFilter();
    filter.add(high, low);
    expect(filter.mayHave(high, low)).toBe(true);
  });
});
