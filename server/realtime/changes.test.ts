import { describe, expect, it } from 'vitest';
import { changesBetween } from './changes.ts';
import type { LiveCharge, LiveSnapshot } from './contract.ts';

const charge = (chargeId: string, amount: string, rate?: LiveCharge['rate']): LiveCharge => ({
  chargeId,
  description: 'Dynos',
  priceKey: 'dyno',
  lineValues: { app: chargeId },
  quantity: amount,
  unit: 'dyno-seconds',
  amountExact: amount,
  amount,
  ...(rate === undefined ? {} : { rate }),
});
const spend = (total: string) => ({
  meteredThrough: '2026-11-24T14:03:06Z',
  currency: 'USD',
  minorUnit: 2,
  subtotal: total,
  credits: '0.00',
  tax: '0.00',
  total,
  projection: null,
});
const snapshot = (charges: LiveCharge[] | null, key = '2026-11'): LiveSnapshot => ({
  meteredThrough: '2026-11-24T14:03:07Z',
  period: { key, from: '', to: '' },
  meters: [{ key: 'dyno', description: 'Dynos', unit: 's', aggregation: 'sum', dimensions: [], quantity: '1' }],
  ...(charges === null
    ? { money: 'failed', charges: null, spend: null }
    : { money: 'known', charges, spend: spend('3.00') }),
});
const told = (before: LiveSnapshot, after: LiveSnapshot) => {
  const { charges, removedCharges } = changesBetween(before, after);
  return [charges?.map(({ chargeId }) => chargeId) ?? null, removedCharges];
};

describe('what is told of charges', () => {
  const [a, b] = [charge('a', '1.00'), charge('b', '2.00')];
  it.each<[string, LiveSnapshot, LiveSnapshot, [string[] | null, string[]]]>([
    ['nothing, when they were not computed anew', snapshot([a, b]), snapshot([a, b]), [[], []]],
    ['the one that moved', snapshot([a, b]), snapshot([a, charge('b', '2.01')]), [['b'], []]],
    ['a new one', snapshot([a]), snapshot([a, b]), [['b'], []]],
    ['one that is gone', snapshot([a, b]), snapshot([b]), [[], ['a']]],
    [
      'one that no longer runs',
      snapshot([charge('a', '1.00', { perSecond: '1', until: 'x' })]),
      snapshot([a]),
      [['a'], []],
    ],
    [
      'a rate that holds longer',
      snapshot([charge('a', '1.00', { perSecond: '1', until: 'x' })]),
      snapshot([charge('a', '1.00', { perSecond: '1', until: 'y' })]),
      [['a'], []],
    ],
    ['that they are missing, which is not none', snapshot([a]), snapshot(null), [null, []]],
    ['all of them when they are known again', snapshot(null), snapshot([a, b]), [['a', 'b'], []]],
    ['all of them in a new period', snapshot([a], '2026-11'), snapshot([a], '2026-12'), [['a'], []]],
  ])('%s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it('totals and watermarks always come along', () => {
    expect(changesBetween(snapshot([a]), snapshot([a]))).toMatchObject({ meters: [], spend: spend('3.00') });
  });
});
