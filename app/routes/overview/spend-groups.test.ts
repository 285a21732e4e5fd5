import { describe, expect, it } from 'vitest';
import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { choiceOfGroup } from '../../spend/group-choice.ts';
import { groupText } from '../../spend/group-name.ts';
import { spendChart } from './spend-groups.ts';

const day = (date: number, state: 'metered' | 'running' | 'future', amount: string | null) => ({
  day: `2026-11-0${date}`,
  from: '',
  to: '',
  state,
  amount,
});

const page: Pick<OverviewPage, 'days' | 'groups' | 'by' | 'marks' | 'unusual'> = {
  by: 'app',
  marks: [{ day: '2026-11-02', text: 'Dyno units ran out', amountExact: '1' }],
  unusual: 'failed',
  days: [day(1, 'metered', '3.5'), day(2, 'running', '1'), day(3, 'future', null)],
  groups: [
    { value: 'web', name: null, change: null, amount: '3', base: '0', count: 1, days: ['2.5', '0.5', null] },
    { value: '', name: null, change: null, amount: '1', base: '0', count: 1, days: ['1', '0', null] },
    { value: null, name: null, change: null, amount: '0.5', base: '0', count: 4, days: ['0', '0.5', null] },
  ],
};

describe('spendChart', () => {
  const model = spendChart(page as OverviewPage, 'USD');

  it('stacks the groups of each day, largest first', () => {
    expect(model.series).toEqual([
      { name: 'web', pattern: 1 },
      { name: 'whole account', pattern: 2 },
      { name: '4 others', pattern: 7 },
    ]);
    expect(model.columns.map(({ state, values }) => [state, values])).toEqual([
      ['metered', [2.5, 1, 0]],
      ['running', [0.5, 0, 0.5]],
      ['future', [0, 0, 0]],
    ]);
  });

  it('ends above the highest day', () => expect([model.top, model.unit]).toEqual([4, 'USD']));

  it('marks the days on which something happened', () => {
    expect(model.columns.map(({ marked }) => marked)).toEqual([false, true, false]);
  });

  it('calls products by their names, and opens them', () => {
    expect(groupText({ value: 'dyno', name: null, count: 1 }, 'product')).toBe('Dynos');
    expect(choiceOfGroup(page.groups, { value: 'dyno' }, 'product')).toEqual({ product: 'dyno' });
  });
});

describe('groupText', () => {
  it.each([
    ['app', { value: 'web', name: null, change: null, count: 1 }, 'web'],
    ['app', { value: '', name: null, count: 1 }, 'whole account'],
    ['app', { value: null, name: null, change: null, count: 1 }, '1 other'],
    ['team', { value: null, name: null, count: 7 }, '7 others'],
    ['team', { value: '', name: null, count: 1 }, 'no team'],
    ['team', { value: 'crew', name: 'Crew', count: 1 }, 'Crew'],
    ['price', { value: 'dyno.m', name: 'Dynos of size m', count: 1 }, 'Dynos of size m'],
    ['price', { value: 'corrections', name: null, count: 1 }, 'Corrections of earlier invoices'],
  ] as const)('by %s, %j is %s', (by, group, text) => expect(groupText(group, by)).toBe(text));
});

describe('choiceOfGroup', () => {
  it.each([
    ['app', { value: 'web' }, { app: 'web' }],
    ['app', { value: '' }, { app: '' }],
    ['team', { value: '' }, { team: '' }],
    ['price', { value: 'dyno.m' }, { price: 'dyno.m' }],
    // All that have no name of their own.
    ['app', { value: null }, { exceptApps: ['web', ''] }],
    ['team', { value: null }, { exceptTeams: ['web', ''] }],
    ['product', { value: null }, { exceptProducts: ['web', ''] }],
    ['price', { value: null }, { exceptPrices: ['web', ''] }],
  ] as const)('by %s, %j chooses %j', (by, group, choice) =>
    expect(choiceOfGroup(page.groups, group, by)).toEqual(choice),
  );
});
