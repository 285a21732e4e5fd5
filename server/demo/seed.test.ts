import { describe, expect, it } from 'vitest';
import { METERS } from '../catalog/catalog.ts';
import { DEMO_USERS } from './accounts.ts';
import { DAY } from './calendar.ts';
import { receivedAt } from './demo-event.ts';
import { type IngestItem, type SeedDeps, seedDemo } from './seed.ts';
import { createDemoTraffic } from './traffic.ts';

const from = new Date('2026-08-01T00:00:00Z');
const now = new Date(from.getTime() + 4 * DAY + 12_345);
const traffic = createDemoTraffic({ seed: 5, anchor: from });

function recorder() {
  const written: string[] = [];
  const batches: IngestItem[][] = [];
  const progress: [number, number, number][] = [];
  const deps: SeedDeps = {
    putMeter: async (key) => written.push(`meter ${key}`),
    putAccount: async ({ id }) => written.push(`account ${id}`),
    putTeam: async ({ accountId, id }) => written.push(`team ${accountId}/${id}`),
    putApp: async ({ accountId, id, teamId }) => written.push(`app ${accountId}/${teamId ?? '-'}/${id}`),
    putUser: async ({ email }) => written.push(`user ${email}`),
    putPricing: async () => written.push('pricing'),
    ingest: async (batch) => {
      batches.push(batch);
    },
    closePeriods: async () => {},
    traffic,
    from,
    now,
    onProgress: (...at) => progress.push(at),
  };
  return { deps, written, batches, progress };
}

describe('seeding', () => {
  it('writes meters, accounts, teams, apps and people before any event', async () => {
    const { deps, written, batches } = recorder();
    deps.ingest = async (batch) => {
      expect(written).toContain('user ada@acme.example');
      expect(written).toContain('pricing');
      batches.push(batch);
    };
    await seedDemo(deps);
    expect(written.filter((line) => line.startsWith('meter'))).toHaveLength(Object.keys(METERS).length);
    expect(written.filter((line) => line.startsWith('user'))).toHaveLength(DEMO_USERS.length);
    expect(written.filter((line) => line.startsWith('team acme/'))).toHaveLength(4);
    expect(written.filter((line) => line.startsWith('app acme/'))).toHaveLength(22);
    expect(written.indexOf('team acme/labs')).toBeLessThan(written.indexOf('app acme/labs/acme-ml'));
    expect(written).toContain('app conversations/serving/conversation-service');
  });

  it('hands over exactly what has arrived by now, in the order of receipt', async () => {
    const { deps, batches } = recorder();
    const events = await seedDemo(deps);
    const items = batches.flat();
    const arrived = [...traffic.eventsBetween(from, now)].filter((event) => receivedAt(event) <= now.getTime());
    expect(items.map(({ event }) => event.id).toSorted()).toEqual(arrived.map(({ event }) => event.id).toSorted());
    expect(events).toBe(items.length);
    const times = items.map((item) => item.receivedAt.getTime());
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(5000);
  });

  it('closes each month when its grace time is over, with everything that had arrived by then', async () => {
    const { deps, batches } = recorder();
    const closed: { asOf: Date; lastReceived: Date; stored: number }[] = [];
    deps.closePeriods = async (asOf, lastReceived) => {
      closed.push({ asOf, lastReceived, stored: batches.flat().length });
    };
    // Two months, less the grace time of the second.
    await seedDemo({ ...deps, now: new Date('2026-10-02T23:59:59Z') });
    expect(closed.map(({ asOf }) => asOf)).toEqual([new Date('2026-09-03T00:00:00Z')]);
    for (const { asOf, lastReceived, stored } of closed) {
      const before = batches.flat().filter(({ receivedAt: at }) => at <= asOf);
      expect(before.at(-1)?.receivedAt).toEqual(lastReceived);
      expect(stored).toBeGreaterThanOrEqual(before.length);
    }
  });

  it('stores what is late for a month only when that is closed', async () => {
    const { deps, batches } = recorder();
    let closed = 0;
    deps.closePeriods = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      closed += 1;
    };
    const late = new Set(
      traffic.stragglersBetween(from, new Date('2026-11-01T00:00:00Z')).map(({ event }) => event.id),
    );
    deps.ingest = async (batch) => {
      if (batch.some(({ event }) => late.has(event.id))) expect(closed).toBe(2);
      batches.push(batch);
    };
    await seedDemo({ ...deps, now: new Date('2026-10-26T00:00:00Z') });
    const stored = batches.flat().filter(({ event }) => late.has(event.id));
    expect(stored).toHaveLength(late.size);
    expect(late.size).toBeGreaterThan(0);
  });

  it('fails when a month cannot be closed', async () => {
    const { deps } = recorder();
    deps.closePeriods = () => Promise.reject(new Error('no price'));
    await expect(seedDemo({ ...deps, now: new Date('2026-09-04T00:00:00Z') })).rejects.toThrow('no price');
  });

  it('reports progress up to its end', async () => {
    const { deps, progress } = recorder();
    const events = await seedDemo(deps);
    expect(progress.at(-1)).toEqual([97, 97, events]);
    expect(progress.every(([done, total]) => done <= total)).toBe(true);
  });
});
