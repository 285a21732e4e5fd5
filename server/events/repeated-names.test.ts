import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBody } from './body.ts';
import { scanJson } from './json-scan.ts';
import { repeatedName } from './repeated-names.ts';

const nameIn = (text: string) => {
  const { items } = scanJson(text, Number.POSITIVE_INFINITY) ?? { items: [] };
  return repeatedName(
    text,
    JSON.parse(text),
    items.reduce((sum, { names }) => sum + names, 0),
  );
};

it.each([
  ['{"a":1,"a":1}', 'a'],
  ['{"a":1,"b":{"a":2},"a":3}', 'a'],
  ['[{"x":1},{"y":1,"y" : 2}]', 'y'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"":1,"":2}', ''],
  ['{"q\\"":1,"q\\"":2}', 'q"'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"deep":[[{"k":{},"k":[]}]]}', 'k'],
])('%s has %j twice', (text, name) => {
  expect(nameIn(text)).toBe(name);
});

it.each([
  '{}',
  '[]',
  '"a:"',
  '{"a":"b:","c":"\\":"}',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":1}]',
  '{"a\\\\":1,"a":2}',
  '{"__proto__":{"a":1},"a":1}',
  '{ "a" :\n\t1 , "b"\r\n: [ "x" , "y" ] }',
])('%s has none', (text) => {
  expect(nameIn(text)).toBeNull();
});

it('no text that was written from a value has one', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(2), (value, indent) => {
      expect(nameIn(JSON.stringify(value, null, indent))).toBeNull();
    }),
  );
});

it('a body with one cannot be read, whatever its numbers', async () => {
  for (const number of ['1', '12345678901234567', '1e2']) {
    for (const second of [number, '7']) {
      const body = Buffer.from(`[{"data":{"tokens":${number},"tokens":${second}}}]`);
      await expect(readBody(body)).rejects.toThrow(
        'the body is not valid JSON: the name "tokens" stands twice in one object',
      );
    }
  }
});
