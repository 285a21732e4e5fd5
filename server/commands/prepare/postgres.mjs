import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstallPackages, installPackages } from './debian.mjs';
import { step } from './step.mjs';

const DEBIAN = '/usr/lib/postgresql';

/**
 * The folder with this machine's PostgreSQL programs (`initdb`, `postgres`).
 * @returns {string | undefined} PLAINBILL_POSTGRES_BIN, else Debian's newest, else the first on the PATH
 */
export function findPostgres() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    process.env.PLAINBILL_POSTGRES_BIN ?? '',
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return places.find(
    (place) => place !== '' && existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')),
  );
}

/**
 * Sees to it that there is a PostgreSQL to test against, and tells the tests where through PLAINBILL_POSTGRES_BIN.
 * Without one only the embedded twin is tested, and the output says so.
 */
export async function preparePostgres() {
  if (!findPostgres() && canInstallPackages()) await step('Installing PostgreSQL', () => installPackages('postgresql'));
  const found = findPostgres();
  if (found) process.env.PLAINBILL_POSTGRES_BIN = found;
  else {
    process.stdout.write(
      'No PostgreSQL found: its tests cannot run. Install it, or set PLAINBILL_POSTGRES_BIN to the folder that holds initdb.\n',
    );
  }
}
