import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText } from './text-order.ts';

describe('compareText', () => {
  it.each([
    ['a', 'b'],
    ['a', 'aa'],
    ['', 'a'],
    ['\u{E000}', '\u{1F600}'],
    ['\u{FFFD}', '\u{10000}'],
    ['x\u{D7FF}', 'x\u{E000}'],
  ])('puts %j before %j', (a, b) => {
    expect(compareText(a, b)).toBeLessThan(0);
    expect(compareText(b, a)).toBeGreaterThan(0);
  });

  it('orders as the bytes do', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\u{D7FF}', '\u{E000}', '\u{FFFF}', '\u{10000}', '😀') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
