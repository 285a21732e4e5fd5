import { describe, expect, it } from 'vitest';
import type { Meter } from '../domain/meter.ts';
import { MeterRegistry } from './registry.ts';

type Active = Meter & { state: 'pending' | 'current' };

const meter = (key: string, version: number, state: Active['state'], more: Partial<Meter> = {}): Active => ({
  key,
  version,
  state,
  createdAt: '2026-11-24T00:00:00.000Z',
  description: '',
  eventType: 't',
  aggregation: 'count',
  dimensions: {},
  unit: 'things',
  ...more,
});

function registryOf(...first: Active[]) {
  const active = { meters: first };
  return { registry: new MeterRegistry(async () => active.meters), active };
}

describe('the registry', () => {
  it('is empty before it was read', () => {
    const { registry } = registryOf(meter('a', 1, 'current'));
    expect(registry.readersOf('t')).toEqual([]);
    expect(registry.current('a')).toBeUndefined();
  });

  it('reads an event under every active version, and answers by the current one', async () => {
    const { registry } = registryOf(
      meter('b', 1, 'current'),
      meter('a', 1, 'current'),
      meter('a', 2, 'pending'),
      meter('c', 1, 'pending', { eventType: 'other' }),
    );
    expect(await registry.reload()).toBe(true);
    expect(registry.readersOf('t').map(({ key, version }) => `${key} ${version}`)).toEqual(['b 1', 'a 1', 'a 2']);
    expect(registry.readersOf('other')).toHaveLength(1);
    expect(registry.readersOf('unknown')).toEqual([]);
    expect(registry.current('a')?.version).toBe(1);
    expect(registry.current('c')).toBeUndefined();
    expect(registry.currentMeters().map(({ key }) => key)).toEqual(['a', 'b']);
    expect(registry.pending().map(({ key, version }) => `${key} ${version}`)).toEqual(['a 2', 'c 1']);
  });

  it('has a new revision exactly when a version came, went or was promoted', async () => {
    const { registry, active } = registryOf(meter('a', 1, 'current'));
    const changes: boolean[] = [];
    const revisions = new Set([registry.revision]);
    for (const meters of [
      active.meters,
      active.meters,
      [meter('a', 1, 'current'), meter('a', 2, 'pending')],
      [meter('a', 2, 'pending'), meter('a', 1, 'current')],
      [meter('a', 2, 'current')],
      [],
    ]) {
      active.meters = meters;
      changes.push(await registry.reload());
      revisions.add(registry.revision);
    }
    expect(changes).toEqual([true, false, true, false, true, true]);
    expect(revisions.size).toBe(5);
    expect(registry.current('a')).toBeUndefined();
  });

  it('tells which versions hold levels, and how', async () => {
    const { registry } = registryOf(
      meter('dyno', 1, 'current', { aggregation: 'time_weighted', levels: 'slots', valuePath: '$.n' }),
      meter('disk', 1, 'pending', { aggregation: 'time_weighted', levels: 'amount', valuePath: '$.n' }),
      meter('disk', 2, 'pending', { aggregation: 'sum', valuePath: '$.n' }),
    );
    await registry.reload();
    expect(registry.levelsOf('dyno', 1)?.at(0)).toBe('slots');
    expect(registry.levelsOf('disk', 1)?.at(0)).toBe('amount');
    expect(registry.levelsOf('disk', 2)).toBeNull();
    expect(registry.levelsOf('dyno', 2)).toBeNull();
  });

  it('tells which versions are asked for their latest value, and does not rule it out of one it does not know', async () => {
    const { registry } = registryOf(
      meter('plan', 1, 'current', { aggregation: 'latest', valuePath: '$.n' }),
      meter('plan', 2, 'pending', { aggregation: 'sum', valuePath: '$.n' }),
    );
    await registry.reload();
    expect(registry.latestOf('plan', 1)).toBe(true);
    expect(registry.latestOf('plan', 2)).toBe(false);
    expect(registry.latestOf('plan', 3)).toBe(true);
  });
});
