import { rm } from 'node:fs/promises';
import { openDatabase } from '../connect.ts';
import type { Database } from '../database.types.ts';
import { newDataDirectory } from './embedded-template.ts';

/** How long a test may wait for the first one to be made: initialising PGlite takes ten seconds of a processor. */
export const FIRST_OPENING_MS = 240_000;

/** A migrated, empty PGlite in a directory of its own, which `close` removes. */
export async function openEmbeddedPostgres(): Promise<{ database: Database; close: () => Promise<void> }> {
  const dataDir = await newDataDirectory();
  const database = await openDatabase({ url: null, dataDir });
  return {
    database,
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
