import { readFileSync } from 'node:fs';

/** How many tests ended how. @typedef {{ passed: number, failed: number, skipped: number }} Sums */

/**
 * What a check without tests of its own counts for: one test.
 * @param {boolean} passed
 * @returns {Sums}
 */
export function oneTest(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
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
    }),
    { passed: 0, failed: 0, skipped: 0 },
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
  let sums = { passed: 0, failed: 0, skipped: 0 };
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
  const { testResults } = /** @type {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} */ (
    report
  );
  return add(
    testResults.map((file) => {
      const statuses = file.assertionResults.map((test) => test.status);
      const failed = statuses.filter((status) => status === 'failed').length;
      const passed = statuses.filter((status) => status === 'passed').length;
      return {
        passed,
        failed: failed === 0 && file.status === 'failed' ? 1 : failed,
        skipped: statuses.length - passed - failed,
      };
    }),
  );
}

/**
 * Playwright's JSON report. What passes only sometimes is broken, so flaky tests count as failed.
 * @param {unknown} report
 * @returns {Sums}
 */
export function readPlaywright(report) {
  const { stats } = /** @type {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} */ (
    report
  );
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}
