/** The server as one file, from the root. */
export const BUNDLE = 'build/start/server.js';

/**
 * What a request leaves behind lives shortly: with more room for what is young the collector copies little of it, which took
 * a sixth of a busy server's time.
 */
const MEMORY = '--max-semi-space-size=64';

/** Arguments of node for the bundled server, after which come its own: errors are told by the places of its sources. */
export const SERVER_ARGUMENTS = [MEMORY, '--enable-source-maps', BUNDLE];

/** Arguments of node for the server as it is written, to be watched while it changes. */
export const WATCHED_SERVER_ARGUMENTS = [
  '--watch',
  '--watch-preserve-output',
  MEMORY,
  '--import',
  'tsx',
  'server/index.ts',
];
