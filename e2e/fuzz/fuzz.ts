import { randomInt } from 'node:crypto';
import { build } from '../../server/commands/prepare/build.mjs';
import { startFuzzServer } from './fuzz-server.ts';
import { failureText } from './report.ts';
import { fuzz } from './run.ts';

const SLOWEST_MS = 2_000;

/** `npm run fuzz`: asks a server of its own for everything, rightly and wrongly. Ends with 1 when anything was not as it must be. */
async function main(): Promise<void> {
  const { FUZZ_REQUESTS = '100000', FUZZ_SEED, FUZZ_ROUNDS = '10', FUZZ_AT_ONCE = '4', FUZZ_ONLY } = process.env;
  const seed = FUZZ_SEED === undefined ? randomInt(2 ** 31) : Number(FUZZ_SEED);
  const only = FUZZ_ONLY?.split(',').map(Number);
  console.log(`seed ${seed}`);
  // The server does not start without its pages.
  await build();
  const server = await startFuzzServer();
  const report = await fuzz(server, {
    ...{ seed, requests: Number(FUZZ_REQUESTS), rounds: Number(FUZZ_ROUNDS), atOnce: Number(FUZZ_AT_ONCE) },
    ...{ slowestMs: SLOWEST_MS, onLine: (line: string) => console.log(line), ...(only && { only }) },
  });
  console.log(report.table());
  for (const { number, about, milliseconds } of report.slowestFew())
    console.log(`${Math.round(milliseconds)} ms  #${number} ${about}`);
  for (const about of report.neverRight()) console.log(`never answered rightly: ${about}`);
  for (const failure of report.failures) console.log(failureText(seed, failure));
  await server.stop();
  console.log(`seed ${seed}: ${report.failures.length} failures`);
  process.exit(report.failures.length > 0 ? 1 : 0);
}

await main();
