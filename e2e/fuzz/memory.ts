import { setTimeout as sleep } from 'node:timers/promises';
import { residentMemory, serverMetric, untilRolled } from '../bench/server-metrics.ts';
import type { RunningServer } from '../support/servers/server.ts';

/** What a server starts with so that its memory can be read without its garbage. */
export const COLLECTABLE = { NODE_OPTIONS: `--import ${new URL('collect-garbage.mjs', import.meta.url).href}` };

/** Measured at rest, in bytes. */
export interface Memory {
  /** On the heap and beside it (buffers, WebAssembly), after a collection of garbage. */
  held: number;
  /** Of the whole process, the engine of the embedded store among it; `null` where the system does not tell. */
  resident: number | null;
}

/** So many readings without a lower one, and what is read is no longer on its way down. */
const STEADY = 5;
const ROLLED_WITHIN_MS = 300_000;

/**
 * Waits until the server has done what it was given, and reads what it holds.
 * @param limit bytes to be at or below; it is waited for as long as that takes, but not for ever: what watches and limits remember they
 *   forget within a minute
 */
export async function memoryAtRest(
  server: Pick<RunningServer, 'url' | 'pid'>,
  limit = Number.POSITIVE_INFINITY,
  withinMs = 180_000,
): Promise<Memory> {
  await untilRolled(server, ROLLED_WITHIN_MS);
  const deadline = performance.now() + withinMs;
  let lowest = await held(server);
  for (let steady = 0; (steady < STEADY || lowest > limit) && performance.now() < deadline; steady++) {
    await sleep(300);
    const now = await held(server);
    if (now < lowest) steady = 0;
    lowest = Math.min(lowest, now);
  }
  return { held: lowest, resident: await residentMemory(server.pid) };
}

async function held(server: Pick<RunningServer, 'url' | 'pid'>): Promise<number> {
  process.kill(server.pid, 'SIGUSR2');
  const heap = await serverMetric(server, 'nodejs_heap_size_used_bytes');
  return heap + (await serverMetric(server, 'nodejs_external_memory_bytes'));
}
