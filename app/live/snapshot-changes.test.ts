import { describe, expect, it } from 'vitest';
import type { LiveCharge, LiveMoney, LiveSnapshot, UsageUpdate } from '#server/realtime/contract.ts';
import { withChanges } from './snapshot-changes.ts';

const charge = (chargeId: string, amount: string): LiveCharge => ({
  chargeId,
  description: 'Dynos',
  priceKey: 'dyno',
  lineValues: {},
  quantity: amount,
  unit: 'dyno-seconds',
  amountExact: amount,
  amount,
});
const known = (total: string, charges: LiveCharge[]): LiveMoney => ({
  money: 'known',
  charges,
  spend: {
    meteredThrough: `2026-11-24T14:03:0${charges.length}Z`,
    currency: 'USD',
    minorUnit: 2,
    subtotal: total,
    credits: '0.00',
    tax: '0.00',
    total,
    projection: null,
  },
});
const FAILED: LiveMoney = { money: 'failed', charges: null, spend: null };
const snapshot = (money: LiveMoney, key = '2026-11'): LiveSnapshot => ({
  meteredThrough: '2026-11-24T14:03:07Z',
  period: { key, from: '', to: '' },
  meters: [],
  ...money,
});
const update = (money: LiveMoney, removedCharges: string[] = [], key = '2026-11'): UsageUpdate => ({
  ...snapshot(money, key),
  accountId: 'acme',
  seq: 1,
  removedCharges,
});
const shown = ({ charges, spend }: LiveSnapshot) => [
  charges?.map(({ chargeId, amount }) => `${chargeId} ${amount}`) ?? null,
  spend?.total ?? null,
];

describe('charges after an update', () => {
  const before = snapshot(known('3.00', [charge('a', '1.00'), charge('b', '2.00')]));
  it.each<[string, LiveSnapshot | null, UsageUpdate, [string[] | null, string | null]]>([
    ['nothing moved', before, update(known('3.00', [])), [['a 1.00', 'b 2.00'], '3.00']],
    ['one moved, in its place', before, update(known('3.50', [charge('a', '1.50')])), [['a 1.50', 'b 2.00'], '3.50']],
    [
      'a new one comes last',
      before,
      update(known('4.00', [charge('c', '1.00')])),
      [['a 1.00', 'b 2.00', 'c 1.00'], '4.00'],
    ],
    ['one is gone', before, update(known('2.00', []), ['a']), [['b 2.00'], '2.00']],
    ['unknown is not zero', before, update(FAILED), [null, null]],
    [
      'known again, all are named',
      snapshot(FAILED),
      update(known('1.00', [charge('a', '1.00')])),
      [['a 1.00'], '1.00'],
    ],
    [
      'a new period begins with nothing of the old one',
      before,
      update(known('0.01', [charge('z', '0.01')]), [], '2026-12'),
      [['z 0.01'], '0.01'],
    ],
    ['before anything was known', null, update(known('1.00', [charge('a', '1.00')])), [['a 1.00'], '1.00']],
  ])('%s', (_, from, given, expected) => {
    expect(shown(withChanges(from, given))).toEqual(expected);
  });
});
