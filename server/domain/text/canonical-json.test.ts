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
    // By code units: U+1F600 begins with D83D, and so comes before U+FB33, which is less.
    [{ '\ufb33': 1, '\u{1f600}': 2 }, '{"\u{1f600}":2,"\ufb33":1}'],
    ['\ud800', '"\\ud800"'],
    [{ 'a\udc00': 1 }, '{"a\\udc00":1}'],
    [[-0, 1e21, 1e-7, 0.1 + 0.2, 5e-324], '[0,1e+21,1e-7,0.30000000000000004,5e-324]'],
    ['\u2028\u007f\u0001', '"\u2028\u007f\\u0001"'],
    [[{ a: undefined }, []], '[{},[]]'],
  ])('of %j is %s', (value, text) => expect(canonicalJson(value)).toBe(text));

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [[undefined]], [1n], [() => 1]])(
    'refuses %s',
    (value) => expect(() => canonicalJson(value)).toThrow(TypeError),
  );

  it.each([[{ a: () => 1 }], [{ a: [undefined] }], [{ a: 1n }], [{ at: new Date(0) }], [{ toJSON: () => 'x' }]])(
    'refuses it deeper down: %o',
    (value) => expect(() => canonicalJson(value)).toThrow(TypeError),
  );

  it('is, byte for byte, what is kept was hashed with', () => {
    const key = fc.oneof(fc.string({ unit: 'binary' }), loneSurrogates, fc.constantFrom('__proto__', '10', '9', ''));
    const leaf = fc.oneof(key, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.option(leaf),
        fc.array(tie('value'), { maxLength: 5 }),
        fc
          .array(fc.tuple(key, fc.option(tie('value'), { nil: undefined })), { maxLength: 6 })
          .map((entries) => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        expect(canonicalJson(each)).toBe(asHashed(each));
      }),
      { numRuns: 300 },
    );
  });

  it('says the same as JSON, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });
});

const loneSurrogates = fc
  .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 4 })
  .map((units) => String.fromCharCode(...units));

/** The text that everything kept until 2026-11-28 was hashed as. */
function asHashed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asHashed).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => `${JSON.stringify(key)}:${asHashed(child)}`);
  return `{${members.join(',')}}`;
}

/** The same value, every object built the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.create(null);
  for (const [key, child] of Object.entries(value).reverse()) copy[key] = reversed(child);
  return copy;
}
