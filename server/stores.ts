import { chmod, mkdir, stat } from 'node:fs/promises';
import { type ClickHouse, migrateClickHouse, openClickHouse, type QueryObserver } from '../clickhouse/index.ts';
import { migrateDatabase, openDatabase } from './database/connect.ts';
import type { Database } from './database/database.types.ts';
import type { Settings } from './env.ts';

/** Both stores, open. */
export interface Stores {
  measurements: ClickHouse;
  database: Database;
  close: () => Promise<void>;
}

/**
 * Opens both stores. ClickHouse first: embedded, its lock guards the directory for both.
 * @throws StoreInUseError when another process has the directory
 */
export async function openStores(
  settings: Pick<Settings, 'dataDir' | 'clickhouseUrl' | 'databaseUrl'>,
  onQuery?: QueryObserver,
): Promise<Stores> {
  if (settings.clickhouseUrl === null || settings.databaseUrl === null) await makePrivate(settings.dataDir);
  const measurements = await openClickHouse({
    url: settings.clickhouseUrl,
    dataDir: settings.dataDir,
    ...(onQuery === undefined ? {} : { onQuery }),
  });
  const database = await openDatabase({ url: settings.databaseUrl, dataDir: settings.dataDir });
  return {
    measurements,
    database,
    close: async () => {
      await database.close();
      await measurements.close();
    },
  };
}

/** Only its owner may look into it: it holds usage, sessions and password hashes. A folder of somebody else's is left as it is. */
async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await stat(folder);
  if (uid === process.getuid?.()) await chmod(folder, 0o700);
}

/** Brings both schemas up to date; safe to run again. */
export async function migrateStores(stores: Stores): Promise<void> {
  await migrateClickHouse(stores.measurements);
  await migrateDatabase(stores.database);
}
