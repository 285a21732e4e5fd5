import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that closes what is due in a data directory, and then ends. */
interface ClosingProcess {
  /** Waits until it printed a word: `closing` when it begins to, `made` when it is done. */
  saying: (word: 'closing' | 'made') => Promise<void>;
  /** SIGKILL. @returns whether it was still at work, or done already */
  kill: () => Promise<'at work' | 'done'>;
  /** @throws with what it printed, when it does not end with 0 */
  ended: () => Promise<void>;
}

/** Starts closing as of an instant. */
export function closingProcess(dataDir: string, asOf: Date): ClosingProcess {
  const script = fileURLToPath(new URL('./closing-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir, asOf.toISOString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // All it printed is there once its streams are closed.
  const gone = once(child, 'close');
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const isGone = gone.then(() => true);
  return {
    saying: async (word) => {
      while (!printed.includes(word)) {
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), isGone]);
        if (ended && !printed.includes(word)) throw new Error(`closing ended before it said "${word}": ${printed}`);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
      return printed.includes('made') ? 'done' : 'at work';
    },
    ended: async () => {
      const [code] = await gone;
      if (code !== 0) throw new Error(`closing ended with ${code}: ${printed}`);
    },
  };
}
