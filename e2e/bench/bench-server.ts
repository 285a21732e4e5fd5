import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Operator, type TestAccount } from '../support/people/operator.ts';
import { type RunningServer, startServer } from '../support/servers/server.ts';
import { METERS } from './inference-events.ts';

/** A server under load, with an account to send for. */
export interface BenchServer extends RunningServer {
  operator: Operator;
  account: TestAccount;
}

/** Node options for the server, for a look at where its time goes. */
const { BENCH_SERVER_NODE_OPTIONS } = process.env;

/** Starts the product as it runs in production, below `folder`, and waits until it is ready. */
export function startBenchServer(dataDir: string, operatorKey?: string): Promise<RunningServer> {
  return startServer({
    dataDir,
    ...(operatorKey === undefined ? {} : { operatorKey }),
    env: {
      LOG_LEVEL: 'warn',
      ...(BENCH_SERVER_NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS: BENCH_SERVER_NODE_OPTIONS }),
    },
  });
}

/** The same on an empty store, with the meters and one account. */
export async function startFreshBenchServer(folder: string): Promise<BenchServer> {
  const server = await startBenchServer(await mkdtemp(join(folder, 'server-')));
  const operator = new Operator(server);
  for (const [key, definition] of Object.entries(METERS)) await operator.defineMeter(key, definition);
  return { ...server, operator, account: await operator.createAccount() };
}
