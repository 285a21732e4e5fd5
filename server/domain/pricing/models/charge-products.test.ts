import { describe, expect, it } from 'vitest';
import type { Price } from '../price.ts';
import { productsOfCharge } from './charge-products.ts';
import type { ModelTerms } from './models.ts';

const price = (terms: ModelTerms): Price => ({ key: 'p', meter: 'm', description: 'P', ...terms });
const month = (amount: string) => price({ model: 'per_time', amount, perSeconds: '2592000' });
const tiers = [
  { upTo: '10', unitAmount: '1', flatAmount: '2' },
  { upTo: '30', unitAmount: '0.5' },
  { upTo: null, unitAmount: '0.1' },
];

describe('the products of a charge', () => {
  it.each<[ModelTerms, string, string, [tier: number | null, count: string, total: string][]]>([
    [{ model: 'per_unit', unitAmount: '0.2' }, '7', '1.4', [[null, '7', '1.4']]],
    [{ model: 'per_unit', unitAmount: '3', per: '1000' }, '500', '1.5', [[null, '500', '1.5']]],
    [{ model: 'per_time', amount: '450', perSeconds: '2592000' }, '3600', '0.625', [[null, '3600', '0.625']]],
    [{ model: 'package', amount: '5', size: '100' }, '101', '10', [[null, '2', '10']]],
    [{ model: 'percentage', percent: '1.5' }, '200', '3', [[null, '200', '3']]],
    [{ model: 'volume', tiers }, '40', '4', [[3, '40', '4']]],
    [
      { model: 'graduated', tiers },
      '40',
      '23',
      [
        [1, '10', '12'],
        [2, '20', '10'],
        [3, '10', '1'],
      ],
    ],
    [{ model: 'graduated', tiers }, '10', '12', [[1, '10', '12']]],
  ])('of %j, %s: %s', (terms, quantity, comesTo, expected) => {
    const told = productsOfCharge([{ price: price(terms) }], quantity, comesTo);
    expect(told?.products.map(({ tier, count, total }) => [tier, count, total])).toEqual(expected);
    expect(told?.rest).toBe('0');
  });

  it('are those of each price, where it changed', () => {
    const changed = [
      { price: month('25'), charged: '1000' },
      { price: month('50'), charged: '2000' },
    ];
    const told = productsOfCharge(changed, '3000', '0.048225308643');
    expect(told?.products.map(({ price: at, total }) => [at, total])).toEqual([
      [0, '0.009645061728'],
      [1, '0.038580246914'],
    ]);
    expect(told?.rest).toBe('0.000000000001');
  });

  it.each<[string, Parameters<typeof productsOfCharge>]>([
    ['of one amount for all', [[{ price: price({ model: 'flat', amount: '9' }) }], '3', '9']],
    ['that come to something else', [[{ price: month('25') }], '3600', '1']],
    [
      'that look at each event',
      [[{ price: price({ model: 'percentage', percent: '1', fixedAmount: '2' }) }], '3', '2'],
    ],
    ['of prices whose shares are not told', [[{ price: month('25') }, { price: month('50') }], '3600', '1']],
    ['of nothing', [[{ price: price({ model: 'graduated', tiers }) }], '0', '0']],
  ])('are not told %s', (_, asked) => expect(productsOfCharge(...asked)).toBeNull());
});
