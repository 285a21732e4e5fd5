import { readdir, readFile } from 'node:fs/promises';
import type { ClickHouse } from './lane.ts';
import { textField } from './tab-separated.ts';

const MIGRATIONS = new URL('./migrations/', import.meta.url);

/**
 * Brings the tables up to date: each numbered file once, in order. Every file is safe to run twice, because a crash
 * may fall between running one and recording it.
 */
export async function migrateClickHouse(store: ClickHouse): Promise<void> {
  await store.write.command({
    name: 'create_migrations',
    sql: `CREATE TABLE IF NOT EXISTS migrations_v1 (file String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
          ENGINE = MergeTree ORDER BY file`,
  });
  const rows = await store.write.query<{ file: string }>({ name: 'migrations', sql: 'SELECT file FROM migrations_v1' });
  const applied = new Set(rows.map((row) => row.file));
  const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.sql')).sort();
  for (const file of files) {
    if (applied.has(file)) continue;
    await store.write.command({ name: `migration ${file}`, sql: await readFile(new URL(file, MIGRATIONS), 'utf8') });
    await store.write.insert({
      name: 'record_migration',
      table: 'migrations_v1',
      columns: ['file'],
      rows: `${textField(file)}\n`,
    });
  }
}
