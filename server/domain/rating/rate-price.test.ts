import { describe, expect, it } from 'vitest';
import type { Price } from '../pricing/price.ts';
import { ratePrice } from './rate-price.ts';

const USD = { code: 'USD', minorUnit: 2 };
const common = { key: 'p', meter: 'm', description: 'p' };
const standard1x: Price = {
  ...common,
  model: 'per_time',
  amount: '25.00',
  perSeconds: '2592000',
  maximum: { amount: '25.00', scope: 'slot' },
};
const basic: Price = { ...standard1x, amount: '7.00', maximum: { amount: '7.00', scope: 'slot' } };
const graduated: Price = {
  ...common,
  model: 'graduated',
  flatAtZero: true,
  tiers: [
    { upTo: '10', unitAmount: '10', flatAmount: '2' },
    { upTo: '20', unitAmount: '5', flatAmount: '3' },
    { upTo: null, unitAmount: '5', flatAmount: '3' },
  ],
};
const volume: Price = {
  ...common,
  model: 'volume',
  tiers: [
    { upTo: '100', unitAmount: '2', flatAmount: '10' },
    { upTo: '200', unitAmount: '1' },
    { upTo: null, unitAmount: '0.5', flatAmount: '50' },
  ],
};
const hours = (h: number) => String(h * 3600);

describe('a quantity at a price', () => {
  it.each<[string, Price, string, string[] | null, string, string]>([
    ['Standard-1X, 360 h', standard1x, hours(360), null, '12.5', '12.50'],
    ['Standard-1X, all 744 h of March', standard1x, hours(744), null, '25', '25.00'],
    ['two slots, each with its own cap', standard1x, hours(1488), [hours(744), hours(744)], '50', '50.00'],
    ['Basic, 79,556 s', basic, '79556', null, '0.214850308642', '0.21'],
    ['Basic, 110,376 s', basic, '110376', null, '0.298083333333', '0.30'],
    ['graduated, nothing', graduated, '0', null, '2', '2.00'],
    ['graduated, 1', graduated, '1', null, '12', '12.00'],
    ['graduated, 10: the bound is inside', graduated, '10', null, '102', '102.00'],
    ['graduated, 11', graduated, '11', null, '110', '110.00'],
    ['graduated, 12', graduated, '12', null, '115', '115.00'],
    ['graduated, 21', graduated, '21', null, '163', '163.00'],
    ['graduated, nothing, not due at zero', { ...graduated, flatAtZero: false }, '0', null, '0', '0.00'],
    ['volume, 1', volume, '1', null, '12', '12.00'],
    ['volume, 100', volume, '100', null, '210', '210.00'],
    ['volume, 100.5', volume, '100.5', null, '100.5', '100.50'],
    ['volume, 200', volume, '200', null, '200', '200.00'],
    ['volume, 300', volume, '300', null, '200', '200.00'],
    [
      'package of 10 at 100, 10 included, 121',
      { ...common, model: 'package', amount: '100', size: '10', included: '10' },
      '121',
      null,
      '1200',
      '1200.00',
    ],
    [
      '2.99 %, per event at least 1.75 and at most 12',
      { ...common, model: 'percentage', percent: '2.99', perEventMin: '1.75', perEventMax: '12' },
      '10090',
      ['10', '80', '10000'],
      '16.142',
      '16.14',
    ],
    [
      '2,500 GB from 5 March, 1.00 per GB-month of 31 days',
      { ...common, model: 'per_time', amount: '1.00', perSeconds: '2678400' },
      String(2500 * 27 * 86_400),
      null,
      '2177.41935483871',
      '2177.42',
    ],
    ['10 at 5.12345', { ...common, model: 'per_unit', unitAmount: '5.12345' }, '10', null, '51.2345', '51.23'],
    ['flat, however little', { ...common, model: 'flat', amount: '5.00' }, '1', null, '5', '5.00'],
    ['flat, nothing used', { ...common, model: 'flat', amount: '5.00' }, '0', null, '0', '0.00'],
    ['a minimum', { ...common, model: 'per_unit', unitAmount: '1', minimum: '10' }, '3', null, '10', '10.00'],
    [
      'a maximum of the line',
      { ...common, model: 'per_unit', unitAmount: '1', maximum: { amount: '10', scope: 'line' } },
      '30',
      null,
      '10',
      '10.00',
    ],
  ])('%s', (_, price, quantity, slots, amount, rounded) => {
    expect(ratePrice(price, quantity, slots, USD)).toMatchObject({ amount, rounded });
  });

  it('shows each step, and their amounts add up to what is rounded', () => {
    expect(ratePrice(basic, '79556', null, USD).steps).toEqual([
      { name: 'usage', quantity: '79556' },
      { name: 'charge model', amount: '0.214850308642' },
      { name: 'rounding', amount: '-0.004850308642' },
    ]);
  });
});
