import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * How many tests ended how, and of the failed ones that have a name a line each, to be read at the end of a long run.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Sums
 */

/**
 * What a check without tests of its own counts for: one test.
 * @param {boolean} passed
 * @returns {Sums}
 */
export function oneTest(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0, failures: [] };
}

/**
 * @param {Sums[]} parts
 * @returns {Sums}
 */
export function add(parts) {
  return parts.reduce(
    (sum, part) => ({
      passed: sum.passed + part.passed,
      failed: sum.failed + part.failed,
      skipped: sum.skipped + part.skipped,
      failures: [...sum.failures, ...part.failures],
    }),
    { passed: 0, failed: 0, skipped: 0, failures: [] },
  );
}

/**
 * @param {Sums} sums
 * @returns {string} `3 passed, 0 failed, 1 skipped`
 */
export function spell(sums) {
  return `${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped`;
}

/**
 * The sums of a runner that ended with `exitCode` and wrote `reportPath`. A runner that fails without naming a failed
 * test (an error outside every test, no tests found, a crash before the report) has failed once.
 * @param {string} reportPath
 * @param {(report: unknown) => Sums} read
 * @param {number} exitCode
 * @returns {Sums}
 */
export function sumsOf(reportPath, read, exitCode) {
  /** @type {Sums} */
  let sums = { passed: 0, failed: 0, skipped: 0, failures: [] };
  let reported = true;
  try {
    sums = read(JSON.parse(readFileSync(reportPath, 'utf8')));
  } catch {
    reported = false;
  }
  const silentFailure = sums.failed === 0 && (exitCode !== 0 || !reported);
  return silentFailure ? { ...sums, failed: 1 } : sums;
}

/**
 * Vitest's JSON report. A file that could not be loaded has no tests to fail, so it counts as a failed one.
 * @param {unknown} report
 * @returns {Sums}
 */
export function readVitest(report) {
  const { testResults } =
    /** @type {{ testResults: { name: string, status: string, message?: string, assertionResults: { status: string, fullName: string, failureMessages?: string[] }[] }[] }} */ (
      report
    );
  return add(
    testResults.map((file) => {
      const tests = file.assertionResults;
      const failed = tests.filter(({ status }) => status === 'failed');
      const passed = tests.filter(({ status }) => status === 'passed').length;
      const failures = failed.map((test) => failure(file.name, test.fullName, test.failureMessages?.[0]));
      if (failed.length === 0 && file.status === 'failed') {
        failures.push(failure(file.name, 'outside its tests', file.message));
      }
      return { passed, failed: failures.length, skipped: tests.length - passed - failed.length, failures };
    }),
  );
}

/** @typedef {{ title: string, ok: boolean, tests: { results: { error?: { message?: string } }[], status: string }[] }} Spec */
/** @typedef {{ title: string, file: string, specs?: Spec[], suites?: Suite[] }} Suite */

/**
 * Playwright's JSON report. What passes only sometimes is broken, so flaky tests count as failed.
 * @param {unknown} report
 * @returns {Sums}
 */
export function readPlaywright(report) {
  const { stats, suites = [] } =
    /** @type {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number }, suites?: Suite[] }} */ (
      report
    );
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: suites.flatMap((suite) => failuresIn(suite, [])),
  };
}

/**
 * @param {Suite} suite
 * @param {string[]} within titles of the suites it is in
 * @returns {string[]}
 */
function failuresIn({ title, file, specs = [], suites = [] }, within) {
  const path = title === file ? within : [...within, title];
  return [
    ...specs.flatMap((spec) =>
      spec.tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ results }) =>
          failure(file, [...path, spec.title].join(' › '), results.find(({ error }) => error)?.error?.message),
        ),
    ),
    ...suites.flatMap((suite) => failuresIn(suite, path)),
  ];
}

/**
 * @param {string} file
 * @param {string} test
 * @param {string} [message]
 */
function failure(file, test, message = '') {
  const [firstLine = ''] = stripVTControlCharacters(message).split('\n');
  return `${file} › ${test}${firstLine && `: ${firstLine.slice(0, 300)}`}`;
}
