import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root, runQuietly } from './run.mjs';
import { BUNDLE } from './server-process.mjs';
import { step } from './step.mjs';

/** Something made of files, with the file that names the content it was made of. */
const PAGES = {
  says: 'Building the pages',
  // The server is not among them: pages import only its types, which leave no trace.
  inputs: ['app', 'public', 'remix.config.js', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'],
  outputs: ['build/client', 'build/server/index.js'],
  mark: 'build/.inputs',
};
const SERVER = {
  says: 'Bundling the server',
  inputs: ['server', 'clickhouse', 'tsconfig.json', 'package.json', 'package-lock.json'],
  outputs: [BUNDLE, `${BUNDLE}.map`],
  mark: `${BUNDLE}.inputs`,
};

/** Builds the pages and the server, each unless it was made of exactly what is there now. */
export async function build() {
  await buildPages();
  await buildServer();
}

function buildPages() {
  return unlessMade(PAGES, async () => {
    // An inherited NODE_ENV would build React's development version.
    await runQuietly(process.execPath, ['node_modules/@remix-run/dev/dist/cli.js', 'vite:build'], {
      NODE_ENV: 'production',
    });
  });
}

/** Bundles the server, unless that was made of exactly what is there now. Two that do so at once leave one whole bundle. */
export function buildServer() {
  return unlessMade(SERVER, async () => {
    const making = `${dirname(BUNDLE)}.${process.pid}`;
    const how = ['--config', 'server/vite.config.ts', '--outDir', making, '--logLevel', 'error'];
    await runQuietly(process.execPath, ['node_modules/vite/bin/vite.js', 'build', ...how]);
    mkdirSync(join(root, dirname(BUNDLE)), { recursive: true });
    // The map first: a server that starts meanwhile has the old bundle or the new one, whole.
    for (const path of [...SERVER.outputs].reverse()) renameSync(join(root, making, basename(path)), join(root, path));
    rmSync(join(root, making), { recursive: true });
  });
}

/**
 * @param {{ says: string, inputs: string[], outputs: string[], mark: string }} what
 * @param {() => Promise<void>} make
 */
async function unlessMade({ says, inputs, outputs, mark }, make) {
  const current = hashOf(root, inputs);
  const isThere = [...outputs, mark].every((path) => existsSync(join(root, path)));
  if (isThere && readFileSync(join(root, mark), 'utf8') === current) return;
  await step(says, async () => {
    await make();
    writeFileSync(join(root, mark), current);
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
