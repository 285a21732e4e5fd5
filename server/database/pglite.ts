import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { Database } from './connect.ts';
import { MIGRATIONS } from './migrations-folder.ts';
import * as schema from './schema.ts';
import { serializableOn } from './serializable.ts';

/** PostgreSQL inside this process, its files in `directory`: one connection, transactions one after another. */
export async function openPglite(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const client = await PGlite.create(directory);
  const queries = drizzle({ client, schema });
  return {
    kind: 'pglite',
    queries,
    ...serializableOn(queries),
    ping: async () => {
      await queries.execute(sql`select 1`);
    },
    migrate: () => migrate(queries, { migrationsFolder: MIGRATIONS }),
    close: () => client.close(),
  };
}
