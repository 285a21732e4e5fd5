import { describe, expect, it } from 'vitest';
import type { Aggregation } from '#server/domain/aggregation.ts';
import type { UsagePage } from '#server/usage/usage.types.ts';
import { chartModel } from './chart-model.ts';

type Chosen = NonNullable<UsagePage['chosen']>;

const chosen = (aggregation: Aggregation, unit = 'tokens'): Chosen => ({
  meter: { key: 'm', description: 'Tokens', unit, aggregation, dimensions: ['app'], quantity: '10' },
  groupBy: 'app',
  groups: [
    { value: 'web', quantity: '6', count: 1 },
    { value: '', quantity: '3', count: 1 },
    { value: null, quantity: '1', count: 4 },
  ],
  days: [
    { from: '', to: '', day: '2026-11-01', state: 'metered', quantity: '7200', byGroup: ['3600', null, '3600'] },
    { from: '', to: '', day: '2026-11-02', state: 'running', quantity: '3600', byGroup: ['3600', null, null] },
    { from: '', to: '', day: '2026-11-03', state: 'future', quantity: null, byGroup: [null, null, null] },
  ],
});

describe('chartModel', () => {
  it('stacks groups that add up', () => {
    const model = chartModel(chosen('sum'));
    expect(model.series).toEqual([
      { name: 'web', pattern: 1 },
      { name: 'no app', pattern: 2 },
      { name: '4 others', pattern: 7 },
    ]);
    expect(model.columns.map((c) => c.values)).toEqual([
      [3600, 0, 3600],
      [3600, 0, 0],
      [0, 0, 0],
    ]);
    // The next tick above the highest day.
    expect(model.top).toBe(8000);
  });

  it('shows running time in hours', () => {
    const model = chartModel(chosen('time_weighted', 'dyno-seconds'));
    expect(model.unit).toBe('dyno-hours');
    expect(model.columns[0]?.values).toEqual([1, 0, 1]);
    expect(model.top).toBe(2);
  });

  it('never stacks what does not add up', () => {
    const model = chartModel(chosen('max'));
    expect(model.series).toEqual([{ name: 'Tokens', pattern: 1 }]);
    expect(model.columns.map((c) => c.values)).toEqual([[7200], [3600], [0]]);
  });
});
