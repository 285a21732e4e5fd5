import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../../.cache', import.meta.url));
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * A data directory with a migrated, empty PGlite. Initialising one takes seven seconds of a processor, so a pristine copy is kept in
 * `.cache` for each version of PGlite and state of the migrations.
 * @param place where it is to be; without one it is among the system's temporary files
 */
export async function newDataDirectory(place?: string): Promise<string> {
  const template = await templateDirectory();
  const dataDir = place ?? (await mkdtemp(join(tmpdir(), 'plainbill-data-')));
  await cp(template, dataDir, { recursive: true });
  return dataDir;
}

async function templateDirectory(): Promise<string> {
  const template = join(CACHE, `pglite-${await fingerprint()}`);
  if (await exists(template)) return template;
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(join(CACHE, 'making-pglite-'));
  // Whoever finds it made does not load all that makes it.
  const { migrateDatabase, openDatabase } = await import('../connect.ts');
  const database = await openDatabase({ url: null, dataDir: making });
  await migrateDatabase(database);
  await database.close();
  try {
    await rename(making, template);
  } catch (error) {
    // Another test process was as quick; its copy is as good.
    await rm(making, { recursive: true, force: true });
    if (!(await exists(template))) throw error;
  }
  return template;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(createRequire(import.meta.url).resolve('@electric-sql/pglite')));
  for (const file of (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort()) {
    hash.update(file).update(await readFile(join(MIGRATIONS, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
