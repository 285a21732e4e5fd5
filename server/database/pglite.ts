import { mkdir } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { Database } from './database.types.ts';
import { MIGRATIONS } from './migrations-folder.ts';
import { schema } from './schema/index.ts';
import { serializableOn } from './serializable.ts';

/** PostgreSQL inside this process, its files in `directory`: one connection, transactions one after another. */
export async function openPglite(directory: string): Promise<Database> {
  await mkdir(directory, { recursive: true });
  const client = await PGlite.create(directory);
  collectGarbage();
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

/**
 * Opening leaves some 350 MB behind (the program that makes a new directory, its files). Left to itself the process keeps
 * them until load makes it look, which is when it needs the room.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}
