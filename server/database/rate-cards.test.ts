import { expect, it } from 'vitest';
import { insist } from '../../e2e/support/insist.ts';
import { onBothStores, thirtyTwoAtOnce } from '../../e2e/support/stores.ts';
import type { Price } from '../domain/price.ts';
import { putAccount } from './accounts.ts';
import type { Queries } from './connect.ts';
import { finalizeInvoice, voidInvoice } from './invoices.ts';
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

  it('do not change what has been invoiced', async () => {
    const { database } = store();
    await openAccount(database.queries, 'invoiced');
    await add(database.queries, 'charged', '2026-01-01');
    await putAccountRateCard(database.queries, { accountId: 'invoiced', key: 'charged', discountPercent: '0' }, NOW);
    const period = { key: '2026-10', from: day('2026-10-01').getTime() * 1000, to: day('2026-11-01').getTime() * 1000 };
    const { invoice } = await database.serializable((tx) =>
      finalizeInvoice(
        tx,
        {
          account: { id: 'invoiced', currency: 'USD' },
          period,
          meteredThroughMicros: period.to,
          versions: {},
          due: '0',
          contentForm: 1,
          build: () => ({ lines: [], total: '0', minorUnit: 2, period: { timeZone: 'UTC' } }),
        },
        NOW,
      ),
    );
    const refused = { refused: 'final', accountId: 'invoiced', periodKey: '2026-10', number: 'INVOICED-0001' };
    expect(await add(database.queries, 'charged', '2026-10-31')).toMatchObject(refused);
    expect(await add(database.queries, 'charged', '2025-01-01')).toMatchObject(refused);
    expect(await add(database.queries, 'charged', '2026-11-01')).toMatchObject({ version: 2 });
    expect(await add(database.queries, 'another', '2026-10-31')).toMatchObject({ version: 1 });
    await database.serializable((tx) => voidInvoice(tx, 'invoiced', invoice.id, 'A wrong price', NOW));
    expect(await add(database.queries, 'charged', '2026-10-31')).toMatchObject({ version: 3 });
  });

  it('are given to accounts, with a discount', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'given');
    expect(await accountRateCard(queries, 'given')).toBeNull();
    const first = { accountId: 'given', key: 'list', discountPercent: '12.50' };
    expect(await putAccountRateCard(queries, first, NOW)).toEqual({ assigned: first, created: true });
    const second = { ...first, key: 'special', discountPercent: '0' };
    expect(await putAccountRateCard(queries, second, NOW)).toEqual({ assigned: second, created: false });
    expect(await accountRateCard(queries, 'given')).toEqual(second);
    await expect(putAccountRateCard(queries, { ...first, discountPercent: '100.01' }, NOW)).rejects.toThrow();
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
