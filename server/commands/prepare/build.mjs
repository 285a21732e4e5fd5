import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runQuietly } from './run.mjs';
import { step } from './step.mjs';

/** What the bundles are made of. The server is not among them: pages import only its types, which leave no trace. */
const INPUTS = ['app', 'public', 'remix.config.js', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'];
const OUTPUTS = ['build/client', 'build/server/index.js'];
/** Names the content that build/ was made of. */
const MARK = join(root, 'build/.inputs');

/** Builds the pages, unless build/ was made of exactly what is there now. */
export async function build() {
  const inputs = hashOf(root, INPUTS);
  const built = OUTPUTS.every((path) => existsSync(join(root, path))) && existsSync(MARK) && readFileSync(MARK, 'utf8');
  if (built === inputs) return;
  await step('Building the pages', async () => {
    // An inherited NODE_ENV would build React's development version.
    await runQuietly(process.execPath, ['node_modules/@remix-run/dev/dist/cli.js', 'vite:build'], {
      NODE_ENV: 'production',
    });
    mkdirSync(join(root, 'build'), { recursive: true });
    writeFileSync(MARK, inputs);
  });
}

/**
 * A hash of the names and contents of files.
 * @param {string} base
 * @param {string[]} paths files and folders in `base`; one that is missing counts as missing
 * @returns {string} SHA-256, hexadecimal
 */
export function hashOf(base, paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((path) => filesIn(base, path))) {
    const content = readFileSync(join(base, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} base
 * @param {string} path
 * @returns {string[]} paths in `base`, sorted
 */
function filesIn(base, path) {
  const absolute = join(base, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesIn(base, join(path, name)));
}
