import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROWS = 500;
const root = new URL('../..', import.meta.url).pathname;

let folder: string;
let server: Server;
let url: string;
const stored = new Map<string, string>();
let requests = 0;
let delayMillis = 0;

/** Takes each id once, as the real endpoint does; the whole path is tested where the real server runs. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plainbill-replay-test-'));
  const lines = Array.from(
    { length: ROWS },
    (_, i) => `2023-11-16 18:15:${String(10 + (i % 50))}.0000009,${i},${2 * i}`,
  );
  await writeFile(join(folder, 'rows.csv'), `TIMESTAMP,ContextTokens,GeneratedTokens\r\n${lines.join('\r\n')}`);
  stored.clear();
  requests = 0;
  delayMillis = 0;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    requests += 1;
    await new Promise((resolve) => setTimeout(resolve, delayMillis));
    const counts = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
    for (const event of JSON.parse(body) as { id: string }[]) {
      const text = JSON.stringify(event);
      const there = stored.get(event.id);
      counts[there === undefined ? 'accepted' : there === text ? 'duplicates' : 'conflicts'] += 1;
      if (there === undefined) stored.set(event.id, text);
    }
    response.writeHead(200).end(JSON.stringify({ receipts: [], ...counts }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function start(...more: string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; out: string; err: string }>;
} {
  const argv = ['--import', 'tsx', 'server/commands/replay.ts', join(folder, 'rows.csv'), '--url', url];
  const { PLAINBILL_API_KEY: _, ...environment } = process.env;
  const child = spawn(process.execPath, [...argv, '--batch', '50', '--state', join(folder, 'state.json'), ...more], {
    cwd: root,
    env: { ...environment, DATA_DIR: folder },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  );
  return { child, ended };
}

describe('npm run replay', () => {
  it('sends every row once and says the sums; a second run finds duplicates only', async () => {
    const first = await start('--key', 'k', '--on', '2026-01-15').ended;
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toContain('accepted 500, duplicates 0, conflicts 0, rejected 0');
    expect(first.out).toContain('requests 500, context tokens 124,750, generated tokens 249,500');
    expect(stored.get('conv-2026-01-15-1')).toContain('"time":"2026-01-15T18:15:10.000000Z"');

    const second = await start('--key', 'k', '--on', '2026-01-15').ended;
    expect(second).toMatchObject({ code: 0 });
    expect(second.out).toContain('accepted 0, duplicates 500, conflicts 0, rejected 0');
    expect(second.out).toContain('requests 500, context tokens 124,750, generated tokens 249,500');
    expect(stored.size).toBe(ROWS);
  });

  it('stops at an interrupt after the batch under way, and goes on from there', async () => {
    delayMillis = 200;
    const { child, ended } = start('--key', 'k', '--on', '2026-01-15');
    while (requests < 3 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const interrupted = await ended;
    expect(interrupted.code).toBe(130);
    expect(interrupted.err).toMatch(/Stopped after (100|150|200) of 500 rows/);
    expect(stored.size).toBe(requests * 50);

    delayMillis = 0;
    const sentBefore = requests;
    const resumed = await start('--key', 'k', '--on', '2026-01-15').ended;
    expect(resumed.out).toMatch(/Going on after row/);
    expect(resumed.out).toContain('accepted 500, duplicates 0, conflicts 0, rejected 0');
    expect(resumed.out).toContain('requests 500, context tokens 124,750, generated tokens 249,500');
    expect(requests - sentBefore).toBe(10 - sentBefore);
    expect(await readdir(folder)).toEqual(['rows.csv']);
  });

  it('takes the key the local demo left, and says what is missing without one', async () => {
    const without = await start().ended;
    expect(without.code).toBe(2);
    expect(without.err).toMatch(/no API key: give --key/);
    await writeFile(join(folder, 'demo-ingest-key'), 'left-behind\n');
    expect(await start().ended).toMatchObject({ code: 0 });
  });

  it('fails when other content stands under an id', async () => {
    await start('--key', 'k', '--on', '2026-01-15').ended;
    stored.set('conv-2026-01-15-7', '{}');
    const { code, out } = await start('--key', 'k', '--on', '2026-01-15').ended;
    expect(code).toBe(1);
    expect(out).toContain('duplicates 499, conflicts 1');
  });

  it('sends nothing of a broken file', async () => {
    await writeFile(
      join(folder, 'rows.csv'),
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:10,1,2\nx,1,2',
    );
    const { code, err } = await start('--key', 'k').ended;
    expect({ code, err, requests }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/line 3: TIMESTAMP/),
      requests: 0,
    });
  });

  it('says when there is no such file', async () => {
    await rm(join(folder, 'rows.csv'));
    const { code, err } = await start('--key', 'k').ended;
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be read: ENOENT/) });
  });
});
