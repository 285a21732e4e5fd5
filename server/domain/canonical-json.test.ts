import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ '10': 1, '9': 2 }, '{"10":1,"9":2}'],
    [{ a: undefined, b: { d: 1, c: 2 } }, '{"b":{"c":2,"d":1}}'],
    ['ü\n', '"ü\\n"'],
    [{}, '{}'],
  ])('of %j is %s', (value, text) => expect(canonicalJson(value)).toBe(text));

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [[undefined]], [1n], [() => 1]])(
    'refuses %s',
    (value) => expect(() => canonicalJson(value)).toThrow(TypeError),
  );

  it('says the same as JSON, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });
});

/** The same value, every object built the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null);
  for (const [key, child] of Object.entries(value).reverse()) copy[key] = reversed(child);
  return copy;
}
