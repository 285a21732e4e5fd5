import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgres } from '../../commands/prepare/postgres.mjs';

const run = promisify(execFile);

/** A throwaway PostgreSQL server of our own on a Unix socket, so that no port is taken. */
export interface ThrowawayPostgres {
  url: string;
  stop: () => Promise<void>;
}

/**
 * Starts one in a fresh directory, as the `postgres` user when we are root (PostgreSQL refuses to run as root).
 * @throws when PostgreSQL is not installed: these tests must fail then, not be skipped.
 */
export async function startPostgres(): Promise<ThrowawayPostgres> {
  const bin = binaries();
  const directory = await mkdtemp(join(tmpdir(), 'plainbill-pg-'));
  const owner = process.getuid?.() === 0 ? await postgresUser() : null;
  if (owner) await chown(directory, owner.uid, owner.gid);
  const asOwner = owner ? { uid: owner.uid, gid: owner.gid, cwd: directory } : { cwd: directory };
  const data = join(directory, 'data');

  // Nothing here outlives the test, so nothing needs to reach the disk.
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=100'];
  const options = [`-k ${directory}`, '-h ""', ...settings.map((setting) => `-c ${setting}`)].join(' ');
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'plainbill', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'],
    asOwner,
  );
  await run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-o', options, '-l', join(directory, 'log'), 'start'], asOwner);

  return {
    url: `postgres:///postgres?user=plainbill&host=${encodeURIComponent(directory)}`,
    stop: async () => {
      await run(join(bin, 'pg_ctl'), ['-D', data, '-m', 'immediate', '-w', 'stop'], asOwner);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function binaries(): string {
  const found = findPostgres();
  if (found !== undefined) return found;
  throw new Error(
    'these tests need a PostgreSQL server, and there is none: run "apt-get install postgresql", or set PLAINBILL_POSTGRES_BIN',
  );
}

async function postgresUser(): Promise<{ uid: number; gid: number }> {
  const idOf = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}
