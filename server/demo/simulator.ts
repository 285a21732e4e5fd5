import { HOUR } from './calendar.ts';
import { inReceiveOrder } from './receive-order.ts';
import type { Ingest, IngestItem } from './seed.ts';
import type { DemoTraffic } from './traffic.ts';

/** What the simulator needs. */
export interface SimulatorDeps {
  traffic: DemoTraffic;
  /** Everything that arrived up to here is in the store already; going back too far only sends duplicates. */
  from: Date;
  now: () => Date;
  ingest: Ingest;
  logger: { info: (fields: object, message: string) => void; warn: (fields: object, message: string) => void };
  intervalMs?: number;
}

/** A running simulator. */
export interface Simulator {
  /** Ends it; resolves once nothing is being written any more. */
  stop: () => Promise<void>;
}

const BATCH = 5000;
/** A long absence is caught up in strides, so that memory stays small. */
const STRIDE = HOUR;
/** After failures the next try waits longer, up to this many intervals. */
const MOST_SKIPPED = 30;

/**
 * Keeps the demo going: once an interval everything that has arrived since the last time is handed to `ingest`, with the present as
 * its receive time. A failed batch is tried again until it is taken, nothing is skipped; since ids depend on the moment alone, neither
 * a retry nor a restart counts anything twice. The timer does not keep the process alive.
 */
export function startSimulator(deps: SimulatorDeps): Simulator {
  const order = inReceiveOrder(deps.traffic, deps.from);
  let reached = deps.from.getTime();
  let waiting: Omit<IngestItem, 'receivedAt'>[] = [];
  let failures = 0;
  let skip = 0;
  let stopped = false;
  let ticking: Promise<void> | null = null;

  const sendWaiting = async (): Promise<void> => {
    while (waiting.length > 0 && !stopped) {
      const batch = waiting.slice(0, BATCH);
      const receivedAt = deps.now();
      await deps.ingest(batch.map((item) => ({ ...item, receivedAt })));
      waiting = waiting.slice(batch.length);
    }
  };
  const catchUp = async (): Promise<void> => {
    await sendWaiting();
    while (!stopped && reached < deps.now().getTime()) {
      const until = Math.min(reached + STRIDE, deps.now().getTime());
      for (const { accountId, event } of order.receivedUntil(new Date(until))) waiting.push({ accountId, event });
      reached = until;
      await sendWaiting();
    }
  };
  const tick = async (): Promise<void> => {
    try {
      await catchUp();
      if (failures > 0) deps.logger.info({ failures }, 'the demo simulator could write again');
      failures = 0;
    } catch (error) {
      failures += 1;
      skip = Math.min(2 ** failures, MOST_SKIPPED);
      deps.logger.warn(
        { err: error, failures, waiting: waiting.length },
        'the demo simulator could not write, it will try again',
      );
    }
  };

  const timer = setInterval(() => {
    if (ticking !== null || stopped) return;
    if (skip > 0) {
      skip -= 1;
      return;
    }
    ticking = tick().finally(() => {
      ticking = null;
    });
  }, deps.intervalMs ?? 1000);
  timer.unref();

  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await ticking;
    },
  };
}
