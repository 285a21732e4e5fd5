import { readFileSync } from 'node:fs';

/**
 * Ends the process with one line when this Node.js is older than package.json asks for. Syntax errors from a newer
 * language would be the only answer otherwise, so this runs before anything else.
 */
export function requireNode() {
  const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const wanted = String(engines.node).replace(/[^\d.]/g, '');
  if (isOlder(process.versions.node, wanted)) {
    process.stderr.write(
      `Plainbill needs Node.js ${wanted} or newer; this is ${process.versions.node}. Install it from https://nodejs.org.\n`,
    );
    process.exit(1);
  }
}

/**
 * Compares major and minor version.
 * @param {string} version such as `20.9.0`
 * @param {string} wanted such as `20.19`
 */
export function isOlder(version, wanted) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
