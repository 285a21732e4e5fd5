import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, npm, root, runQuietly } from './run.mjs';
import { step } from './step.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage */
/** @typedef {Record<string, LockedPackage>} LockedPackages */

/** Types, bundler and test tools are devDependencies, and NODE_ENV=production would leave them out. */
const HOW = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
/**
 * npm's word for a lockfile that does not name everything: when package.json was edited, or when the registry it was
 * made with had no packages for other platforms. `npm install` keeps to it as far as it goes.
 */
const INCOMPLETE = 'EUSAGE';

/** Installs exactly what package-lock.json says, unless that is what is there. */
export async function install() {
  const wanted = lockedPackages('package-lock.json');
  if (wanted === null)
    throw new Error('package-lock.json is missing or not JSON; restore it with `git checkout package-lock.json`.');
  if (isInstalled(wanted, lockedPackages('node_modules/.package-lock.json'))) return;
  await step('Installing dependencies', async () => {
    try {
      await runQuietly(...npm('ci', ...HOW));
    } catch (error) {
      if (!(error instanceof CommandFailed && error.output.includes(INCOMPLETE))) throw error;
      await runQuietly(...npm('install', '--no-save', ...HOW));
    }
  });
}

/**
 * Whether every package of the lockfile is installed in its version. npm writes its own record last, so an interrupted
 * installation has none; whoever installed by hand is not made to wait again.
 * @param {LockedPackages} wanted package-lock.json's packages
 * @param {LockedPackages | null} installed npm's record of node_modules, null when there is none
 */
export function isInstalled(wanted, installed) {
  if (installed === null) return false;
  return Object.entries(wanted).every(([path, locked]) => {
    if (path === '') return true;
    const there = installed[path];
    // What is for other platforms stays away.
    if (there === undefined) return Boolean(locked.optional || locked.devOptional || locked.peer);
    return there.version === locked.version && there.integrity === locked.integrity;
  });
}

/**
 * @param {string} path of a lockfile, from the root
 * @returns {LockedPackages | null} null when there is none or it cannot be read
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return null;
  }
}
