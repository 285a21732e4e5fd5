// `npm start`: from a fresh clone to a running server. Plain JavaScript on Node's own modules, because nothing is
// installed yet when it begins.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { requireNode } from './prepare/node-version.mjs';
import { root } from './prepare/run.mjs';
import { SERVER_ARGUMENTS, WATCHED_SERVER_ARGUMENTS } from './prepare/server-process.mjs';
import { StepFailed } from './prepare/step.mjs';

const watch = process.argv.includes('--watch');

requireNode();
try {
  await install();
  // With --watch the server compiles pages itself, on request.
  if (!watch) await build();
  process.exitCode = await serve();
} catch (error) {
  if (!(error instanceof StepFailed)) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

/**
 * Runs the server as a child, because the size of its thread pool is read once, when a process starts. Signals are
 * handed on, and the child is waited for.
 * @returns {Promise<number>} its exit code
 */
function serve() {
  /** @type {Record<string, string | undefined>} */
  const defaults = { NODE_ENV: watch ? 'development' : 'production', UV_THREADPOOL_SIZE: '16' };
  const server = spawn(process.execPath, watch ? WATCHED_SERVER_ARGUMENTS : SERVER_ARGUMENTS, {
    cwd: root,
    env: { ...defaults, ...process.env },
    stdio: 'inherit',
  });
  process.on('SIGTERM', () => server.kill('SIGTERM'));
  // The terminal is gone: nobody can ask twice, so drain.
  process.on('SIGHUP', () => server.kill('SIGTERM'));
  // Ctrl-C reaches the child from the terminal itself; a second signal would cut its draining short.
  process.on('SIGINT', () => process.stdin.isTTY || server.kill('SIGINT'));
  return new Promise((resolve) => {
    server.on('error', (error) => {
      process.stderr.write(`The server could not be started: ${error.message}\n`);
      resolve(1);
    });
    server.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]));
  });
}
