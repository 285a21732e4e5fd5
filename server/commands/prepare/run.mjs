import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root; every command runs there, wherever it was called from. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Enough to hold the end of npm's longest complaint. */
const KEPT_OUTPUT = 64 * 1024;

/** A command that did not end with 0; `output` is the last of what it printed. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {string} reason
   * @param {string} output
   */
  constructor(command, reason, output) {
    super(`${command} ${reason}`);
    this.output = output;
  }
}

/**
 * Runs a command and keeps its output to itself. A signal to this process ends the command and then this process.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env] added to this process's environment
 * @returns {Promise<string>} what it printed
 * @throws {CommandFailed} when it cannot be started or does not end with 0
 */
export function runQuietly(command, args, env = {}) {
  const spelled = [command, ...args].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    /** @type {NodeJS.Signals | null} */
    let stoppedBy = null;
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      stoppedBy = signal;
      child.kill(signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    child.on('error', (error) => reject(new CommandFailed(spelled, `could not be started: ${error.message}`, output)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      if (stoppedBy !== null) process.kill(process.pid, stoppedBy);
      else if (code === 0) resolve(output);
      else
        reject(new CommandFailed(spelled, signal === null ? `ended with ${code}` : `was ended by ${signal}`, output));
    });
  });
}

/**
 * npm as a command: the one that runs us where there is one, so that its version and settings stay the same.
 * @param {string[]} args
 * @returns {[string, string[]]} command and arguments
 */
export function npm(...args) {
  const running = process.env.npm_execpath ?? '';
  return running.endsWith('npm-cli.js') ? [process.execPath, [running, ...args]] : ['npm', args];
}
