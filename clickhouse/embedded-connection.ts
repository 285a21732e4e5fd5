import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { inlineParams } from './inline-params.ts';
import type { QueryParams } from './lane.ts';

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** What the engine takes for a pattern or an archive in a file's name. */
const PATTERN = /[*?{}]|::/;

/**
 * The engine in this process behind the client's `connection` option.
 *
 * Settings are dropped from each call: a session keeps what it was told once when it was opened, and a `SET` before
 * every statement would be one more statement. Parameters become literals: see `inlineParams`. (The two packages also
 * describe settings by types of their own.)
 *
 * Rows to insert pass through a file: the engine reads a statement to its end in search of words, rows included, which
 * takes longer than to parse them as rows.
 * @param rowsFolder where such files are until the connection closes
 */
export function embeddedConnection(path: string, rowsFolder: string): Connection {
  const engine = createChdbConnection({ path });
  const bare = <P extends { query: string; query_params?: Record<string, unknown>; clickhouse_settings?: unknown }>(
    params: P,
  ) => ({
    ...params,
    query: inlineParams(params.query, (params.query_params ?? {}) as QueryParams),
    query_params: undefined,
    clickhouse_settings: undefined,
  });
  const session = resolve(rowsFolder, randomUUID());
  let files = 0;
  const free: string[] = [];
  const insert: Connection['insert'] = async (params) => {
    // Used again: file systems are slow to give out anew what was just deleted.
    const file = free.pop() ?? `${session}-${files++}`;
    if (PATTERN.test(file)) return engine.insert({ ...params, clickhouse_settings: undefined });
    const query = params.query.replace(/ FORMAT (\w+)$/, ` FROM INFILE '${file.replace(/[\\']/g, '\\$&')}' FORMAT $1`);
    try {
      await writeFile(file, await wholeOf(params.values), { mode: 0o600 });
      return { ...(await engine.command({ query })), summary: undefined };
    } finally {
      free.push(file);
    }
  };
  return {
    ping: () => engine.ping({ select: true }),
    query: (params) => engine.query(bare(params)),
    command: (params) => engine.command(bare(params)),
    insert,
    exec: (params) => engine.exec(bare(params)),
    close: async () => {
      await engine.close();
      for (const file of free) await rm(file, { force: true });
    },
  };
}

/** One write instead of one a chunk: while the server is busy, coming back from each takes its time. */
async function wholeOf(values: string | AsyncIterable<Buffer>): Promise<string | Buffer> {
  if (typeof values === 'string') return values;
  const chunks: Buffer[] = [];
  for await (const chunk of values) chunks.push(chunk);
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
