import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { periodOf } from '../../domain/billing-period.ts';
import type { Queries } from '../database.types.ts';
import { insist } from '../testing/insist.ts';
import { issue, openAccount } from '../testing/issue.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import { grantCredit, listGrants } from './credits.ts';
import { finalPeriods, findChargeLine, getInvoice, listInvoices } from './invoices.ts';
import { finalizeInvoice, voidInvoice } from './issued-invoices.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const PAGE = { before: null, limit: 200 };
const USD_IN_UTC = { minorUnit: 2, period: { timeZone: 'UTC' } };

const all = async (queries: Queries, accountId: string) => listInvoices(queries, accountId, PAGE);
const sequences = async (queries: Queries, accountId: string) =>
  (await all(queries, accountId)).map(({ sequence }) => sequence);

onBothStores('invoices', (store) => {
  const final = (accountId: string, month: string, amounts: string[]) =>
    store().database.serializable((tx) => issue(tx, accountId, month, amounts, NOW));

  it('are numbered, hashed and kept as issued', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'first', NOW);
    const { invoice, created } = await final('first', '2026-10', ['1.50', '2.00']);
    expect(created).toBe(true);
    expect(invoice).toMatchObject({
      id: expect.stringMatching(/^inv_/),
      number: 'FIRST-0001',
      sequence: 1,
      state: 'final',
      period: periodOf('2026-10', { timeZone: 'UTC', anchorDay: 1 }),
      currency: 'USD',
      minorUnit: 2,
      timeZone: 'UTC',
      contentForm: 1,
      total: '3.50',
      finalizedAt: NOW,
      replaces: null,
      versions: { rateCard: { key: 'list', version: 1 } },
    });
    expect(invoice.contentSha256).toBe(createHash('sha256').update(invoice.content).digest('hex'));
    expect(Object.keys(JSON.parse(invoice.content))).toEqual(Object.keys(JSON.parse(invoice.content)).sort());
    expect(await getInvoice(queries, 'first', invoice.id)).toEqual(invoice);
    const { content: _, ...head } = invoice;
    expect(await all(queries, 'first')).toEqual([head]);
    expect(await finalPeriods(queries, 'first')).toEqual([head]);
  });

  it('stay as they are when the period is made final again', async () => {
    await openAccount(store().database.queries, 'again', NOW);
    const first = await final('again', '2026-10', ['1.00']);
    const second = await final('again', '2026-10', ['99.00']);
    expect(second).toEqual({ invoice: first.invoice, created: false });
    expect((await final('again', '2026-11', ['2.00'])).invoice.number).toBe('AGAIN-0002');
  });

  it('keep their number when void, and are followed by the next', async () => {
    const { database } = store();
    await openAccount(database.queries, 'void', NOW);
    const first = (await final('void', '2026-10', ['1.00'])).invoice;
    const undo = (reason: string) => database.serializable((tx) => voidInvoice(tx, 'void', first.id, reason, NOW));
    const undone = await undo('A wrong price');
    expect(undone).toMatchObject({ voided: true, invoice: { state: 'void', voidedAt: NOW, content: first.content } });
    expect(await undo('Another reason')).toMatchObject({ voided: false, invoice: { voidReason: 'A wrong price' } });
    expect(await findChargeLine(database.queries, 'void', '2026-10.0')).toBeNull();

    const { invoice } = await final('void', '2026-10', ['0.75']);
    expect(invoice).toMatchObject({ number: 'VOID-0002', replaces: first.id, state: 'final' });
    expect(await findChargeLine(database.queries, 'void', '2026-10.0')).toEqual({
      invoiceId: invoice.id,
      number: 'VOID-0002',
      periodKey: '2026-10',
      priceKey: 'price-0',
      amount: '0.75',
    });
    expect((await finalPeriods(database.queries, 'void')).map(({ number }) => number)).toEqual(['VOID-0002']);
  });

  it('can be taken back whatever stands in them', async () => {
    const { database } = store();
    await openAccount(database.queries, 'nul', NOW);
    const app = 'a\u0000b \\u0000 \\\u0000 \\\\u0000 "';
    const withApp = (month: string, corrects?: string) =>
      database.serializable((tx) =>
        finalizeInvoice(
          tx,
          {
            account: { id: 'nul', currency: 'USD' },
            period: periodOf(month, { timeZone: 'UTC', anchorDay: 1 }),
            meteredThroughMicros: 1,
            versions: { app },
            contentForm: 1,
            due: '1.00',
            minorUnit: 2,
            draws: [],
            build: () => {
              const line = { chargeId: `${month}.0`, priceKey: 'price', amount: '1.00', lineValues: { app } };
              return {
                total: '1.00',
                ...USD_IN_UTC,
                lines: [corrects ? { ...line, corrects: { invoiceId: corrects } } : line],
              };
            },
          },
          NOW,
        ),
      );
    const undo = (id: string) => database.serializable((tx) => voidInvoice(tx, 'nul', id, 'A wrong price', NOW));
    const first = (await withApp('2026-09')).invoice;
    const second = (await withApp('2026-10', first.id)).invoice;
    expect(
      JSON.parse((await getInvoice(database.queries, 'nul', first.id))?.content ?? '').lines[0].lineValues,
    ).toEqual({
      app,
    });
    await expect(undo(first.id)).rejects.toThrow('NUL-0002 holds corrections of this one');
    expect(await undo(second.id)).toMatchObject({ voided: true });
    expect(await undo(first.id)).toMatchObject({ voided: true, invoice: { content: first.content } });
  });

  it('are the account’s own', async () => {
    const { database } = store();
    for (const id of ['mine', 'theirs']) await openAccount(database.queries, id, NOW);
    const { invoice } = await final('mine', '2026-10', ['1.00']);
    expect(await getInvoice(database.queries, 'theirs', invoice.id)).toBeNull();
    expect(await all(database.queries, 'theirs')).toEqual([]);
    expect(await finalPeriods(database.queries, 'theirs')).toEqual([]);
    expect(await findChargeLine(database.queries, 'theirs', '2026-10.0')).toBeNull();
    const undo = database.serializable((tx) => voidInvoice(tx, 'theirs', invoice.id, 'Not mine', NOW));
    expect(await undo).toBeNull();
    expect(await getInvoice(database.queries, 'mine', invoice.id)).toEqual(invoice);
    expect((await final('theirs', '2026-10', ['1.00'])).invoice.number).toBe('THEIRS-0001');
  });

  it('page through, those issued last first', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'pages', NOW);
    for (const month of ['2026-03', '2026-01', '2026-02']) await final('pages', month, ['1.00']);
    expect(await listInvoices(queries, 'pages', { before: null, limit: 2 })).toMatchObject([
      { period: { key: '2026-02' } },
      { period: { key: '2026-01' } },
    ]);
    expect(await listInvoices(queries, 'pages', { before: 2, limit: 2 })).toMatchObject([{ number: 'PAGES-0001' }]);
    expect((await finalPeriods(queries, 'pages')).map(({ period }) => period.key)).toEqual([
      '2026-01',
      '2026-02',
      '2026-03',
    ]);
  });

  it('may have more lines than fit one statement', async () => {
    await openAccount(store().database.queries, 'long', NOW);
    const { invoice } = await final('long', '2026-10', Array(12_001).fill('0.01'));
    expect(invoice.total).toBe('120.01');
    const found = await findChargeLine(store().database.queries, 'long', '2026-10.12000');
    expect(found).toMatchObject({ amount: '0.01', priceKey: 'price-12000' });
  });

  it('are not issued when their lines do not add up, and then no number is lost and no credit drawn', async () => {
    const { database } = store();
    await openAccount(database.queries, 'sums', NOW);
    await grantCredit(
      database.queries,
      'sums',
      { amount: '5', currency: 'USD', reason: 'Goodwill', expiresAt: null },
      NOW,
    );
    const wrong = {
      account: { id: 'sums', currency: 'USD' },
      period: periodOf('2026-10', { timeZone: 'UTC', anchorDay: 1 }),
      meteredThroughMicros: 0,
      versions: {},
      due: '2.00',
      contentForm: 1,
      minorUnit: 2,
      draws: [],
      build: () => ({ lines: [{ chargeId: 'c', priceKey: 'p', amount: '1.99' }], total: '1.99', ...USD_IN_UTC }),
    };
    const failing = database.serializable((tx) => finalizeInvoice(tx, wrong, NOW));
    await expect(failing).rejects.toThrow('do not add up');
    expect(await listGrants(database.queries, 'sums', PAGE)).toMatchObject([{ balance: '5' }]);
    expect((await final('sums', '2026-10', ['1.00'])).invoice.sequence).toBe(1);
  });

  it('are of a period of the account, and of no other time', async () => {
    const { database } = store();
    await openAccount(database.queries, 'moved', NOW);
    await final('moved', '2026-10', ['1.00']);
    const period = periodOf('2026-11', { timeZone: 'Pacific/Tongatapu', anchorDay: 1 });
    const build = () => ({ lines: [], total: '0', ...USD_IN_UTC });
    const shifted = { account: { id: 'moved', currency: 'USD' }, period, meteredThroughMicros: 0, versions: {} };
    const wanted = { ...shifted, due: '0', contentForm: 1, minorUnit: 2, draws: [], build };
    const failing = database.serializable((tx) => finalizeInvoice(tx, wanted, NOW));
    await expect(failing).rejects.toThrow('account moved has no period 2026-11 of these bounds');
  });

  it('tell when their content was altered', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'altered', NOW);
    const { invoice } = await final('altered', '2026-10', ['1.00']);
    await queries.execute(sql`update invoices set content = replace(content, '1.00', '0.00') where id = ${invoice.id}`);
    await expect(getInvoice(queries, 'altered', invoice.id)).rejects.toThrow('ALTERED-0001');
  });

  it('are issued once by 32 at once, for one period and for many', async () => {
    const { database } = store();
    await openAccount(database.queries, 'crowd', NOW);
    const one = await thirtyTwoAtOnce(store(), (node) =>
      insist(node, (tx) => issue(tx, 'crowd', '2025-12', ['1.00'], NOW)),
    );
    expect(new Set(one.map(({ invoice }) => invoice.id)).size).toBe(1);
    expect(one.filter(({ created }) => created)).toHaveLength(1);

    await thirtyTwoAtOnce(store(), (node, index) =>
      insist(node, (tx) => issue(tx, 'crowd', `2026-0${(index % 8) + 1}`, ['1.00'], NOW)),
    );
    expect(await sequences(database.queries, 'crowd')).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await finalPeriods(database.queries, 'crowd')).toHaveLength(9);
  });

  it('hold together when 32 issue, void, retry and draw credits at once', async () => {
    const { database } = store();
    await openAccount(database.queries, 'storm', NOW);
    const granted = { amount: '20.00', currency: 'USD', reason: 'Goodwill', expiresAt: null };
    await grantCredit(database.queries, 'storm', granted, NOW);
    await thirtyTwoAtOnce(store(), async (node, index) => {
      const month = `2026-0${(index % 4) + 1}`;
      const { invoice } = await insist(node, (tx) => issue(tx, 'storm', month, ['4.00'], NOW));
      if (index % 3 === 0) await insist(node, (tx) => voidInvoice(tx, 'storm', invoice.id, 'Try', NOW));
      await insist(node, (tx) => issue(tx, 'storm', month, ['4.00'], NOW));
    });
    const issued = await all(database.queries, 'storm');
    expect(issued.map(({ sequence }) => sequence).reverse()).toEqual(issued.map((_, index) => index + 1));
    const finals = await finalPeriods(database.queries, 'storm');
    expect(finals.map(({ period }) => period.key)).toEqual(['2026-01', '2026-02', '2026-03', '2026-04']);
    // Four invoices of 4.00 stand, and each void gave back what it had drawn.
    expect(await listGrants(database.queries, 'storm', PAGE)).toMatchObject([{ drawn: '16', balance: '4' }]);
    const retries = store().nodes.reduce((total, node) => total + node.retries(), 0);
    if (database.kind === 'postgres') expect(retries).toBeGreaterThan(0);
    else expect(retries).toBe(0);
  });
});
