import { describe, expect, it } from 'vitest';
import type { SpendHour } from '#server/pages/spend-pages.types.ts';
import { NO_GROUPS } from '../../spend/testing/no-groups.ts';
import { choiceOfPage } from './choice-of-page.ts';
import { hourNames, hourOf, hoursChart } from './hours-chart.ts';

const hour = (from: string, minutes = 60): SpendHour => ({
  from,
  to: new Date(Date.parse(from) + minutes * 60_000).toISOString(),
  state: 'metered',
  amount: '1',
});

describe('hourNames', () => {
  it('tells an hour that clocks show twice from the first of them', () => {
    const hours = ['2026-10-24T23:00:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'];
    expect(
      hourNames(
        hours.map((from) => hour(from)),
        'Europe/Berlin',
      ),
    ).toEqual(['01:00', '02:00', '02:00 again', '03:00']);
  });

  it('leaves out what clocks do not show', () => {
    const hours = ['2026-03-29T00:00:00Z', '2026-03-29T01:00:00Z'].map((from) => hour(from));
    expect(hourNames(hours, 'Europe/Berlin')).toEqual(['01:00', '03:00']);
  });
});

describe('hourOf', () => {
  const hours = [hour('2026-11-24T04:00:00Z'), hour('2026-11-24T05:00:00Z')];
  it.each([
    ['2026-11-24T04:41:10Z', 0],
    ['2026-11-24T05:00:00Z', 1],
    ['2026-11-24T06:00:00Z', -1],
  ])('%s is in %i', (at, index) => expect(hourOf(hours, at)).toBe(index));
});

it('hoursChart stacks the groups of each hour, and marks those in which something happened', () => {
  const hours: SpendHour[] = [
    hour('2026-11-24T04:00:00Z'),
    { ...hour('2026-11-24T05:00:00Z'), state: 'future', amount: null },
  ];
  const group = (value: string | null, ...of: (string | null)[]) => ({
    ...{
      value,
      name: null,
      change: null,
      usual: null,
      count: value === null ? 3 : 1,
      amount: '0',
      charges: [],
      hours: of,
      ofNoHour: '0',
    },
  });
  const page = {
    account: { id: 'a', name: 'A', timeZone: 'UTC', kind: 'team' },
    by: 'app' as const,
    marks: [{ at: '2026-11-24T04:41:00Z', text: 'Dyno units ran out', amountExact: '1' }],
  };
  const model = hoursChart(page, hours, [group('web', '2.5', null), group(null, '-1', null)], 'USD');
  expect(model.series.map(({ name }) => name)).toEqual(['web', '3 others']);
  expect(model.columns.map(({ label, state, values, marked }) => [label, state, values, marked])).toEqual([
    ['04:00', 'metered', [2.5, 0], true],
    [null, 'future', [0, 0], false],
  ]);
});

describe('choiceOfPage', () => {
  it.each([
    [{ chosen: null, by: 'app' }, {}],
    [{ chosen: null, by: 'product' }, { by: 'product' }],
    [{ chosen: { ...NO_GROUPS, app: '' }, by: 'product' }, { app: '' }],
    [
      { chosen: { ...NO_GROUPS, app: 'web' }, by: 'app' },
      { app: 'web', by: 'app' },
    ],
    [{ chosen: { ...NO_GROUPS, exceptApps: ['web'] }, by: 'app' }, { exceptApps: ['web'] }],
    [
      { chosen: { ...NO_GROUPS, team: '', exceptPrices: ['dyno.m'] }, by: 'team' },
      { team: '', exceptPrices: ['dyno.m'], by: 'team' },
    ],
  ] satisfies [Parameters<typeof choiceOfPage>[0], object][])('%j is asked for by %j', (page, choice) => {
    expect(choiceOfPage(page)).toEqual(choice);
  });
});
