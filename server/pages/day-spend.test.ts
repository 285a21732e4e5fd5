import { describe, expect, it } from 'vitest';
import type { InvoiceDays, LineDays } from '../billing/invoices/invoice-days.ts';
import type { Grouping } from '../domain/grouping.ts';
import type { ChargeHours, DayHours } from '../explanation/levels/hours-of-day.ts';
import { spentOn } from './day-spend.ts';
import { type AccountTeams, NO_TEAMS } from './grouping/account-teams.ts';

const line = (chargeId: string, priceKey: string, app: string, amount: string, base = '0'): LineDays => ({
  ...{ chargeId, description: chargeId, priceKey, lineValues: { app }, amountExact: '0', base },
  amounts: [amount, null],
});
const LINES = [
  line('a', 'dyno.one', 'web', '3'),
  line('b', 'addon.redis', 'web', '0.25'),
  line('c', 'dyno.one', 'api', '4'),
  line('d', 'dyno.one', 'idle', '0', '2'),
  ...['s', 't', 'u', 'v', 'w', 'x'].map((app) => line(app, 'storage.gb', app, '0.1')),
];
const DAYS = {
  lines: LINES,
  days: [
    { day: '2026-11-24', from: '', to: '', state: 'running', amount: '7.85' },
    { day: '2026-11-25', from: '', to: '', state: 'future', amount: null },
  ],
} as unknown as InvoiceDays;
const HOURS: DayHours = {
  hours: [
    { from: '0', to: '1', state: 'metered' },
    { from: '1', to: '2', state: 'running' },
    { from: '2', to: '3', state: 'future' },
  ],
  amountsOf: new Map([
    ['a', { hours: ['1', '2', null], ofNoHour: '0' }],
    // A license in money ran out.
    ['b', { hours: ['0.2', '0.049999999999', null], ofNoHour: '0.000000000001' }],
    ['c', { hours: ['4', '0', null], ofNoHour: '0' }],
    ['d', { hours: ['0', '0', null], ofNoHour: '0' }],
    ...['s', 't', 'u', 'v', 'w', 'x'].map((id): [string, ChargeHours] => [
      id,
      { hours: ['0.1', '0', null], ofNoHour: '0' },
    ]),
  ]),
};
const TEAMS: AccountTeams = {
  teamOf: new Map([
    ['web', 'crew'],
    ['s', 'crew'],
  ]),
  names: new Map([['crew', 'Crew']]),
};
const asked = (by: Grouping, choice = {}) =>
  spentOn(DAYS, { day: '2026-11-24', by, choice, teams: TEAMS }, HOURS, null);

describe('a day by group and by hour', () => {
  it('names the largest apps, each with its charges, and tells the others together', () => {
    const spent = asked('app');
    expect(spent?.groups.map(({ value, count, amount }) => [value, count, amount])).toEqual([
      ['api', 1, '4'],
      ['web', 1, '3.25'],
      ...['s', 't', 'u', 'v'].map((app) => [app, 1, '0.1']),
      [null, 2, '0.2'],
    ]);
    expect(spent?.groups[1]?.charges.map(({ chargeId, amountExact }) => [chargeId, amountExact])).toEqual([
      ['a', '3'],
      ['b', '0.25'],
    ]);
    expect([spent?.sum, spent?.ofNothing]).toEqual(['7.85', 1]);
    expect(spent?.ofNoDay).toMatchObject({ sum: '2', charges: [{ chargeId: 'd' }] });
  });

  it('names every product, and adds up its hours and what is of none', () => {
    const spent = asked('product');
    expect(spent?.groups.map(({ value, amount, hours, ofNoHour }) => [value, amount, hours, ofNoHour])).toEqual([
      ['dyno', '7', ['5', '2', null], '0'],
      ['storage', '0.6', ['0.6', '0', null], '0'],
      ['addon', '0.25', ['0.2', '0.049999999999', null], '0.000000000001'],
    ]);
    expect(spent?.hours).toEqual({
      each: HOURS.hours.map((hour, i) => ({ ...hour, amount: ['5.8', '2.049999999999', null][i] })),
      ofNoHour: '0.000000000001',
    });
  });

  it('names teams, of which an app is or is not, and prices', () => {
    const told = (by: Grouping, choice = {}) =>
      asked(by, choice)?.groups.map(({ value, name, amount }) => [value, name, amount]);
    expect(told('team')).toEqual([
      ['', null, '4.5'],
      ['crew', 'Crew', '3.35'],
    ]);
    expect(told('price', { team: 'crew' })).toEqual([
      ['dyno.one', 'a', '3'],
      ['addon.redis', 'b', '0.25'],
      ['storage.gb', 's', '0.1'],
    ]);
    expect(told('app', { exceptTeams: ['crew'], exceptPrices: ['dyno.one'] })?.length).toBe(5);
  });

  it('is of the choice alone', () => {
    const spent = asked('product', { app: 'web' });
    expect(spent).toMatchObject({ amount: '7.85', sum: '3.25', hours: { ofNoHour: '0.000000000001' } });
    expect(spent?.groups.map(({ value }) => value)).toEqual(['dyno', 'addon']);
  });

  it('says so where hours could not be read, and nothing of what has not come', () => {
    const at = (day: string, hours: null | 'failed') =>
      spentOn(DAYS, { day, by: 'app', choice: {}, teams: NO_TEAMS }, hours, null);
    expect(at('2026-11-24', 'failed')).toMatchObject({ hours: 'failed', sum: '7.85' });
    expect(at('2026-11-25', null)).toMatchObject({ hours: null, amount: null, groups: [], state: 'future' });
  });
});
