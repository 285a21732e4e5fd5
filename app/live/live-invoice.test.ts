import { describe, expect, it } from 'vitest';
import type { LiveCharge, LiveMoney, LiveSnapshot } from '#server/realtime/contract.ts';
import { exampleInvoice, exampleLine } from '../../server/billing/testing/example-invoice.ts';
import { shownInvoice } from './live-invoice.ts';

const invoice = exampleInvoice({
  state: 'projected',
  meteredThrough: '2026-10-20T12:00:00.000000Z',
  total: '10.00',
  projection: { low: '20.00', expected: '21.00', high: '22.00', method: 'as loaded' },
});
const loaded = { invoice, top: [exampleLine()] };
const charge = (chargeId: string, amountExact: string, rate?: LiveCharge['rate']): LiveCharge => ({
  chargeId,
  description: 'Dynos',
  priceKey: 'dyno',
  lineValues: {},
  quantity: '1',
  unit: 'dyno-seconds',
  amountExact,
  amount: 'rounded',
  ...(rate === undefined ? {} : { rate }),
});
const known = (meteredThrough: string, charges: LiveCharge[]): LiveMoney => ({
  money: 'known',
  charges,
  spend: {
    meteredThrough,
    currency: 'USD',
    minorUnit: 2,
    subtotal: '12.00',
    credits: '0.00',
    tax: '0.00',
    total: '12.00',
    projection: { low: '30.00', expected: '31.00', high: '32.00', method: 'as told' },
  },
});
const snapshot = (money: LiveMoney, key = '2026-10'): LiveSnapshot => ({
  meteredThrough: '2026-10-20T12:00:09.000000Z',
  period: { key, from: '', to: '' },
  meters: [],
  ...money,
});
const LATER = '2026-10-20T12:00:01.000000Z';

describe('the invoice that is shown', () => {
  it.each<[string, LiveSnapshot | null, string, string]>([
    ['before the socket said anything: as loaded', null, '10.00', '2026-10-20T12:00:00.000000Z'],
    ['newer from the socket', snapshot(known(LATER, [])), '12.00', LATER],
    [
      'the socket is behind the page',
      snapshot(known('2026-10-20T11:59:59Z', [])),
      '10.00',
      '2026-10-20T12:00:00.000000Z',
    ],
    ['another period', snapshot(known(LATER, []), '2026-11'), '10.00', '2026-10-20T12:00:00.000000Z'],
    [
      'money is missing',
      snapshot({ money: 'failed', charges: null, spend: null }),
      '10.00',
      '2026-10-20T12:00:00.000000Z',
    ],
  ])('%s', (_, told, total, meteredThrough) => {
    expect(shownInvoice(loaded, told, 0).invoice).toMatchObject({ total, meteredThrough });
  });

  it('has totals, projection and charges of the same watermark', () => {
    const { invoice: shown, charges } = shownInvoice(loaded, snapshot(known(LATER, [charge('a', '1')])), 0);
    expect(shown.projection).toMatchObject({ expected: '31.00', method: 'as told' });
    expect(charges).toBe(1);
  });

  it('lists the ten largest, by all digits', () => {
    const charges = ['1.000000000001', '1', '10', '9.99', '-3', '0', '2', '3', '4', '5', '6', '7'].map((amount) =>
      charge(amount, amount),
    );
    expect(shownInvoice(loaded, snapshot(known(LATER, charges)), 0).top.map(({ chargeId }) => chargeId)).toEqual([
      '10',
      '9.99',
      '7',
      '6',
      '5',
      '4',
      '3',
      '2',
      '1.000000000001',
      '1',
    ]);
  });

  it('carries on what runs, and leaves the rest and the totals as they are', () => {
    const charges = [charge('runs', '5', { perSecond: '0.01', until: '2026-11-01T00:00:00Z' }), charge('stopped', '3')];
    const { top, invoice: shown } = shownInvoice(loaded, snapshot(known(LATER, charges)), 3_000);
    expect(top).toMatchObject([
      { amountExact: '5.03', amount: '5.03', runs: true },
      { amountExact: '3', amount: 'rounded', runs: false },
    ]);
    expect(shown.total).toBe('12.00');
  });
});
