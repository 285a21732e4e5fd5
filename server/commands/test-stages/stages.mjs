import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm, root } from '../prepare/run.mjs';
import { oneTest, readPlaywright, readVitest, sumsOf } from './sums.mjs';

/** @typedef {import('./sums.mjs').Sums} Sums */
/** @typedef {{ name: string, group: 'static' | 'unit' | 'browser', run: (extra: string[]) => Promise<Sums> }} Stage */

/** No stage may hold up the sums for ever. */
const LONGEST_STAGE_MINUTES = 55;
const REPORTS = join(root, '.cache/reports');

/** Everything that is checked, in order: what answers fastest comes first. What is static runs at the same time. @type {Stage[]} */
export const stages = [
  check('lint'),
  check('typecheck'),
  check('check:imports'),
  check('check:dead'),
  {
    name: 'unit and integration',
    group: 'unit',
    run: (extra) =>
      suite(
        'vitest.json',
        readVitest,
        (report) => [
          [
            'node_modules/vitest/vitest.mjs',
            'run',
            '--reporter=default',
            '--reporter=json',
            `--outputFile.json=${report}`,
          ],
          // Read once when a process starts, so it is set here for the workers to inherit.
          { UV_THREADPOOL_SIZE: '16' },
        ],
        extra,
      ),
  },
  {
    name: 'browser',
    group: 'browser',
    run: (extra) =>
      suite(
        'playwright.json',
        readPlaywright,
        (report) => [
          ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
          { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
        ],
        extra,
      ),
  },
];

/**
 * A check that is a script of package.json and has one result. What it printed is shown when it ends: others run beside it.
 * @param {string} script
 * @returns {Stage}
 */
function check(script) {
  const [command, args] = npm('run', '--silent', script);
  const run = async () => {
    /** @type {Buffer[]} */
    const printed = [];
    const code = await exitCodeOf(command, args, {}, (chunk) => printed.push(chunk));
    process.stdout.write(`\n── ${script}\n${Buffer.concat(printed)}`);
    return oneTest(code === 0);
  };
  return { name: script, group: 'static', run };
}

/**
 * @param {string} reportName
 * @param {(report: unknown) => Sums} read
 * @param {(reportPath: string) => [string[], Record<string, string>]} spelled arguments of node, and environment
 * @param {string[]} extra further arguments, from the command line
 */
async function suite(reportName, read, spelled, extra) {
  const report = join(REPORTS, reportName);
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const [args, env] = spelled(report);
  return sumsOf(report, read, await exitCodeOf(process.execPath, [...args, ...extra], env));
}

/**
 * Runs a command in a process group of its own, so that when it takes too long everything it started ends with it.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @param {(chunk: Buffer) => void} [onPrinted] is told what it prints; else that is printed
 * @returns {Promise<number>} 1 when it could not be started or was ended
 */
function exitCodeOf(command, args, env = {}, onPrinted) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: onPrinted === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    if (onPrinted !== undefined) for (const stream of [child.stdout, child.stderr]) stream?.on('data', onPrinted);
    const endGroup = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    };
    const timer = setTimeout(() => {
      process.stderr.write(`${command} ${args[0]} was ended after ${LONGEST_STAGE_MINUTES} minutes.\n`);
      endGroup();
    }, LONGEST_STAGE_MINUTES * 60_000);
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      endGroup();
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      process.kill(process.pid, signal);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    const settle = (/** @type {number} */ code) => {
      clearTimeout(timer);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`${command} could not be started: ${error.message}\n`);
      settle(1);
    });
    // Not `exit`: by now all that it printed is here.
    child.on('close', (code) => {
      // A server left over by a crashed run would hold its ports and its store.
      endGroup();
      settle(code ?? 1);
    });
  });
}
