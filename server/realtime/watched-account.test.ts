import { expect, it } from 'vitest';
import type { LiveUsage } from './contract.ts';
import { WatchedAccount } from './watched-account.ts';

const usage: LiveUsage = {
  meteredThrough: '2026-11-24T12:00:00.000000Z',
  period: { key: '2026-11', from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
  meters: [],
};

it('knows its usage as long as it could be read, and which meters changed since', () => {
  const account = new WatchedAccount('acme', usage, 0);
  expect(account.reading(1_000, 7)).toEqual({ usage, changed: new Set(), meteredThrough: 7 });
  // It could not be read.
  expect(account.reading(2_000, 7)).toBeNull();
  const later = { ...usage, meteredThrough: '2026-11-24T12:00:01.000000Z' };
  account.takeUsage(later);
  account.changed(['calls']);
  account.changed(['builds']);
  expect(account.reading(3_000, 7)).toEqual({ usage: later, changed: new Set(['calls', 'builds']), meteredThrough: 7 });
  // It changed while it was read.
  account.changed(['calls']);
  account.takeUsage(later);
  expect(account.reading(5_000, 7)).toEqual({ usage: later, changed: new Set(['calls']), meteredThrough: 7 });
});

it('is due a second after it was read last, a quarter of one when it changed', () => {
  const account = new WatchedAccount('acme', usage, 0);
  expect([account.isDue(999), account.isDue(1_000)]).toEqual([false, true]);
  account.changed([]);
  expect([account.isDue(249), account.isDue(250)]).toEqual([false, true]);
});
