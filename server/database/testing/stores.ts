import { afterAll, beforeAll, describe } from 'vitest';
import { migrateDatabase, openDatabase } from '../connect.ts';
import type { Database } from '../database.types.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from './embedded-postgres.ts';
import { startPostgres } from './throwaway-postgres.ts';

/** A store under test. `nodes` are several servers' views of the same store: each has its own connections. */
export interface StoreUnderTest {
  database: Database;
  nodes: readonly Database[];
}

/** The same tests against the embedded store and against a real PostgreSQL. Stores are shared by a file's tests: use ids of your own. */
export function onBothStores(subject: string, tests: (store: () => StoreUnderTest) => void): void {
  describe.each([
    { store: 'PGlite', open: openEmbedded },
    { store: 'PostgreSQL', open: openServer },
  ])(`${subject} on $store`, ({ open }) => {
    let opened: StoreUnderTest & { close: () => Promise<void> };
    beforeAll(async () => {
      opened = await open();
    }, FIRST_OPENING_MS);
    afterAll(() => opened?.close());
    tests(() => opened);
  });
}

async function openEmbedded(): Promise<StoreUnderTest & { close: () => Promise<void> }> {
  const { database, close } = await openEmbeddedPostgres();
  // It serves one process over one connection.
  return { database, nodes: [database], close };
}

async function openServer(): Promise<StoreUnderTest & { close: () => Promise<void> }> {
  const server = await startPostgres();
  const open = () => openDatabase({ url: server.url, dataDir: '' });
  // Two pools of 20: room for 32 transactions at once.
  const nodes = [await open(), await open()];
  const [database] = nodes;
  if (!database) throw new Error('no node was opened');
  await migrateDatabase(database);
  return {
    database,
    nodes,
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
      await server.stop();
    },
  };
}

/** `work` 32 times at once, spread over the nodes. */
export function thirtyTwoAtOnce<T>(
  { nodes }: StoreUnderTest,
  work: (database: Database, index: number) => Promise<T>,
): Promise<T[]> {
  const starts = Array.from({ length: 32 }, (_, index) => {
    const node = nodes[index % nodes.length];
    if (!node) throw new Error('no node is open');
    return work(node, index);
  });
  return Promise.all(starts);
}
