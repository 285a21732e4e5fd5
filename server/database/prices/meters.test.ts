import { readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { MeterDefinition } from '../../domain/meter.ts';
import { putAccount } from '../accounts/accounts.ts';
import { MIGRATIONS } from '../migrations-folder.ts';
import { readProgress, saveProgress } from '../roller-progress.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import {
  activeMeters,
  archiveMeter,
  listMeters,
  meterForKey,
  meterHistory,
  metersAtVersions,
  meterTimeline,
  newestMeter,
  promoteMeter,
  putMeter,
} from './meters.ts';

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

/** What the migration that gave meters a history does with rows that were there. */
async function backfill(): Promise<string> {
  const text = await readFile(`${MIGRATIONS}/0006_issued_stays_issued.sql`, 'utf8');
  const statement = text.split('--> statement-breakpoint').find((each) => each.includes('INSERT INTO "meters"'));
  if (statement === undefined) throw new Error('the migration writes no meters');
  return statement;
}

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

  it('says what it was from when to when, whatever the order it was written in', async () => {
    const { queries } = store().database;
    const at = (day: number) => new Date(Date.UTC(2026, 10, day));
    await putMeter(queries, 'timeline', definition({ unit: 'a' }), NOW);
    await putMeter(queries, 'timeline', definition({ unit: 'b' }), NOW, { effectiveFrom: at(10), changedBy: 'key:k' });
    const third = await putMeter(queries, 'timeline', definition({ unit: 'c' }), NOW, {
      ...{ effectiveFrom: at(5), changedBy: 'user:u', reason: 'Counted wrong' },
    });
    expect(third).toMatchObject({ meter: { version: 3, unit: 'c', effectiveFrom: at(5).toISOString() } });
    // The same from an instant on is no change, wherever that instant lies.
    for (const [unit, day] of [
      ['c', 7],
      ['b', 12],
      ['b', 10],
    ] as const) {
      const again = await putMeter(queries, 'timeline', definition({ unit }), NOW, { effectiveFrom: at(day) });
      expect(again).toMatchObject({ created: false, meter: { version: 3, unit } });
    }
    const micros = (day: number) => at(day).getTime() * 1000;
    const units = (rulings: readonly { from: number | null; definition: MeterDefinition | null }[] | undefined) =>
      rulings?.map(({ from, definition: said }) => [from, said?.unit]);
    const versions = [1, 2, 3].map((version) => ({ key: 'timeline', version }));
    expect((await metersAtVersions(queries, versions)).map(({ rulings }) => units(rulings))).toEqual([
      undefined,
      [
        [null, 'a'],
        [micros(10), 'b'],
      ],
      [
        [null, 'a'],
        [micros(5), 'c'],
        [micros(10), 'b'],
      ],
    ]);
    await promoteMeter(queries, 'timeline', 3);
    expect(await meterForKey(queries, 'timeline', at(4))).toMatchObject({ unit: 'a', effectiveFrom: null });
    expect(await meterForKey(queries, 'timeline', at(6))).toMatchObject({ unit: 'c', version: 3 });
    expect(await meterForKey(queries, 'timeline')).toMatchObject({ unit: 'b', effectiveFrom: at(10).toISOString() });
    const writing = (from: Date | null, unit: string, changedBy: string | null, reason: string | null) => ({
      ...{ effectiveFrom: from?.toISOString() ?? null, changedAt: NOW.toISOString(), changedBy, reason },
      value: definition({ unit }),
    });
    expect(await meterHistory(queries, 'timeline')).toEqual([
      writing(null, 'a', null, null),
      writing(at(10), 'b', 'key:k', null),
      writing(at(5), 'c', 'user:u', 'Counted wrong'),
    ]);
    expect(await meterHistory(queries, 'nothing')).toEqual([]);
  });

  it('is archived, and taken up again', async () => {
    const { queries } = store().database;
    expect(await archiveMeter(queries, 'gone', NOW)).toBeNull();
    await putMeter(queries, 'gone', definition(), NOW);
    const later = new Date(NOW.getTime() + 1_000);
    const archived = await archiveMeter(queries, 'gone', later, { changedBy: 'key:k' });
    expect(archived).toMatchObject({ created: true, meter: { version: 2, archivedAt: later.toISOString() } });
    expect(archived?.meter).toMatchObject(definition());
    expect(await archiveMeter(queries, 'gone', new Date(later.getTime() + 1_000))).toMatchObject({ created: false });
    await promoteMeter(queries, 'gone', 2);
    expect((await listMeters(queries)).find(({ key }) => key === 'gone')?.archivedAt).toBe(later.toISOString());
    const again = await putMeter(queries, 'gone', definition(), new Date(later.getTime() + 2_000));
    expect(again).toMatchObject({ created: true, meter: { version: 3, archivedAt: null } });
    expect((await meterTimeline(queries, 'gone')).map(({ value }) => value === null)).toEqual([false, true, false]);
    expect((await meterHistory(queries, 'gone')).map(({ value }) => value === null)).toEqual([false, true, false]);
  });

  it('measures on as before when its history begins; what an earlier version was invoiced by keeps that', async () => {
    const { queries } = store().database;
    for (const key of ['kept', 'invoiced', 'twice']) {
      for (const unit of ['a', 'b', 'c'])
        await putMeter(queries, key, definition({ unit }), NOW, { effectiveFrom: null });
      await promoteMeter(queries, key, 3);
    }
    const account = { id: 'history', name: 'H', kind: 'team', currency: 'USD', timeZone: 'UTC', anchorDay: 1 } as const;
    await putAccount(queries, { ...account, taxPercent: '0' }, NOW);
    const frozen = [
      {
        month: 7,
        meters: [
          { key: 'kept', version: 3 },
          { key: 'invoiced', version: 1 },
          { key: 'twice', version: 1 },
        ],
      },
      {
        month: 8,
        meters: [
          { key: 'invoiced', version: 1 },
          { key: 'twice', version: 2 },
        ],
      },
      {
        month: 9,
        meters: [
          { key: 'invoiced', version: 3 },
          { key: 'twice', version: 3 },
        ],
      },
    ];
    for (const { month, meters } of frozen) {
      const [from, to] = [new Date(Date.UTC(2026, month, 1)), new Date(Date.UTC(2026, month + 1, 1))];
      await queries.execute(sql`
        INSERT INTO invoices (id, account_id, period_key, period_from, period_to, state, sequence, number, currency, content,
          content_sha256, metered_through_micros, versions, total, finalized_at, minor_unit, time_zone, content_form)
        VALUES (${`history-${month}`}, 'history', ${from.toISOString().slice(0, 7)}, ${from.toISOString()}::timestamptz,
          ${to.toISOString()}::timestamptz, 'final', ${month}, ${`H-${month}`}, 'USD', '{}', ${'0'.repeat(64)}, 0,
          ${JSON.stringify({ meters })}::json, 0, ${NOW.toISOString()}::timestamptz, 2, 'UTC', 1)`);
    }
    await queries.execute(sql.raw(await backfill()));
    const timeline = async (key: string) =>
      (await meterTimeline(queries, key)).map(({ from, value }) => [
        Number.isFinite(from) ? new Date(from / 1000).toISOString().slice(0, 10) : null,
        value?.unit,
      ]);
    expect(await timeline('kept')).toEqual([[null, 'c']]);
    expect(await timeline('invoiced')).toEqual([
      [null, 'a'],
      ['2026-10-01', 'c'],
    ]);
    expect(await timeline('twice')).toEqual([
      [null, 'a'],
      ['2026-09-01', 'b'],
      ['2026-10-01', 'c'],
    ]);
    // What was rolled under the old versions is still read as it was.
    expect(await metersAtVersions(queries, [{ key: 'twice', version: 2 }])).toMatchObject([{ unit: 'b' }]);
    expect((await metersAtVersions(queries, [{ key: 'twice', version: 2 }]))[0]?.rulings).toBeUndefined();
    const states = (await activeMeters(queries)).filter(({ key }) => ['kept', 'invoiced', 'twice'].includes(key));
    expect(states.map(({ key, version, state }) => `${key} ${version} ${state}`)).toEqual([
      'invoiced 3 current',
      'invoiced 5 pending',
      'kept 3 current',
      'twice 3 current',
      'twice 6 pending',
    ]);
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
