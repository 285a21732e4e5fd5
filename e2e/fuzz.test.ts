import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startFuzzServer } from './fuzz/fuzz-server.ts';
import { failureText } from './fuzz/report.ts';
import { fuzz } from './fuzz/run.ts';
import type { RunningServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 2_400_000, hookTimeout: 600_000 });

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 3_000);
/** The same each time, so that what fails is what changed; `npm run fuzz` takes another one each time. */
const SEED = Number(process.env.FUZZ_SEED ?? 3);

let server: RunningServer;
beforeAll(async () => {
  server = await startFuzzServer();
});
afterAll(() => server?.stop());

it(`answers ${REQUESTS} requests, right and wrong (FUZZ_SEED=${SEED}), without a fault, and holds no more memory after`, async () => {
  const onLine = (line: string) => console.log(line);
  const report = await fuzz(server, { seed: SEED, requests: REQUESTS, rounds: 2, atOnce: 4, onLine });
  console.log(report.table());
  expect(report.failures.map((failure) => failureText(SEED, failure))).toEqual([]);
  // What is asked as it is meant to be must be answered so, or the wrong would never get beyond the door.
  expect(report.neverRight()).toEqual([]);
});
