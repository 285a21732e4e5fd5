import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import type { Database } from './database.types.ts';
import { MIGRATIONS } from './migrations-folder.ts';
import { schema } from './schema/index.ts';
import { serializableOn } from './serializable.ts';

/** Any number will do, as long as every node uses the same: "plainbil" in ASCII, which fits a signed 64-bit integer. */
const MIGRATION_LOCK = '8100956935184083308';

/** Connections of one node. PostgreSQL's default limit of 100 leaves room for several nodes and a psql. */
const POOL_SIZE = 20;

/** A pool of connections to a PostgreSQL server. Nothing is asked of the server until the first query. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: 5_000,
    application_name: 'plainbill',
  });
  // A connection that breaks while idle is dropped from the pool; the next query opens another or reports the failure.
  pool.on('error', () => {});
  const queries = drizzle({ client: pool, schema });
  return {
    kind: 'postgres',
    queries,
    ...serializableOn(queries),
    ping: async () => {
      await queries.execute(sql`select 1`);
    },
    migrate: async () => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('select pg_advisory_lock($1::bigint)', [MIGRATION_LOCK]);
        await migrate(drizzle({ client }), { migrationsFolder: MIGRATIONS });
        await client.query('select pg_advisory_unlock($1::bigint)', [MIGRATION_LOCK]);
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        // Closing a connection also gives its lock back.
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
