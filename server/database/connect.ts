import type { Database } from './database.types.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';

/**
 * Opens the store: a server when there is a URL, else PGlite in `${dataDir}/postgres`.
 * Open the measurements store first: PGlite does not lock its directory, chDB does, and its lock guards both.
 */
export async function openDatabase(location: { url: string | null; dataDir: string }): Promise<Database> {
  return location.url === null ? openPglite(`${location.dataDir}/postgres`) : openPostgres(location.url);
}

/** Runs the migrations that have not run yet; safe for several nodes at once and to run again. */
export async function migrateDatabase(database: Database): Promise<void> {
  await database.migrate();
}
