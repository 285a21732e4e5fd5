import { describe, expect, it } from 'vitest';
import type { MeterDefinition, MeterRuling } from '../domain/meter.ts';
import { compileMeter, extract } from './extract.ts';
import { intervalsOf } from './intervals.ts';
import { levelTimesOf, meterIn, stretchesOf } from './stretches.ts';

const definition = (more: Partial<MeterDefinition> = {}): MeterDefinition => ({
  ...{ description: '', eventType: 't', aggregation: 'sum', valuePath: '$.v', dimensions: {}, unit: 'things' },
  ...more,
});
const LEVELS = { aggregation: 'time_weighted', levels: 'slots' } as const;

/** A meter by what rules from which instant on; `null` for archived. */
function meter(...changes: [number | null, Partial<MeterDefinition> | null][]) {
  const rulings = changes.map(
    ([from, more], i): MeterRuling => ({
      from,
      to: changes[i + 1]?.[0] ?? null,
      definition: more === null ? null : definition(more),
    }),
  );
  const last = rulings.findLast((ruling) => ruling.definition !== null)?.definition ?? definition();
  return compileMeter({ ...last, key: 'm', version: changes.length, createdAt: '2026-11-28T00:00:00.000Z', rulings });
}
const stretches = (changed: ReturnType<typeof meter>, from = 0, to = 100) =>
  stretchesOf(changed, { from, to }).map((each) => [each.meter.aggregation, each.from, each.to]);

describe('an event', () => {
  const changed = meter(
    [null, { dimensions: { app: '$.app' } }],
    [50, { valuePath: '$.w', dimensions: { zone: '$.z' } }],
    [70, { eventType: 'u' }],
    [80, null],
  );
  const data = { v: 1, w: 1000, app: 'shop', z: 'eu' };
  const read = (time: number, type = 't') => extract([changed], { type, time, data }).extracted[0];

  it('is read by the definition that ruled when it happened, with the dimensions of all of them', () => {
    expect(changed.dimensionNames).toEqual(['app', 'zone']);
    expect(read(49)).toMatchObject({ value: '1', dimensions: ['shop', ''] });
    expect(read(50)).toMatchObject({ value: '1000', dimensions: ['', 'eu'] });
    expect(read(70, 'u')).toMatchObject({ value: '1', dimensions: ['', ''] });
  });

  it('of another type than then adds nothing and is no fault, nor is one that happens after the meter was archived', () => {
    expect(extract([changed], { type: 'u', time: 69, data })).toEqual({ extracted: [], faults: [] });
    expect(extract([changed], { type: 't', time: 70, data: {} })).toEqual({ extracted: [], faults: [] });
    expect(extract([changed], { type: 'u', time: 80, data: {} })).toEqual({ extracted: [], faults: [] });
  });

  it('before a meter begins adds nothing', () => {
    const late = meter([50, {}]);
    expect(extract([late], { type: 't', time: 49, data }).extracted).toEqual([]);
    expect(extract([late], { type: 't', time: 50, data }).extracted).toHaveLength(1);
  });
});

describe('stretches', () => {
  it('are one where only a path, a type, a dimension or a unit changed', () => {
    const changed = meter([null, {}], [20, { valuePath: '$.w' }], [40, { eventType: 'u', unit: 'other' }]);
    expect(stretches(changed)).toEqual([['sum', 0, 100]]);
    expect(meterIn(changed, { from: 0, to: 100 })).toMatchObject({ unit: 'other', aggregation: 'sum' });
    expect(meterIn(changed, { from: 0, to: 40 })).toMatchObject({ unit: 'things', eventType: 't' });
  });

  it.each<[string, [number | null, Partial<MeterDefinition> | null][], unknown[]]>([
    [
      'sum, then max',
      [
        [null, {}],
        [50, { aggregation: 'max' }],
      ],
      [
        ['sum', 0, 50],
        ['max', 50, 100],
      ],
    ],
    [
      'max, then sum',
      [
        [null, { aggregation: 'max' }],
        [50, {}],
      ],
      [
        ['max', 0, 50],
        ['sum', 50, 100],
      ],
    ],
    [
      'count, then sum',
      [
        [null, { aggregation: 'count' }],
        [50, {}],
      ],
      [['sum', 0, 100]],
    ],
    [
      'slots, then amounts',
      [
        [null, LEVELS],
        [50, { ...LEVELS, levels: 'amount' }],
      ],
      [
        ['time_weighted', 0, 50],
        ['time_weighted', 50, 100],
      ],
    ],
    [
      'unique, archived, unique',
      [
        [null, { aggregation: 'unique' }],
        [40, null],
        [60, { aggregation: 'unique' }],
      ],
      [['unique', 0, 100]],
    ],
    [
      'sum, archived, max',
      [
        [null, {}],
        [40, null],
        [60, { aggregation: 'max' }],
      ],
      [
        ['sum', 0, 40],
        ['max', 60, 100],
      ],
    ],
    [
      'a change before the span',
      [
        [null, {}],
        [0, { aggregation: 'max' }],
      ],
      [['max', 0, 100]],
    ],
    [
      'a change at its end',
      [
        [null, {}],
        [100, { aggregation: 'max' }],
      ],
      [['sum', 0, 100]],
    ],
    [
      'archived all the time',
      [
        [null, {}],
        [0, null],
      ],
      [],
    ],
  ])('of %s', (_, changes, expected) => expect(stretches(meter(...changes))).toEqual(expected));

  it('of an ordinary meter are the meter itself', () => {
    const plain = compileMeter({ ...definition(), key: 'm', version: 1, createdAt: '' });
    const [only, ...others] = stretchesOf(plain, { from: 0, to: 9 });
    expect(only?.meter).toBe(plain);
    expect(others).toEqual([]);
    expect(meterIn(plain, { from: 0, to: 9 })).toBe(plain);
  });

  it.each<[Partial<MeterDefinition>, Partial<MeterDefinition>, string]>([
    [{}, { aggregation: 'max' }, 'max'],
    [{ aggregation: 'unique' }, {}, 'unique'],
    [{ aggregation: 'max' }, { aggregation: 'latest' }, 'latest'],
    [LEVELS, {}, 'time_weighted'],
  ])('%j and %j together are read like one that does not add up', (first, second, aggregation) => {
    expect(meterIn(meter([null, first], [50, second]), { from: 0, to: 100 }).aggregation).toBe(aggregation);
  });
});

describe('levels', () => {
  const event = (time: number, level: string) => ({ time, source: '/s', id: `e${time}`, level, dimensions: [] });
  const told = (changed: ReturnType<typeof meter>, ...events: ReturnType<typeof event>[]) =>
    intervalsOf(levelTimesOf(changed) ?? 'amount', [], events)
      .map(({ slot, startsAt, endsAt, level }) => [slot, startsAt, endsAt > 1e15 ? 'open' : endsAt, level])
      .sort((a, b) => Number(a[1]) - Number(b[1]));

  it('go on where only the path or the type changed', () => {
    const renamed = meter([null, LEVELS], [50, { ...LEVELS, eventType: 'u', valuePath: '$.w' }]);
    expect(levelTimesOf(renamed)).toMatchObject({ isMixed: false, ends: [] });
    expect(told(renamed, event(10, '1'), event(60, '0'))).toEqual([[1, 10, 60, '1']]);
  });

  it('end where the meter is archived and begin anew when it is taken up', () => {
    const archived = meter([null, LEVELS], [50, null], [70, LEVELS]);
    expect(told(archived, event(10, '2'))).toEqual([
      [1, 10, 50, '1'],
      [2, 10, 50, '1'],
    ]);
    expect(told(archived, event(10, '1'), event(80, '1'))).toEqual([
      [1, 10, 50, '1'],
      [1, 80, 'open', '1'],
    ]);
  });

  it('end where amounts follow slots; an event at that instant is of what follows', () => {
    const changed = meter([null, LEVELS], [50, { ...LEVELS, levels: 'amount' }]);
    expect(told(changed, event(10, '2'), event(50, '7'), event(60, '0'))).toEqual([
      [1, 10, 50, '1'],
      [2, 10, 50, '1'],
      [0, 50, 60, '7'],
    ]);
  });

  it('are computed the same from an event in the middle on', () => {
    const changed = meter([null, LEVELS], [50, {}], [70, LEVELS]);
    const events = [event(10, '2'), event(20, '1'), event(55, '9'), event(75, '1')];
    const times = levelTimesOf(changed) as NonNullable<ReturnType<typeof levelTimesOf>>;
    expect(times.isMixed).toBe(true);
    const all = intervalsOf(times, [], events);
    expect(all.map(({ slot, startsAt, endsAt }) => [slot, startsAt, Math.min(endsAt, 99)])).toEqual([
      [2, 10, 20],
      [1, 10, 50],
      [1, 75, 99],
    ]);
    for (const since of [15, 20, 45, 50, 55, 75]) {
      const before = all.filter(({ startsAt, endsAt }) => startsAt < since && endsAt >= since);
      const again = intervalsOf(
        times,
        before,
        events.filter(({ time }) => time >= since),
      );
      const kept = all.filter(({ endsAt }) => endsAt < since);
      expect(new Set([...kept, ...again].map((each) => JSON.stringify(each)))).toEqual(
        new Set(all.map((each) => JSON.stringify(each))),
      );
    }
  });
});
