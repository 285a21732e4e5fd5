import { readFile } from 'node:fs/promises';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { migrateDatabase, openDatabase } from './connect.ts';
import { ContentionError, isStoreUnavailable, sqlStateOf, withoutValues } from './errors.ts';
import { readProgress, saveProgress } from './roller-progress.ts';
import { schema } from './schema/index.ts';
import { onBothStores, thirtyTwoAtOnce } from './testing/stores.ts';
import { startPostgres } from './testing/throwaway-postgres.ts';

onBothStores('the database', (store) => {
  it('answers, and is migrated only once', async () => {
    const { database } = store();
    await database.ping();
    await migrateDatabase(database);
    const { rows } = await database.queries.execute<{ n: number }>(
      sql`select count(*)::int as n from drizzle.__drizzle_migrations`,
    );
    const journal = JSON.parse(await readFile(new URL('./migrations/meta/_journal.json', import.meta.url), 'utf8'));
    expect(rows).toEqual([{ n: journal.entries.length }]);
  });

  it('loses no increment of 32 serializable transactions at once', async () => {
    await saveProgress(store().database.queries, 'counter', 0);
    const done = await thirtyTwoAtOnce(store(), (node) =>
      node
        .serializable(async (tx) => {
          const before = await readProgress(tx, 'counter');
          await saveProgress(tx, 'counter', (before?.throughMicros ?? 0) + 1);
          return 1;
        })
        // Eight tries do not suffice with certainty; what counts is that whoever gave up added nothing.
        .catch((error: unknown) => {
          if (error instanceof ContentionError) return 0;
          throw error;
        }),
    );
    const added = done.reduce<number>((sum, one) => sum + one, 0);
    expect(await readProgress(store().database.queries, 'counter')).toEqual({ throughMicros: added });
    expect(added).toBeGreaterThan(16);
    const retries = store().nodes.reduce((sum, node) => sum + node.retries(), 0);
    if (store().database.kind === 'postgres') expect(retries).toBeGreaterThan(0);
    else expect([retries, added]).toEqual([0, 32]);
  });

  it('tries again after a serialization failure or a deadlock, eight times at most', async () => {
    const { database } = store();
    for (const state of ['40001', '40P01']) {
      let tries = 0;
      const result = await database.serializable(async (tx) => {
        if (++tries < 3) await raise(tx, state);
        return tries;
      });
      expect(result).toBe(3);
    }
    let tries = 0;
    const hopeless = database.serializable((tx) => raise(tx, '40001', () => tries++));
    await expect(hopeless).rejects.toThrow(ContentionError);
    expect(tries).toBe(8);
  });

  it('does not try again after other failures', async () => {
    let tries = 0;
    const failing = store().database.serializable((tx) => raise(tx, '23505', () => tries++));
    await expect(failing).rejects.toSatisfy((error) => sqlStateOf(error) === '23505' && !isStoreUnavailable(error));
    expect(tries).toBe(1);
  });

  it('describes a failure without the values that were sent', async () => {
    const failure = await store()
      .database.queries.execute(sql`select ${'hunter2'}::text::int`)
      .catch((error: unknown) => error);
    expect(String(failure)).toContain('hunter2');
    const shown = withoutValues(failure);
    expect(shown.message).toContain('22P02');
    expect(`${shown.stack}`).not.toContain('params');
  });
});

describe('a PostgreSQL server', () => {
  it('is migrated by one of several nodes that start at once, and is missed when it is gone', async () => {
    const server = await startPostgres();
    const nodes = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ url: server.url, dataDir: '' })));
    try {
      await Promise.all(nodes.map(migrateDatabase));
      await Promise.all(nodes.map((node) => saveProgress(node.queries, 'x', 1)));
    } finally {
      await server.stop();
    }
    for (const node of nodes) {
      const failure = await node.ping().catch((error: unknown) => error);
      expect(failure).toSatisfy(isStoreUnavailable);
      const begun = await node.serializable((tx) => readProgress(tx, 'x')).catch((error: unknown) => error);
      expect(begun).toSatisfy(isStoreUnavailable);
      await node.close();
    }
  });
});

describe('the migrations', () => {
  it('make exactly the tables of the schema', async () => {
    const read = async (file: string) =>
      JSON.parse(await readFile(new URL(`./migrations/meta/${file}`, import.meta.url), 'utf8'));
    const { entries } = await read('_journal.json');
    const last = await read(`${String(entries.length - 1).padStart(4, '0')}_snapshot.json`);
    const missing = await generateMigration(last, generateDrizzleJson(schema, last.id));
    expect(missing, 'run "npx drizzle-kit generate --name what_changed" and give the reason at its top').toEqual([]);
  });
});

async function raise(
  tx: Parameters<typeof readProgress>[0],
  state: string,
  before: () => void = () => {},
): Promise<never> {
  before();
  await tx.execute(sql.raw(`do $$ begin raise exception 'as asked' using errcode = '${state}'; end $$`));
  throw new Error('nothing was raised');
}
