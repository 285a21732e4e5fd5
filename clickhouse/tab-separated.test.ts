import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClickHouse } from './connection.ts';
import type { ClickHouse } from './lane.ts';
import { listField, textField } from './tab-separated.ts';

let folder: string;
let store: ClickHouse;

beforeAll(async () => {
  // A quote and a backslash in the path: it becomes part of a statement.
  folder = join(await mkdtemp(join(tmpdir(), 'plainbill-rows-')), "it's \\ here");
  await mkdir(join(folder, 'clickhouse-inserts'), { recursive: true });
  await writeFile(join(folder, 'clickhouse-inserts', 'left by a crash'), 'x');
  store = await openClickHouse({ url: null, dataDir: folder });
  await store.write.command({
    name: 'create',
    sql: 'CREATE TABLE rows (n UInt32, text String, list Array(LowCardinality(String))) ENGINE = MergeTree ORDER BY n',
  });
});

afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

async function roundTrip(rows: { text: string; list: string[] }[]) {
  await store.write.command({ name: 'empty', sql: 'TRUNCATE TABLE rows' });
  await store.write.insert({
    name: 'insert',
    table: 'rows',
    columns: ['n', 'text', 'list'],
    rows: rows.map(({ text, list }, n) => `${n}\t${textField(text)}\t${listField(list)}\n`).join(''),
  });
  return store.write.query({ name: 'read', sql: 'SELECT text, list FROM rows ORDER BY n' });
}

describe('rows as text', () => {
  it.each([
    ['nothing', { text: '', list: [] }],
    ['what ends a field or a line', { text: '\t\n\r\r\n\\', list: ['\t', '\n', '\r\n', '\\', ''] }],
    ['what looks escaped', { text: '\\t\\N\\\\n', list: ['\\N', '\\t', "\\'"] }],
    ['quotes and brackets', { text: `['a',"b"]`, list: ["'", `"`, '],[', "','"] }],
    ['control characters', { text: '\0\b\f\v\u001b', list: ['\0', '\b\f'] }],
    ['JSON', { text: JSON.stringify({ a: 'tab\t', b: '\\' }), list: [JSON.stringify(['x', "y'"])] }],
    ['placeholders', { text: '{name:String}', list: ['{n:UInt8}'] }],
    ['other scripts', { text: 'Grüße, 世界 🚀', list: ['é', '🚀'] }],
  ])('keep %s', async (_, row) => {
    expect(await roundTrip([row, row])).toEqual([row, row]);
  });

  it('keep any text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', "'", ',', '[', ']', 'N', '\0', 'é') }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text, list: fc.array(text, { maxLength: 4 }) }), { minLength: 1 }),
        async (rows) => {
          expect(await roundTrip(rows)).toEqual(rows);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('pass through one file, and what a crash left of others went when the store was opened', async () => {
    const files = await readdir(join(folder, 'clickhouse-inserts'));
    expect(files).toHaveLength(1);
    expect(files).not.toContain('left by a crash');
  });

  it('reach the engine from a folder whose name it takes for a pattern', async () => {
    const odd = join(folder, 'a{b}*');
    await store.close();
    expect(await readdir(join(folder, 'clickhouse-inserts'))).toEqual([]);
    store = await openClickHouse({ url: null, dataDir: odd });
    await store.write.command({
      name: 'create',
      sql: 'CREATE TABLE rows (n UInt32, text String, list Array(String)) ENGINE = MergeTree ORDER BY n',
    });
    const row = { text: 'a\t', list: ["'"] };
    expect(await roundTrip([row])).toEqual([row]);
  });
});
