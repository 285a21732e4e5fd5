import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { newDataDirectory } from '../server/database/testing/embedded-template.ts';
import { startPostgres } from '../server/database/testing/throwaway-postgres.ts';
import { migrateStores, openStores, type Stores } from '../server/stores.ts';
import { type Story, stories } from './support/money/acts.ts';
import { Checks } from './support/money/checks.ts';
import { World } from './support/money/world.ts';

// Machines differ, and runs are counted: what is waited for is the last of them.
vi.setConfig({ testTimeout: 86_400_000, hookTimeout: 600_000 });

/** Absent: as many stories as a minute allows, over each of the stores. */
const ASKED = process.env.PLAINBILL_MODEL_RUNS;
const RUNS = Number(ASKED ?? 1_000);
const ENOUGH_MS = ASKED === undefined ? 60_000 : Number.POSITIVE_INFINITY;
const MOST_ACTS = Number(process.env.PLAINBILL_MODEL_ACTS ?? 25);
/** Printed, and given to repeat a failure. */
const SEED = Number(process.env.PLAINBILL_SEED ?? Date.now() % 1_000_000);

/** Does what the story tells; after each act everything must hold. */
async function play(stores: Stores, story: Story): Promise<Checks> {
  const world = await World.begin(stores, story);
  const checks = new Checks(world);
  try {
    for (const [i, act] of story.acts.entries()) {
      const told = (error: unknown) => {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return new Error(`${new Date(world.now).toISOString()}, after act ${i} (${act.act}):\n${message}`);
      };
      const payers = await world.do(act).catch((error: unknown) => Promise.reject(told(error)));
      // Time alone changes only what is open; the act after it finds what is wrong.
      if (act.act !== 'wait') await checks.hold(payers).catch((error: unknown) => Promise.reject(told(error)));
    }
    world.now += 1_000;
    await checks.hold(world.payers);
    return checks;
  } finally {
    await world.end();
  }
}

async function playAll(stores: Stores): Promise<void> {
  await migrateStores(stores);
  await World.prepare(stores);
  let told = 0;
  let acts = 0;
  const seen: Record<string, number> = {};
  const began = performance.now();
  await fc.assert(
    fc.asyncProperty(stories(MOST_ACTS), async (story) => {
      if (performance.now() - began > ENOUGH_MS) return;
      told += 1;
      acts += story.acts.length;
      const checks = await play(stores, story);
      for (const [what, times] of Object.entries(checks.seen)) seen[what] = (seen[what] ?? 0) + times;
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: process.env.PLAINBILL_MODEL_SHRINK === 'off' },
  );
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(
    `${told} stories of ${acts} acts in ${seconds} s, PLAINBILL_SEED=${SEED}; looked at ${JSON.stringify(seen)}
`,
  );
}

describe('money, whatever is done in whatever order', () => {
  it('holds over the embedded stores', async () => {
    const dataDir = await newDataDirectory();
    const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
    try {
      await playAll(stores);
    } finally {
      await stores.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('holds over a PostgreSQL', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'plainbill-model-'));
    const postgres = await startPostgres();
    const measurementsOnly = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: postgres.url });
    try {
      await playAll(measurementsOnly);
    } finally {
      await measurementsOnly.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
