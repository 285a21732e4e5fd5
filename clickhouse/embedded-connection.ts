import type { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { inlineParams } from './inline-params.ts';
import type { QueryParams } from './lane.ts';

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/**
 * The engine in this process behind the client's `connection` option.
 *
 * Settings are dropped from each call: a session keeps what it was told once when it was opened, and a `SET` before
 * every statement would be one more statement. Parameters become literals: see `inlineParams`. (The two packages also describe settings by types of their own.)
 */
export function embeddedConnection(path: string): Connection {
  const engine = createChdbConnection({ path });
  const bare = <P extends { query: string; query_params?: Record<string, unknown>; clickhouse_settings?: unknown }>(
    params: P,
  ) => ({
    ...params,
    query: inlineParams(params.query, (params.query_params ?? {}) as QueryParams),
    query_params: undefined,
    clickhouse_settings: undefined,
  });
  return {
    ping: () => engine.ping({ select: true }),
    query: (params) => engine.query(bare(params)),
    command: (params) => engine.command(bare(params)),
    // Its "query" ends with the rows, which may hold anything: nothing in it is a placeholder.
    insert: (params) => engine.insert({ ...params, clickhouse_settings: undefined }),
    exec: (params) => engine.exec(bare(params)),
    close: () => engine.close(),
  };
}
