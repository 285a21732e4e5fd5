import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAccount } from '../../database/accounts/accounts.ts';
import { putLicense } from '../../database/prices/licenses.ts';
import { putMeter } from '../../database/prices/meters.ts';
import { addRateCardVersion, putAccountRateCard } from '../../database/prices/rate-cards.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../../database/testing/embedded-postgres.ts';
import { openAccount } from '../../database/testing/issue.ts';
import { periodOf } from '../../domain/billing-period.ts';
import type { License, Price } from '../../domain/pricing/price.ts';
import { pricingOf } from '../pricing.ts';
import { metersAt, pricesThen, pricingThen } from './pricing-then.ts';

const NOW = new Date('2026-11-24T12:00:00Z');
const OCTOBER = periodOf('2026-10', { timeZone: 'UTC', anchorDay: 1 });
const PRICE: Price = { key: 'p', meter: 'm', description: 'P', model: 'per_unit', unitAmount: '1' };
const LICENSE: Omit<License, 'version'> = {
  ...{ id: 'units', product: 'Units', quantity: '5', unit: 'units', measure: 'sum', weights: { p: '1' } },
  ...{ from: '2026-10-01T00:00:00.000Z', to: '2027-10-01T00:00:00.000Z' },
};

const TERM = { ...LICENSE, from: new Date(LICENSE.from), to: new Date(LICENSE.to) };

describe('prices of then', () => {
  let store: Awaited<ReturnType<typeof openEmbeddedPostgres>>;
  beforeAll(async () => {
    store = await openEmbeddedPostgres();
    const { database } = store;
    await openAccount(database.queries, 'mine', NOW);
    for (const [effectiveFrom, unitAmount] of [
      ['2026-08-01T00:00:00Z', '1'],
      ['2026-09-01T00:00:00Z', '2'],
      ['2026-10-15T00:00:00Z', '3'],
      ['2026-11-15T00:00:00Z', '4'],
    ] as const) {
      const card = {
        key: 'list',
        currency: 'USD',
        effectiveFrom: new Date(effectiveFrom),
        prices: [{ ...PRICE, unitAmount }],
      };
      await database.serializable((tx) => addRateCardVersion(tx, card, NOW));
    }
    await putAccountRateCard(database.queries, { accountId: 'mine', key: 'list', discountPercent: '10' }, NOW);
    await database.serializable((tx) => putLicense(tx, 'mine', TERM, NOW));
    const meter = { description: 'M', eventType: 'm', aggregation: 'count' as const, dimensions: {}, unit: 'units' };
    await putMeter(database.queries, 'm', meter, NOW);
  }, FIRST_OPENING_MS);
  afterAll(() => store.close());

  const pricing = async () => {
    const account = await getAccount(store.database.queries, 'mine');
    if (account === null) throw new Error('there is no account');
    return pricingOf(store.database.queries, account);
  };
  const again = async (more: object) => {
    const now = await pricing();
    const then = pricesThen(now, OCTOBER, [{ key: 'm', version: 1 }]);
    return pricingThen(store.database.queries, now.account, { ...then, minorUnit: 0, ...more });
  };

  it('are named by what ruled in the period, and from when', async () => {
    expect(pricesThen(await pricing(), OCTOBER, [{ key: 'm', version: 1 }])).toEqual({
      prices: [
        { from: '2026-10-01T00:00:00.000000Z', rateCard: 'list', version: 2, discountPercent: '10', taxPercent: '0' },
        { from: '2026-10-15T00:00:00.000000Z', rateCard: 'list', version: 3, discountPercent: '10', taxPercent: '0' },
      ],
      licenses: [{ id: 'units', version: 1, from: LICENSE.from, to: LICENSE.to }],
      meters: [{ key: 'm', version: 1 }],
    });
  });

  it('name every version of a license that rules by the end of the period, and find it again so', async () => {
    const { queries } = store.database;
    await openAccount(queries, 'more', NOW);
    const account = await getAccount(queries, 'more');
    if (account === null) throw new Error('there is no account');
    const put = (quantity: string, since: string | null) =>
      putLicense(queries, 'more', { ...TERM, quantity }, NOW, {
        effectiveFrom: since === null ? null : new Date(since),
      });
    await put('5', null);
    await put('9', '2026-10-16T00:00:00.000Z');
    await put('1', '2026-11-16T00:00:00.000Z');
    const then = pricesThen(await pricingOf(queries, account), OCTOBER, []);
    expect(then.licenses).toEqual([
      { id: 'units', version: 1, from: LICENSE.from, to: '2026-10-16T00:00:00.000Z' },
      { id: 'units', version: 2, from: '2026-10-16T00:00:00.000Z', to: '2026-11-16T00:00:00.000Z' },
    ]);
    await put('77', '2026-10-16T00:00:00.000Z');
    const { licenses } = await pricingThen(queries, account, { ...then, minorUnit: 2 });
    expect(licenses).toMatchObject([{ version: 2, stretches: [{ quantity: '5' }, { quantity: '9' }] }]);
  });

  it('are found again by their names, with the decimals of then, whatever the account is charged by now', async () => {
    const { queries } = store.database;
    await putAccountRateCard(queries, { accountId: 'mine', key: 'list', discountPercent: '90' }, NOW);
    const found = await again({ prices: [{ from: null, rateCard: 'list', version: 3, discountPercent: '10' }] });
    expect(found).toMatchObject({
      rulings: [
        { rateCard: 'list', version: 3, discountPercent: '10', taxPercent: '0', prices: [{ unitAmount: '3' }] },
      ],
      licenses: [{ ...LICENSE, version: 1 }],
      minorUnit: 0,
    });
    expect(found.rulings[0]?.from).toBe(Date.parse('2026-10-15T00:00:00.000Z') * 1000);
    expect(await metersAt(queries, [{ key: 'm', version: 1 }])).toMatchObject([
      { key: 'm', version: 1, unit: 'units' },
    ]);
  });

  it('may be none', async () => expect(await again({ prices: [], licenses: [] })).toMatchObject({ rulings: [] }));

  it.each([
    ['version 9 of rate card list', { prices: [{ from: null, rateCard: 'list', version: 9, discountPercent: '0' }] }],
    ['version 1 of rate card gone', { prices: [{ from: null, rateCard: 'gone', version: 1, discountPercent: '0' }] }],
    ['version 2 of license units', { licenses: [{ id: 'units', version: 2, from: null, to: null }] }],
  ])('are an error where %s is not there any more', async (words, more) => {
    await expect(again(more)).rejects.toThrow(`${words} was charged by, and is not there any more`);
  });

  it('are an error where a version of a meter is not there any more', async () => {
    await expect(metersAt(store.database.queries, [{ key: 'm', version: 2 }])).rejects.toThrow('version 2 of meter m');
  });
});
