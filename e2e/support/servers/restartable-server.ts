import { rm } from 'node:fs/promises';
import { newDataDirectory } from '../../../server/database/testing/embedded-template.ts';
import { type RunningServer, spawnServer, startServer } from './server.ts';

/** One data directory and the server on it, across its restarts and crashes. */
export class RestartableServer {
  private printedBefore = '';

  private constructor(
    private running: RunningServer,
    private readonly ownDirectory: boolean,
  ) {}

  /** Starts on a directory with empty stores that `remove` takes away, or on the one given. */
  static async start(dataDir?: string): Promise<RestartableServer> {
    const directory = dataDir ?? (await newDataDirectory());
    return new RestartableServer(await startServer({ dataDir: directory }), dataDir === undefined);
  }

  /** Where it answers now; another port after every restart. */
  get url(): string {
    return this.running.url;
  }

  get operatorKey(): string {
    return this.running.operatorKey;
  }

  get dataDir(): string {
    return this.running.dataDir;
  }

  get pid(): number {
    return this.running.pid;
  }

  /** Everything printed in all its lives. */
  logs(): string {
    return this.printedBefore + this.running.logs();
  }

  /** SIGTERM and the wait for the drained exit with 0. */
  stop(): Promise<void> {
    return this.running.stop();
  }

  /** SIGKILL. */
  kill(): Promise<void> {
    return this.running.kill();
  }

  /** The next life, after `stop` or `kill`. */
  async startAgain(): Promise<void> {
    const { dataDir, operatorKey } = this.running;
    this.printedBefore = this.logs();
    this.running = await startServer({ dataDir, operatorKey });
  }

  /** A life that ends by SIGKILL before it has begun. */
  async startAndKill(afterMs: number): Promise<void> {
    const { dataDir, operatorKey } = this.running;
    const { child, ended } = await spawnServer({ dataDir, operatorKey });
    // Not a wait for anything: the moment of the crash is the input of the test.
    const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    await ended;
    clearTimeout(timer);
  }

  /** Ends it without ceremony and removes its own directory. */
  async remove(): Promise<void> {
    await this.running.kill();
    if (this.ownDirectory) await rm(this.running.dataDir, { recursive: true, force: true });
  }
}
