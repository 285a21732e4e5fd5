import { describe, expect, it } from 'vitest';
import type { LiveSnapshot } from '#server/realtime/contract.ts';
import type { MeterTotal } from '#server/usage/usage.types.ts';
import { totalsOf } from './live-totals.ts';

const meters = (quantity: string): MeterTotal[] => [
  { key: 'tokens', description: 'Tokens', unit: 'tokens', aggregation: 'sum', dimensions: [], quantity },
];
const page = {
  period: { key: '2026-11', from: '', to: '', previous: '2026-10', next: null, bridging: false, open: true },
  meters: meters('100'),
  meteredThrough: '2026-11-24T14:03:07Z',
};
const live = (meteredThrough: string, key = '2026-11'): LiveSnapshot => ({
  meteredThrough,
  period: { key, from: '', to: '' },
  meters: meters('200'),
  money: 'pending',
  charges: null,
  spend: null,
});

describe('totalsOf', () => {
  it.each([
    ['no snapshot yet', null, '100'],
    ['a newer snapshot', live('2026-11-24T14:03:08.5Z'), '200'],
    ['the same instant, written finer', live('2026-11-24T14:03:07.000000Z'), '200'],
    ['an older snapshot than the page', live('2026-11-24T14:03:06.999Z'), '100'],
    ['a snapshot of the month that just began', live('2026-12-01T00:00:01Z', '2026-12'), '100'],
  ])('%s', (_, snapshot, quantity) => {
    const totals = totalsOf(page, snapshot);
    expect(totals.meters[0]?.quantity).toBe(quantity);
    expect(totals.meteredThrough).toBe(quantity === '100' ? page.meteredThrough : snapshot?.meteredThrough);
  });
});
