import { StoreInUseError } from '../../clickhouse/index.ts';
import { readSettings, type Settings, SettingsError } from '../env.ts';
import { migrateStores, openStores, type Stores } from '../stores.ts';

/**
 * Runs a command over open, migrated stores and ends the process with its exit code. What a person can act on is one
 * line, anything else a stack.
 */
export async function runCommand(work: (stores: Stores, settings: Settings) => Promise<number>): Promise<void> {
  let code: number;
  try {
    const settings = readSettings();
    const stores = await openStores(settings);
    await migrateStores(stores);
    code = await work(stores, settings);
    await stores.close();
  } catch (error) {
    const expected = error instanceof SettingsError || error instanceof StoreInUseError;
    process.stderr.write(
      `plainbill: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    code = 1;
  }
  process.exit(code);
}
