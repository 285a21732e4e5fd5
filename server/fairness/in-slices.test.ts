import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapInSlices, stringifyInSlices } from './in-slices.ts';

describe('in slices', () => {
  it('a long list becomes the same text', async () => {
    const item = fc.option(fc.record({ a: fc.string(), b: fc.option(fc.integer(), { nil: undefined }) }), {
      nil: undefined,
    });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), item, fc.integer({ min: 0, max: 3 }), async (other, each, thousands) => {
        const data = Array.from({ length: thousands * 1_000 + 1 }, () => each);
        for (const body of [other, { before: other, data, left: undefined }])
          expect(await stringifyInSlices(body)).toBe(JSON.stringify(body));
      }),
      { numRuns: 30 },
    );
  });

  it('others have the process between them', async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const made = await mapInSlices(
      Array.from({ length: 20_000 }, (_, i) => i),
      (i) => i + 1,
    );
    isDone = true;
    expect([made.length, made[0], made.at(-1)]).toEqual([20_000, 1, 20_000]);
    expect(turns).toBeGreaterThanOrEqual(19);
  });
});
