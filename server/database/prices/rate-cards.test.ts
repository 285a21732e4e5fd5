import { expect, it } from 'vitest';
import type { Price } from '../../domain/pricing/price.ts';
import { putAccount } from '../accounts/accounts.ts';
import type { Queries } from '../database.types.ts';
import { insist } from '../testing/insist.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import {
  accountRateCard,
  addRateCardVersion,
  currencyOfRateCard,
  listRateCards,
  putAccountRateCard,
  rateCardVersionsOf,
} from './rate-cards.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const day = (text: string) => new Date(`${text}T00:00:00.000Z`);

const PRICES: Price[] = [
  // Neither alphabetical nor by length: prices are shown as they were written.
  {
    key: 'tokens',
    meter: 'tokens',
    match: { model: 'm', app: 'a' },
    description: 'T',
    model: 'per_unit',
    unitAmount: '0.10',
  },
  { key: 'base', meter: 'tokens', match: { model: 'n' }, description: 'B', model: 'flat', amount: '5.00' },
];

const add = (tx: Queries, key: string, effectiveFrom: string, currency = 'USD', prices = PRICES) =>
  addRateCardVersion(tx, { key, effectiveFrom: day(effectiveFrom), currency, prices }, NOW);

const openAccount = (queries: Queries, id: string) =>
  putAccount(
    queries,
    { id, name: id, kind: 'team', currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' },
    NOW,
  );

onBothStores('rate cards', (store) => {
  it('grow by versions and keep what was written', async () => {
    const { queries } = store().database;
    expect(await rateCardVersionsOf(queries, 'grow')).toEqual([]);
    expect(await currencyOfRateCard(queries, 'grow')).toBeNull();
    expect(await add(queries, 'grow', '2026-01-01')).toEqual({
      key: 'grow',
      version: 1,
      effectiveFrom: '2026-01-01T00:00:00.000Z',
      currency: 'USD',
      prices: PRICES,
      createdAt: NOW.toISOString(),
      changedBy: null,
      reason: null,
    });
    expect(await add(queries, 'grow', '2027-01-01')).toMatchObject({ version: 2 });
    // Between the two, known later: it counts from its own instant on, whatever its number.
    expect(await add(queries, 'grow', '2026-07-01', 'USD', PRICES.toReversed())).toMatchObject({ version: 3 });
    const versions = await rateCardVersionsOf(queries, 'grow');
    expect(versions.map(({ version }) => version)).toEqual([1, 3, 2]);
    expect(JSON.stringify(versions[0]?.prices)).toBe(JSON.stringify(PRICES));
    expect(await currencyOfRateCard(queries, 'grow')).toBe('USD');
  });

  it('keep their currency, and one version for an instant', async () => {
    const { queries } = store().database;
    await add(queries, 'kept', '2026-01-01');
    expect(await add(queries, 'kept', '2027-01-01', 'EUR')).toEqual({ refused: 'currency', currency: 'USD' });
    expect(await add(queries, 'kept', '2026-01-01')).toEqual({ refused: 'effective_from', version: 1 });
    expect(await rateCardVersionsOf(queries, 'kept')).toHaveLength(1);
  });

  it('are given to accounts, with a discount', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'given');
    expect(await accountRateCard(queries, 'given', NOW)).toBeNull();
    const first = { accountId: 'given', key: 'list', discountPercent: '12.50' };
    const put = (assigned: Parameters<typeof putAccountRateCard>[1], now = NOW) =>
      putAccountRateCard(queries, assigned, now);
    // The first one holds from the beginning.
    expect(await put(first)).toEqual({ assigned: first, created: true, effectiveFrom: null });
    expect(await accountRateCard(queries, 'given', day('2026-01-01'))).toEqual(first);
    const later = day('2026-11-25');
    const second = { ...first, key: 'special', discountPercent: '0' };
    expect(await put(second, later)).toEqual({ assigned: second, created: false, effectiveFrom: later });
    expect(await accountRateCard(queries, 'given', later)).toEqual(second);
    expect(await accountRateCard(queries, 'given', NOW)).toEqual(first);
    // Without a word about it the discount stays.
    const third = { accountId: 'given', key: 'list' };
    expect(await put(third, day('2026-11-26'))).toMatchObject({ assigned: { key: 'list', discountPercent: '0' } });
  });

  it('are listed by key in pages', async () => {
    const { queries } = store().database;
    for (const key of ['~', 'list-a', 'list-b', 'list-c'].slice(1)) await add(queries, key, '2026-01-01');
    await add(queries, 'list-b', '2026-02-01');
    const page = await listRateCards(queries, { after: 'list-', limit: 2 });
    expect(page).toEqual([
      { key: 'list-a', currency: 'USD', versions: 1 },
      { key: 'list-b', currency: 'USD', versions: 2 },
    ]);
    expect(await listRateCards(queries, { after: 'list-b', limit: 1 })).toMatchObject([{ key: 'list-c' }]);
  });

  it('get 32 versions from 32 writers at once, and one from 32 that want the same instant', async () => {
    const start = day('2026-01-01').getTime();
    const versions = await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) => add(tx, 'crowd', new Date(start + index * 86_400_000).toISOString().slice(0, 10))),
    );
    const numbers = versions.map((written) => ('version' in written ? written.version : 0));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));

    const same = await thirtyTwoAtOnce(store(), (node) => insist(node, (tx) => add(tx, 'same', '2026-01-01')));
    expect(same.filter((written) => !('refused' in written))).toHaveLength(1);
    expect(same.filter((written) => 'refused' in written && written.refused === 'effective_from')).toHaveLength(31);
  });
});
