import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from '../../../server/commands/prepare/build.mjs';
import { newDataDirectory } from '../../../server/database/testing/embedded-template.ts';
import { seed } from '../../../server/demo/demo.ts';
import { migrateStores, openStores } from '../../../server/stores.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CACHE = join(ROOT, '.cache');
/** What a seeded folder is made of. */
const SOURCES = ['server', 'clickhouse', 'package-lock.json'];

/**
 * A data directory of its own with the demo in it, seeded as `npm start` does, as if now were that instant. Seeding takes a minute of a
 * processor, so a copy that nobody opens is kept in `.cache`, as long as nothing changes that it was made by.
 */
export async function seededFolder(now: Date): Promise<string> {
  const of = `demo-${now.toISOString().replace(/\W/g, '')}-`;
  const name = `${of}${hashOf(ROOT, SOURCES).slice(0, 16)}`;
  const known = await readdir(CACHE).catch((): string[] => []);
  if (!known.includes(name)) {
    await keep(await seeded(now), join(CACHE, name));
    const old = known.filter((each) => each.startsWith(of));
    await Promise.all(old.map((each) => rm(join(CACHE, each), { recursive: true, force: true })));
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'plainbill-demo-'));
  await cp(join(CACHE, name), dataDir, { recursive: true });
  return dataDir;
}

async function seeded(now: Date): Promise<string> {
  const dataDir = await newDataDirectory();
  const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
  await migrateStores(stores);
  await seed(stores, { dataDir, now: () => now, onProgress: () => {} });
  await stores.close();
  return dataDir;
}

/** Moves a folder there, whole. Another test process may have been as quick; its copy is as good. */
async function keep(dataDir: string, place: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const making = await mkdtemp(join(CACHE, 'making-demo-'));
  await cp(dataDir, making, { recursive: true });
  await rm(dataDir, { recursive: true, force: true });
  await rename(making, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(making, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}
