import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rulingAt, rulingsOf, type Writing } from './timeline.ts';

const END = Number.POSITIVE_INFINITY;
const BEGINNING = Number.NEGATIVE_INFINITY;

it('what was written first holds from the beginning, later writings from their instants', () => {
  const writings = [
    { version: 1, effectiveFrom: null, value: 'a' },
    { version: 2, effectiveFrom: 50, value: 'b' },
    { version: 3, effectiveFrom: 80, value: 'c' },
  ];
  expect(rulingsOf(writings)).toEqual([
    { from: BEGINNING, to: 50, version: 1, value: 'a' },
    { from: 50, to: 80, version: 2, value: 'b' },
    { from: 80, to: END, version: 3, value: 'c' },
  ]);
});

it('a writing that reaches back holds until what was written for later begins', () => {
  const writings = [
    { version: 1, effectiveFrom: null, value: 'a' },
    { version: 2, effectiveFrom: 50, value: 'b' },
    { version: 3, effectiveFrom: 20, value: 'c' },
  ];
  expect(rulingsOf(writings)).toEqual([
    { from: BEGINNING, to: 20, version: 1, value: 'a' },
    { from: 20, to: 50, version: 3, value: 'c' },
    { from: 50, to: END, version: 2, value: 'b' },
  ]);
});

it('of two for one instant the later writing counts', () => {
  const writings = [
    { version: 1, effectiveFrom: null, value: 'a' },
    { version: 2, effectiveFrom: null, value: 'b' },
  ];
  expect(rulingsOf(writings)).toEqual([{ from: BEGINNING, to: END, version: 2, value: 'b' }]);
});

it('says at each instant what the last instant before it says', () => {
  const writing = fc.record({ effectiveFrom: fc.option(fc.integer({ min: 0, max: 20 })), value: fc.nat() });
  fc.assert(
    fc.property(fc.array(writing, { maxLength: 8 }), fc.integer({ min: -1, max: 21 }), (list, at) => {
      const writings: Writing<number>[] = list.map((each, i) => ({ version: i + 1, ...each }));
      const instants = list.map(({ effectiveFrom }) => effectiveFrom ?? BEGINNING).filter((from) => from <= at);
      const last = Math.max(BEGINNING, ...instants);
      const wanted = writings.findLast(({ effectiveFrom }) => (effectiveFrom ?? BEGINNING) === last);
      const rulings = rulingsOf(writings);
      expect(rulingAt(rulings, at)?.value).toBe(wanted?.value);
      rulings.slice(1).forEach(({ from }, i) => {
        expect(rulings[i]?.to).toBe(from);
      });
    }),
  );
});
