import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from './calendar.ts';
import { receivedAt } from './demo-event.ts';
import type { IngestItem } from './seed.ts';
import { type Simulator, type SimulatorDeps, startSimulator } from './simulator.ts';
import { createDemoTraffic } from './traffic.ts';

const traffic = createDemoTraffic({ seed: 9, anchor: new Date('2026-08-01T00:00:00Z') });
const from = new Date('2026-11-10T12:00:00Z');
const quiet = { info: () => {}, warn: () => {} };

let simulator: Simulator | null = null;
afterEach(() => simulator?.stop());

/** A simulator with a clock that the test sets and a store that fails when told to. */
function start(more: Partial<SimulatorDeps> = {}) {
  const clock = { now: from };
  const store = { items: [] as IngestItem[], failures: 0, largest: 0 };
  const warnings: object[] = [];
  simulator = startSimulator({
    traffic,
    from,
    now: () => clock.now,
    ingest: async (batch) => {
      store.largest = Math.max(store.largest, batch.length);
      if (store.failures > 0) {
        store.failures -= 1;
        throw new Error('disk full');
      }
      store.items.push(...batch);
    },
    logger: { info: () => {}, warn: (fields) => warnings.push(fields) },
    intervalMs: 1,
    ...more,
  });
  return { clock, store, warnings };
}

function arrivedBy(until: Date, since = from): string[] {
  return [...traffic.eventsBetween(new Date(since.getTime() - DAY), until)]
    .filter((event) => receivedAt(event) > since.getTime() && receivedAt(event) <= until.getTime())
    .map(({ event }) => event.id)
    .toSorted();
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(condition()).toBe(true);
}

const idsOf = (items: IngestItem[]) => items.map(({ event }) => event.id).toSorted();

describe('the simulator', () => {
  it('hands over what has arrived, received in the present', async () => {
    const { clock, store } = start();
    clock.now = new Date(from.getTime() + 90_000);
    const expected = arrivedBy(clock.now);
    expect(expected.length).toBeGreaterThan(0);
    await until(() => store.items.length === expected.length);
    expect(idsOf(store.items)).toEqual(expected);
    expect(store.items[0]?.receivedAt).toEqual(clock.now);
  });

  it('catches up a long absence in bounded batches', async () => {
    const { clock, store } = start();
    clock.now = new Date(from.getTime() + 2 * DAY);
    const expected = arrivedBy(clock.now);
    await until(() => store.items.length === expected.length);
    expect(idsOf(store.items)).toEqual(expected);
    expect(store.largest).toBeLessThanOrEqual(5000);
  });

  it('tries again after failures and skips nothing', async () => {
    const { clock, store, warnings } = start();
    store.failures = 3;
    clock.now = new Date(from.getTime() + 3 * HOUR);
    const expected = arrivedBy(clock.now);
    await until(() => store.items.length === expected.length);
    expect(idsOf(store.items)).toEqual(expected);
    expect(warnings).toHaveLength(3);
  });

  it('writes nothing more once stopped, and a new one goes on from there', async () => {
    const { clock, store } = start();
    clock.now = new Date(from.getTime() + HOUR);
    await until(() => store.items.length === arrivedBy(clock.now).length);
    await simulator?.stop();
    const first = [...store.items];
    const stoppedAt = clock.now;
    clock.now = new Date(from.getTime() + 2 * HOUR);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.items).toEqual(first);

    const second: IngestItem[] = [];
    simulator = startSimulator({
      traffic,
      from: stoppedAt,
      now: () => clock.now,
      ingest: async (batch) => {
        second.push(...batch);
      },
      logger: quiet,
      intervalMs: 1,
    });
    const expected = arrivedBy(clock.now);
    await until(() => first.length + second.length === expected.length);
    expect(idsOf([...first, ...second])).toEqual(expected);
  });
});
