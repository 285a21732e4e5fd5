import { CommandFailed } from './run.mjs';

/** A step that did not succeed; what went wrong has been printed. */
export class StepFailed extends Error {}

/**
 * Does one thing and says so on one line with how long it took; when it fails, also what the failed command printed.
 * @param {string} what in the present: "Installing dependencies"
 * @param {() => Promise<unknown>} work
 * @throws {StepFailed}
 */
export async function step(what, work) {
  const started = performance.now();
  process.stdout.write(`${what} … `);
  try {
    await work();
    process.stdout.write(`${seconds(performance.now() - started)}\n`);
  } catch (error) {
    process.stdout.write(`failed after ${seconds(performance.now() - started)}\n`);
    if (error instanceof CommandFailed) process.stderr.write(`${error.output.trimEnd()}\n`);
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    throw new StepFailed(what, { cause: error });
  }
}

/**
 * @param {number} milliseconds
 * @returns {string} such as `3.2 s`
 */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
