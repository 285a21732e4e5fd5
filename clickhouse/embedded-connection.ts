import type { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/**
 * The engine in this process behind the client's `connection` option.
 *
 * Settings are dropped from each call: a session keeps what it was told once when it was opened, and a `SET` before
 * every statement would be one more statement. (The two packages also describe settings by types of their own.)
 */
export function embeddedConnection(path: string): Connection {
  const engine = createChdbConnection({ path });
  const bare = <P extends { clickhouse_settings?: unknown }>(params: P) => ({
    ...params,
    clickhouse_settings: undefined,
  });
  return {
    ping: () => engine.ping({ select: true }),
    query: (params) => engine.query(bare(params)),
    command: (params) => engine.command(bare(params)),
    insert: (params) => engine.insert(bare(params)),
    exec: (params) => engine.exec(bare(params)),
    close: () => engine.close(),
  };
}
