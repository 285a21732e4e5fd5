import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../server/testing/seeded-random.ts';
import { Traffic } from './support/events/traffic.ts';
import { defineMeters } from './support/events/usage.ts';
import { Operator } from './support/people/operator.ts';
import { runCommand } from './support/servers/commands.ts';
import { RestartableServer } from './support/servers/restartable-server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 24 * 3_600_000, hookTimeout: 900_000 });

/** `npm run test:kills` does many. */
const KILLS = Number(process.env.PLAINBILL_KILLS ?? 4);
/** Printed, so that a failure can be looked for again; the moments of a crash repeat only roughly. */
const SEED = Number(process.env.PLAINBILL_SEED ?? Date.now() % 1_000_000);
const LONGEST_LIFE_MS = 2_500;
const LONGEST_START_MS = 4_000;
const REMEMBERED_BATCHES = 20;

let server: RestartableServer;
beforeAll(async () => {
  server = await RestartableServer.start();
});
afterAll(() => server?.remove());

describe(`kill -9, ${KILLS} times, at any moment`, () => {
  it('leaves every acknowledged event counted exactly once', async () => {
    const started = performance.now();
    const random = seededRandom(SEED);
    const operator = new Operator(server);
    await defineMeters(operator);
    const traffic = new Traffic(operator, () => server.url, random);
    await traffic.prepare();
    progress(`${KILLS} kills, PLAINBILL_SEED=${SEED}`);

    for (let kill = 1; kill <= KILLS; kill++) {
      const acknowledgedBefore = traffic.acknowledgedEvents;
      // The moment of the crash is the input of this test, not a wait for something.
      const killed = new Promise<void>((resolve) => {
        setTimeout(() => void server.kill().then(resolve), random() * LONGEST_LIFE_MS);
      });
      await traffic.sendUntilTheServerIsGone();
      await killed;
      const alsoWhileStarting = kill < KILLS && random() < 0.25;
      if (alsoWhileStarting) {
        kill++;
        await server.startAndKill(random() * LONGEST_START_MS);
      }
      await server.startAgain();
      const unknown = await traffic.forgotten(traffic.acknowledged.slice(-REMEMBERED_BATCHES));
      expect(unknown, `acknowledged before kill ${kill}, unknown after it`).toEqual([]);
      progress(
        `kill ${kill} of ${KILLS}${alsoWhileStarting ? ' (while starting)' : ''}: ` +
          `${traffic.acknowledgedEvents - acknowledgedBefore} events acknowledged in this life, ` +
          `${traffic.acknowledgedEvents} in all, ${traffic.unacknowledged.length} batches in doubt, ` +
          `${Math.round((performance.now() - started) / 1000)} s`,
      );
    }

    expect(traffic.surprises).toEqual([]);
    expect(traffic.acknowledgedEvents).toBeGreaterThan(0);
    expect(await traffic.forgotten(), 'acknowledged, unknown at the end').toEqual([]);
    await traffic.catchUp();
    const through = await traffic.finish();
    const { metered, expected } = await traffic.compare(through);
    progress(`metered: ${JSON.stringify(metered)}`);
    expect(metered).toEqual(expected);

    await server.stop();
    const verified = await runCommand('verify', server.dataDir);
    progress(verified.output.trim());
    expect(verified).toMatchObject({ code: 0, output: expect.stringContaining(' 0 differences') });
    progress(`done in ${Math.round((performance.now() - started) / 1000)} s`);
  });
});

function progress(line: string): void {
  process.stderr.write(`kills: ${line}\n`);
}
