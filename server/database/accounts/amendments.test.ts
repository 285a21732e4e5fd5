import { expect, it } from 'vitest';
import { voidInvoice } from '../invoices/issued-invoices.ts';
import { putLicense } from '../prices/licenses.ts';
import { putMeter } from '../prices/meters.ts';
import { addRateCardVersion, putAccountRateCard } from '../prices/rate-cards.ts';
import { issue, openAccount } from '../testing/issue.ts';
import { onBothStores } from '../testing/stores.ts';
import { putAccount } from './accounts.ts';
import { amendedAccounts } from './amendments.ts';

const at = (text: string) => new Date(`2026-${text}T00:00:00.000Z`);
const OPENED = at('07-01');
const AMENDED = at('11-10');
const BY = { changedBy: 'operator', reason: 'As agreed' };

onBothStores('accounts of which something was amended', (store) => {
  it('are those with an invoice from before it, until a later one was issued since', async () => {
    const { database } = store();
    const { queries } = database;
    const amended = async (...ids: string[]) => [...(await amendedAccounts(queries, ids))].sort();
    const issued = (id: string, key: string, when: Date) =>
      database.serializable((tx) => issue(tx, id, key, ['1.00'], when));
    const all = ['early', 'none', 'later', 'soon', 'issued'];
    for (const id of all) await openAccount(queries, id, OPENED);
    for (const id of ['early', 'later', 'soon']) await issued(id, '2026-08', at('09-03'));
    // Only after the amendment was there anything to rest on it.
    await issued('issued', '2026-08', at('11-11'));
    expect(await amended(...all)).toEqual([]);

    const meter = {
      description: 'Tokens',
      eventType: 'tokens',
      aggregation: 'count' as const,
      dimensions: {},
      unit: '',
    };
    await putMeter(queries, 'tokens', meter, OPENED);
    const other = { ...meter, eventType: 'other' };
    // From after every invoice on: not theirs.
    await putMeter(queries, 'tokens', other, AMENDED, { ...BY, effectiveFrom: at('10-01') });
    expect(await amended(...all)).toEqual([]);
    await putMeter(queries, 'tokens', { ...meter, unit: 'token' }, AMENDED, { ...BY, effectiveFrom: at('08-15') });
    expect(await amended(...all)).toEqual(['early', 'later', 'soon']);
    expect(await amended('early', 'none')).toEqual(['early']);

    // It may have been read before the meter was amended.
    await issued('soon', '2026-09', new Date(AMENDED.getTime() + 60_000));
    const carrier = await issued('later', '2026-09', at('11-12'));
    expect(await amended(...all)).toEqual(['early', 'soon']);
    await database.serializable((tx) => voidInvoice(tx, 'later', carrier.invoice.id, 'A wrong price', at('11-13')));
    expect(await amended(...all)).toEqual(['early', 'later', 'soon']);
  });

  it('are so until all that was waiting before the later invoice is issued, too', async () => {
    const { database } = store();
    const { queries } = database;
    const key = 'unordered';
    const issued = (period: string, when: Date) =>
      database.serializable((tx) => issue(tx, key, period, ['1.00'], when));
    await openAccount(queries, key, OPENED);
    await issued('2026-08', at('11-12'));
    const account = { id: key, name: key, kind: 'enterprise' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1 };
    const change = { ...BY, effectiveFrom: at('08-02') };
    await database.serializable((tx) => putAccount(tx, { ...account, taxPercent: '7' }, at('11-13'), change));
    // October by hand, while September still waits: the correction stands on September.
    await issued('2026-10', at('11-20'));
    expect([...(await amendedAccounts(queries, [key]))]).toEqual([key]);
    await issued('2026-09', at('11-21'));
    expect([...(await amendedAccounts(queries, [key]))]).toEqual([]);
  });

  it('are nobody else’s, where it is a setting, a rate card or a license', async () => {
    const { database } = store();
    const { queries } = database;
    const ids = ['tax', 'card', 'license', 'neighbour'];
    for (const id of ids) {
      await openAccount(queries, id, OPENED);
      await database.serializable((tx) => issue(tx, id, '2026-08', ['1.00'], at('11-12')));
    }
    const change = { ...BY, effectiveFrom: at('08-02') };
    const account = {
      id: 'tax',
      name: 'tax',
      kind: 'enterprise' as const,
      currency: 'USD',
      timeZone: 'UTC',
      anchorDay: 1,
    };
    await database.serializable((tx) => putAccount(tx, { ...account, taxPercent: '7' }, at('11-20'), change));
    await database.serializable(async (tx) => {
      const card = { key: 'own', currency: 'USD', prices: [] };
      await addRateCardVersion(tx, { ...card, effectiveFrom: OPENED }, OPENED);
      await putAccountRateCard(tx, { accountId: 'card', key: 'own', discountPercent: '0' }, OPENED);
      await addRateCardVersion(tx, { ...card, effectiveFrom: at('08-03') }, at('11-20'), BY);
      const license = {
        id: 'units',
        product: 'Units',
        quantity: '1',
        unit: 'units',
        measure: 'sum' as const,
        weights: {},
      };
      await putLicense(tx, 'license', { ...license, from: at('08-04'), to: at('12-01') }, at('11-20'), BY);
    });
    expect([...(await amendedAccounts(queries, ids))].sort()).toEqual(['card', 'license', 'tax']);
  });
});
