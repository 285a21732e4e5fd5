import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildServer } from '../../../server/commands/prepare/build.mjs';
import { SERVER_ARGUMENTS } from '../../../server/commands/prepare/server-process.mjs';
import { newDataDirectory } from '../../../server/database/testing/embedded-template.ts';

/** The first start of an empty embedded store takes seconds; on a busy machine with two cores, minutes. */
const READY_WITHIN_MS = 300_000;
/** The contract says 10 s from SIGTERM to the exit; the rest is for a busy machine. */
const DRAINED_WITHIN_MS = 15_000;
/** What a developer's shell may hold must not decide where a test writes. */
const NEVER_INHERITED = [
  'DATABASE_URL',
  'CLICKHOUSE_URL',
  'REDIS_URL',
  'PUBLIC_URL',
  'HOST',
  'SMTP_URL',
  'MAIL_FROM',
  'TRUST_PROXY',
  'SUPPORT_CREDIT_LIMIT',
  'NODE_OPTIONS',
  'NODE_ENV',
];

/** What the metrics of every server of the tests are read with. */
export const METRICS_TOKEN = 'metrics-of-a-test-server';

export interface ServerOptions {
  /** Kept after the server ends; without one the server gets a directory of its own, with empty stores, that goes away with `stop`. */
  dataDir?: string;
  /** Added to the environment, last. */
  env?: Record<string, string>;
  /** A free one by default. */
  port?: number;
  /** The same across restarts on one data directory; random by default. */
  operatorKey?: string;
}

/** A running server and how to end it. */
export interface RunningServer {
  /** Without a slash at the end. */
  url: string;
  dataDir: string;
  /** Bearer key with the operator role. */
  operatorKey: string;
  pid: number;
  /** Everything printed so far, both streams. */
  logs: () => string;
  /** SIGTERM, then waits for the drained exit. @throws when it takes too long or does not end with 0 */
  stop: () => Promise<void>;
  /** SIGKILL: nothing is flushed, closed or said. A data directory of its own stays for the next start. */
  kill: () => Promise<void>;
  /** How it ended; pending while it runs. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A process of the product that may not be ready yet, or never will be. */
export interface SpawnedServer extends Pick<RunningServer, 'url' | 'dataDir' | 'operatorKey' | 'logs' | 'ended'> {
  child: ChildProcess;
}

/** The bundle is the one of the sources as they are, also where a test is run by hand; looked at once in a process. */
let bundled: Promise<void> | null = null;

/** Starts the whole product in a process of its own, as `npm start` does, without the demo; waits for nothing. */
export async function spawnServer(options: ServerOptions = {}): Promise<SpawnedServer> {
  const port = options.port ?? (await freePort());
  const dataDir = options.dataDir ?? (await newDataDirectory());
  const operatorKey = options.operatorKey ?? randomBytes(24).toString('hex');
  const inherited = Object.entries(process.env).filter(([name]) => !NEVER_INHERITED.includes(name));
  bundled ??= buildServer();
  await bundled;
  const child = spawn(process.execPath, SERVER_ARGUMENTS, {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: {
      ...Object.fromEntries(inherited),
      NODE_ENV: 'production',
      UV_THREADPOOL_SIZE: '16',
      DEMO: 'off',
      PORT: String(port),
      DATA_DIR: dataDir,
      OPERATOR_API_KEY: operatorKey,
      METRICS_TOKEN,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

  let printed = '';
  const keep = (chunk: Buffer) => {
    printed += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const forget = endWithUs(child);
  void ended.then(forget);
  return { child, url: `http://127.0.0.1:${port}`, dataDir, operatorKey, logs: () => printed, ended };
}

/**
 * Starts the product and waits until it is ready.
 * @throws with everything it printed, when it ends or does not become ready in time
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { child, url, dataDir, operatorKey, logs, ended } = await spawnServer(options);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const problem = await untilReady(url, ended);
  if (problem !== null) {
    await kill();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    throw new Error(`The server ${problem}. It printed:\n${logs()}`);
  }

  return {
    url,
    dataDir,
    operatorKey,
    pid: child.pid ?? 0,
    logs,
    ended,
    kill,
    stop: async () => {
      child.kill('SIGTERM');
      const late = new AbortController();
      const how = await Promise.race([ended, sleep(DRAINED_WITHIN_MS, null, { signal: late.signal })]);
      late.abort();
      if (how === null) await kill();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
      if (how === null)
        throw new Error(`The server did not end ${DRAINED_WITHIN_MS} ms after SIGTERM. It printed:\n${logs()}`);
      if (how.code !== 0)
        throw new Error(`The server ended with ${how.code ?? how.signal} after SIGTERM. It printed:\n${logs()}`);
    },
  };
}

/** What kept the server from becoming ready, in words that follow "The server"; null when it is ready. */
async function untilReady(url: string, ended: RunningServer['ended']): Promise<string | null> {
  const deadline = performance.now() + READY_WITHIN_MS;
  let how: Awaited<typeof ended> | null = null;
  void ended.then((result) => {
    how = result;
  });
  let missing = 'nothing answered';
  while (performance.now() < deadline) {
    if (how !== null) return `ended with ${JSON.stringify(how)} before it was ready`;
    try {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
      if (response.status === 200) return null;
      missing = await response.text();
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  return `was not ready after ${READY_WITHIN_MS} ms (${missing})`;
}

/** A port nobody listens on now. Another process could take it first; the server then says so and the test fails. */
async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

/** A test process that ends, however it does, takes its servers with it. */
function endWithUs(child: ChildProcess): () => void {
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return () => process.off('exit', end);
}
