import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../server/testing/seeded-random.ts';
import { Traffic } from './support/events/traffic.ts';
import { defineMeters } from './support/events/usage.ts';
import { Operator } from './support/people/operator.ts';
import { runCommand } from './support/servers/commands.ts';
import { RestartableServer } from './support/servers/restartable-server.ts';
import { spawnServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

describe('a variable that is malformed stops the start with one line that names it', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'plainbill-data-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it.each([
    ['PORT', 'abc'],
    ['PORT', '70000'],
    ['PORT', '3000.5'],
    ['PORT', '-1'],
    ['DEMO', 'maybe'],
    ['OPERATOR_API_KEY', 'short'],
    ['DATABASE_URL', 'nope'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['CLICKHOUSE_URL', 'localhost:8123'],
    ['REDIS_URL', 'http://localhost'],
    ['PUBLIC_URL', 'billing.example'],
    ['SMTP_URL', 'mail.example:587'],
    ['SMTP_URL', 'https://mail.example'],
    ['MAIL_FROM', 'billing'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s', async (name, value) => {
    const { ended, logs } = await spawnServer({ dataDir, env: { [name]: value } });
    const { code } = await ended;
    expect(code).toBeGreaterThan(0);
    expect(logs().trimEnd().split('\n')).toEqual([expect.stringMatching(new RegExp(`^plainbill: ${name} must `))]);
    // A key that is too short is a key all the same.
    if (name === 'OPERATOR_API_KEY') expect(logs()).not.toContain(value);
  });
});

describe('two starts on one DATA_DIR', () => {
  it('the second says so and exits, the first lives on', async () => {
    const first = await RestartableServer.start();
    try {
      const second = await spawnServer({ dataDir: first.dataDir });
      const { code } = await second.ended;
      expect(code).toBeGreaterThan(0);
      // The engine has its own word on standard error before; ours comes last.
      const said = second.logs().trimEnd().split('\n').at(-1);
      expect(said).toMatch(/^plainbill: another Plainbill is running/);
      expect(said).toContain(first.dataDir);
      expect(said).toContain('DATA_DIR');

      const command = await runCommand('verify', first.dataDir);
      expect(command.code).toBeGreaterThan(0);
      expect(command.output).toMatch(/another Plainbill is running/);

      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
      await new Operator(first).createAccount();
      await first.stop();
    } finally {
      await first.remove();
    }
  });
});

describe('SIGTERM under load', () => {
  let server: RestartableServer;
  beforeAll(async () => {
    server = await RestartableServer.start();
    await defineMeters(new Operator(server));
  });
  afterAll(() => server?.remove());

  it('drains: exit 0, and every acknowledged event is there at the next start', async () => {
    const traffic = new Traffic(new Operator(server), () => server.url, seededRandom(7));
    await traffic.prepare();
    let stopping = () => {};
    const stopped = new Promise<void>((resolve) => {
      stopping = resolve;
    }).then(() => server.stop());
    let acknowledgements = 0;
    const sent = traffic.sendUntilTheServerIsGone(() => {
      acknowledgements++;
      if (acknowledgements === 30) stopping();
    });
    // Fails unless the exit code is 0; the server itself gives up with 1 when it takes nearly 10 s.
    await Promise.all([sent, stopped]);

    await server.startAgain();
    expect(await traffic.forgotten()).toEqual([]);
    await traffic.catchUp();
    const { metered, expected } = await traffic.compare(await traffic.finish());
    expect(metered).toEqual(expected);
    expect(traffic.surprises).toEqual([]);
    await server.stop();
    expect(await runCommand('verify', server.dataDir)).toMatchObject({ code: 0 });
  });
});
