import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClickHouse } from './connection.ts';
import { inlineParams } from './inline-params.ts';
import type { ClickHouse } from './lane.ts';

let dataDir: string;
let store: ClickHouse;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plainbill-params-'));
  store = await openClickHouse({ url: null, dataDir });
});
afterAll(async () => {
  await store?.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('parameters as literals', () => {
  it.each([
    ['{n:Int64}', { n: 12 }, 'CAST(12 AS Int64)'],
    ['{s:String}', { s: `'; DROP TABLE x; --\\` }, `CAST('\\'; DROP TABLE x; --\\\\' AS String)`],
    ['{a:String} {b:String}', { a: '{b:String}', b: "'" }, `CAST('{b:String}' AS String) CAST('\\'' AS String)`],
    ['{l:Array(Array(String))}', { l: [['a'], []] }, `CAST([['a'],[]] AS Array(Array(String)))`],
  ])('%s', (sql, params, expected) => {
    expect(inlineParams(sql, params)).toBe(expected);
  });

  it('asks for every value', () => {
    expect(() => inlineParams('{here:String} {missing:String}', { here: '' })).toThrow('"missing" has no value');
  });

  it('reach the engine as they are, whatever they hold', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom("'", '\\', '{', '}', ':', '\0', '\n', '\t', '`', '"', 'String', 'é', '\u{1f600}'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.array(text), fc.array(fc.array(text)), fc.maxSafeInteger(), async (s, l, n, i) => {
        const [row] = await store.read.query({
          name: 'echo',
          sql: 'SELECT {s:String} AS s, {l:Array(String)} AS l, {n:Array(Array(String))} AS n, {i:Int64} AS i',
          params: { s, l, n, i },
        });
        expect(row).toEqual({ s, l, n, i: String(i) });
      }),
      { numRuns: 300 },
    );
  });

  it('may be many', async () => {
    const numbers = Array.from({ length: 200_000 }, (_, i) => 4_000_000_000 + i);
    const [row] = await store.read.query<{ sum: string }>({
      name: 'many',
      sql: 'SELECT sum(n) AS sum FROM (SELECT arrayJoin({numbers:Array(UInt32)}) AS n)',
      params: { numbers },
    });
    expect(row?.sum).toBe(String(numbers.reduce((a, b) => a + b, 0)));
  });
});
