import { mkdir } from 'node:fs/promises';
import { type ClickHouse, migrateClickHouse, openClickHouse, type QueryObserver } from '../clickhouse/index.ts';
import { type Database, migrateDatabase, openDatabase } from './database/connect.ts';
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
  if (settings.clickhouseUrl === null || settings.databaseUrl === null)
    await mkdir(settings.dataDir, { recursive: true });
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

/** Brings both schemas up to date; safe to run again. */
export async function migrateStores(stores: Stores): Promise<void> {
  await migrateClickHouse(stores.measurements);
  await migrateDatabase(stores.database);
}
