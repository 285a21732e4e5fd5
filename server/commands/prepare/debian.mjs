import { existsSync } from 'node:fs';
import { npm, runQuietly } from './run.mjs';

/** Whether this process may install Debian packages: in a container or on a build machine, as root. */
export function canInstallPackages() {
  return existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/**
 * Installs Debian packages, waiting for another installation to finish and trying again when a download fails.
 * @param {string[]} packages
 * @throws {import('./run.mjs').CommandFailed}
 */
export async function installPackages(...packages) {
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const quietly = { DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', [...patience, 'update'], quietly);
  await runQuietly('apt-get', [...patience, 'install', '-y', '--no-install-recommends', ...packages], quietly);
}

/** Downloads the browser that Playwright keeps for itself. */
export async function installPlaywrightChromium() {
  const [command, args] = npm('exec', '--', 'playwright', 'install', 'chromium');
  await runQuietly(command, args);
}
