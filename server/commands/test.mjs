// `npm test`: from a fresh clone to the true sums over all suites. Plain JavaScript on Node's own modules, because
// nothing is installed yet when it begins.
//
//   npm test                                     everything
//   npm test -- --only static|unit|browser       one group
//   npm test -- --only unit server/domain        further arguments go to vitest, or playwright
import { prepareBrowser } from './prepare/browser.mjs';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { requireNode } from './prepare/node-version.mjs';
import { preparePostgres } from './prepare/postgres.mjs';
import { StepFailed, seconds } from './prepare/step.mjs';
import { stages } from './test-stages/stages.mjs';
import { add, oneTest, spell } from './test-stages/sums.mjs';

/** @typedef {{ name: string, sums: import('./test-stages/sums.mjs').Sums, milliseconds: number }} Result */

const GROUPS = ['static', 'unit', 'browser'];

requireNode();
const { only, extra } = readArguments(process.argv.slice(2));
const wanted = (/** @type {string} */ group) => only === null || only === group;

/** @type {Result[]} */
const results = [];
if (await prepared('install', install)) {
  if (wanted('browser')) await prepared('browser to test with', prepareBrowser);
  if (wanted('unit')) await prepared('PostgreSQL to test with', preparePostgres);
  if (wanted('unit') || wanted('browser')) await prepared('build', build);
  // Every stage runs, whatever failed before it, so that the sums are complete.
  const asked = stages.filter(({ group }) => wanted(group));
  // Each static check keeps one processor busy, and the slowest of them as long as all others.
  const isStatic = (/** @type {import('./test-stages/stages.mjs').Stage} */ { group }) => group === 'static';
  results.push(...(await Promise.all(asked.filter(isStatic).map(run))));
  for (const stage of asked.filter((each) => !isStatic(each))) {
    process.stdout.write(`\n── ${stage.name}\n`);
    results.push(await run(stage));
  }
}

const total = add(results.map(({ sums }) => sums));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
process.stdout.write('\n');
// Last, because the end of a long run is what is read, and what is kept.
for (const line of total.failures) process.stdout.write(`failed: ${line}\n`);
for (const { name, sums, milliseconds } of results) {
  process.stdout.write(`${name.padEnd(24)}${spell(sums)}, ${seconds(milliseconds)}\n`);
}
process.stdout.write(`tests: ${spell(total)}\n`);

/**
 * @param {import('./test-stages/stages.mjs').Stage} stage
 * @returns {Promise<Result>}
 */
async function run({ name, run }) {
  const started = performance.now();
  const sums = await run(extra);
  return { name, sums, milliseconds: performance.now() - started };
}

/**
 * Prepares something; failing at it is a failed test with that name.
 * @param {string} name
 * @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether it is there now
 */
async function prepared(name, work) {
  const started = performance.now();
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof StepFailed)) process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    results.push({ name, sums: oneTest(false), milliseconds: performance.now() - started });
    return false;
  }
}

/**
 * @param {string[]} args
 * @returns {{ only: string | null, extra: string[] }}
 */
function readArguments(args) {
  if (args.length === 0) return { only: null, extra: [] };
  const [flag, group = '', ...extra] = args;
  if (flag === '--only' && GROUPS.includes(group)) return { only: group, extra };
  process.stderr.write(`Usage: npm test [-- --only ${GROUPS.join('|')} [ARGUMENTS of vitest or playwright]]\n`);
  process.exit(2);
}
