import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateClickHouse, openClickHouse } from '../../clickhouse/index.ts';
import { putMeter } from '../database/prices/meters.ts';
import { openEmbeddedPostgres } from '../database/testing/embedded-postgres.ts';
import type { MeterDefinition } from '../domain/meter.ts';
import { createMeasuring, type Measuring } from '../measuring.ts';
import type { Rolled } from '../metering/roller.ts';
import type { Stores } from '../stores.ts';

export interface OpenMeasuring {
  measuring: Measuring;
  stores: Stores;
  /** What went wrong in the background. */
  errors: unknown[];
  /** What each pass told. */
  rolled: Rolled[];
  /** Waits until everything received up to this instant (microseconds) is counted. @throws after 30 s */
  meteredThrough: (receivedAt: number) => Promise<void>;
  close: () => Promise<void>;
}

/** The measuring half of the server over embedded stores of its own, rolling; one of these in a process. */
export async function openMeasuring(meters: Record<string, MeterDefinition>, now: () => Date): Promise<OpenMeasuring> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plainbill-measuring-'));
  const measurements = await openClickHouse({ url: null, dataDir });
  await migrateClickHouse(measurements);
  const postgres = await openEmbeddedPostgres();
  const stores = { measurements, database: postgres.database, close: async () => {} };
  for (const [key, definition] of Object.entries(meters)) {
    await putMeter(postgres.database.queries, key, definition, now());
  }
  const errors: unknown[] = [];
  const rolled: Rolled[] = [];
  const measuring = await createMeasuring({
    stores,
    now,
    onStored: () => {},
    onRolled: (pass) => rolled.push(pass),
    onError: (error) => errors.push(error),
  });
  await measuring.roller.start();
  return {
    measuring,
    stores,
    errors,
    rolled,
    meteredThrough: async (receivedAt) => {
      const patience = performance.now() + 30_000;
      while (measuring.roller.meteredThrough < receivedAt) {
        if (performance.now() > patience) throw new Error(`not metered through ${receivedAt}: ${errors.join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: async () => {
      await measuring.close();
      await postgres.close();
      await measurements.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
