import { existsSync } from 'node:fs';
import { canInstallPackages, installPackages, installPlaywrightChromium } from './debian.mjs';
import { step } from './step.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The Chromium of this machine.
 * @returns {string | undefined} its path; undefined where there is none, and Playwright's own is meant
 * @throws {Error} when PLAINBILL_CHROMIUM names a file that is not there
 */
export function findChromium() {
  const named = process.env.PLAINBILL_CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`PLAINBILL_CHROMIUM names ${named}, which does not exist.`);
  return named || PLACES.find((path) => existsSync(path));
}

/** Sees to it that there is a browser: this machine's, else Debian's package, else Playwright's download. */
export async function prepareBrowser() {
  if (findChromium()) return;
  if (canInstallPackages()) await step('Installing Chromium', () => installPackages('chromium', 'fonts-liberation'));
  else await step("Looking for Playwright's Chromium", installPlaywrightChromium);
}
