import { expect, it } from 'vitest';
import { onBothStores, thirtyTwoAtOnce } from '../../e2e/support/stores.ts';
import type { MeterDefinition } from '../metering/meter.ts';
import { activeMeters, listMeters, meterForKey, newestMeter, promoteMeter, putMeter } from './meters.ts';
import { readProgress, saveProgress } from './roller-progress.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');

const definition = (more: Partial<MeterDefinition> = {}): MeterDefinition => ({
  description: 'Tokens',
  eventType: 'inference.completed',
  aggregation: 'sum',
  valuePath: '$.tokens',
  // Neither alphabetical nor by length: the order is the operator's.
  dimensions: { model: '$.model', app: '$.app.id', zone: '$.z' },
  unit: 'tokens',
  ...more,
});

onBothStores('meters', (store) => {
  it('begins pending, becomes current, and is replaced', async () => {
    const { queries } = store().database;
    const first = await putMeter(queries, 'life', definition(), NOW);
    expect(first).toEqual({
      meter: {
        ...{ key: 'life', version: 1, state: 'pending', ...definition(), createdAt: NOW.toISOString() },
        ...{ effectiveFrom: null, archivedAt: null },
      },
      created: true,
    });
    expect(Object.keys(first.meter.dimensions)).toEqual(['model', 'app', 'zone']);
    expect(await meterForKey(queries, 'life')).toMatchObject({ version: 1, state: 'pending' });
    expect(await listMeters(queries)).toEqual([]);

    expect(await promoteMeter(queries, 'life', 1)).toBe(true);
    const second = await putMeter(queries, 'life', definition({ unit: 'kilotokens' }), NOW);
    expect(second).toMatchObject({ meter: { version: 2, state: 'pending' }, created: true });
    expect(await meterForKey(queries, 'life')).toMatchObject({ version: 1, state: 'current' });
    expect((await activeMeters(queries)).map((m) => [m.version, m.state])).toEqual([
      [1, 'current'],
      [2, 'pending'],
    ]);

    expect(await promoteMeter(queries, 'life', 2)).toBe(true);
    expect(await meterForKey(queries, 'life')).toMatchObject({ version: 2, state: 'current', unit: 'kilotokens' });
    expect((await activeMeters(queries)).map((m) => m.version)).toEqual([2]);
    expect((await listMeters(queries)).map((m) => m.version)).toEqual([2]);
  });

  it('takes a repeated definition as no change', async () => {
    const { queries } = store().database;
    await putMeter(queries, 'same', definition(), NOW);
    const reordered = definition({ dimensions: { zone: '$.z', model: '$.model', app: '$.app.id' } });
    expect(await putMeter(queries, 'same', reordered, NOW)).toMatchObject({ meter: { version: 1 }, created: false });
    const other = definition({ dimensions: { model: '$.model' } });
    expect(await putMeter(queries, 'same', other, NOW)).toMatchObject({ meter: { version: 2 }, created: true });
    expect(await putMeter(queries, 'same', definition(), NOW)).toMatchObject({ meter: { version: 3 }, created: true });
  });

  it('does not go back to an older version, and knows which exist', async () => {
    const { queries } = store().database;
    for (const unit of ['a', 'b', 'c']) await putMeter(queries, 'forward', definition({ unit }), NOW);
    expect(await promoteMeter(queries, 'forward', 2)).toBe(true);
    expect(await promoteMeter(queries, 'forward', 2)).toBe(true);
    expect(await promoteMeter(queries, 'forward', 1)).toBe(false);
    expect(await meterForKey(queries, 'forward')).toMatchObject({ version: 2 });
    expect(await newestMeter(queries, 'forward')).toMatchObject({ version: 3, state: 'pending' });
    await expect(promoteMeter(queries, 'forward', 4)).rejects.toThrow('meter forward has no version 4');
    await expect(promoteMeter(queries, 'nothing', 1)).rejects.toThrow('meter nothing has no version 1');
    expect(await meterForKey(queries, 'nothing')).toBeNull();
  });

  it.each([
    ['a count with a value', definition({ aggregation: 'count' })],
    ['time without levels', definition({ aggregation: 'time_weighted' })],
    ['levels without time', definition({ levels: 'slots' })],
  ])('refuses %s', async (_, wrong) => {
    await expect(putMeter(store().database.queries, 'wrong', wrong, NOW)).rejects.toThrow();
  });

  it('gives 32 definitions at once 32 versions', async () => {
    const put = await thirtyTwoAtOnce(store(), (node, index) =>
      putMeter(node.queries, 'crowd', definition({ unit: `unit ${index}` }), NOW),
    );
    const versions = put.map(({ meter }) => meter.version).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
  });

  it('gives one definition 32 times at once a single version', async () => {
    const put = await thirtyTwoAtOnce(store(), (node) => putMeter(node.queries, 'echo', definition(), NOW));
    expect(put.map(({ meter }) => meter.version)).toEqual(Array(32).fill(1));
    expect(put.filter(({ created }) => created)).toHaveLength(1);
  });

  it('leaves exactly one current version when many are promoted at once: the newest', async () => {
    const { queries } = store().database;
    for (let unit = 1; unit <= 8; unit++) await putMeter(queries, 'race', definition({ unit: `unit ${unit}` }), NOW);
    const promoted = await thirtyTwoAtOnce(store(), (node, index) =>
      promoteMeter(node.queries, 'race', (index % 8) + 1),
    );
    expect(promoted).toContain(true);
    expect(await activeMeters(queries).then((all) => all.filter((m) => m.key === 'race'))).toMatchObject([
      { version: 8, state: 'current' },
    ]);
  });

  it('remembers how far a roller has come, to the microsecond', async () => {
    const { queries } = store().database;
    expect(await readProgress(queries, 'usage')).toBeNull();
    await saveProgress(queries, 'usage', 1_795_521_600_123_457);
    expect(await readProgress(queries, 'usage')).toEqual({ throughMicros: 1_795_521_600_123_457 });
    await saveProgress(queries, 'usage', 0);
    expect(await readProgress(queries, 'usage')).toEqual({ throughMicros: 0 });
  });
});
