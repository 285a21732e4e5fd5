import { expect, it } from 'vitest';
import { addQuantities, compareQuantities } from '../../domain/quantity.ts';
import type { Queries } from '../database.types.ts';
import { violatedConstraint } from '../errors.ts';
import { insist } from '../testing/insist.ts';
import { issue, openAccount } from '../testing/issue.ts';
import { onBothStores, thirtyTwoAtOnce } from '../testing/stores.ts';
import {
  drawCredits,
  grantCredit,
  lapseExpired,
  listEntries,
  listGrants,
  payingGrants,
  returnDraws,
} from './credits.ts';
import { voidInvoice } from './issued-invoices.ts';

const NOW = new Date('2026-11-24T12:00:00.123Z');
const day = (text: string) => new Date(`${text}T00:00:00.000Z`);
const PAGE = { before: null, limit: 200 };

const grant = (
  tx: Queries,
  accountId: string,
  amount: string,
  { expires, reason = 'Goodwill', at = NOW }: { expires?: string | null; reason?: string; at?: Date } = {},
) => grantCredit(tx, accountId, { amount, currency: 'USD', reason, expiresAt: expires ? day(expires) : null }, at);

const balances = async (queries: Queries, accountId: string) =>
  (await listGrants(queries, accountId, PAGE)).map(({ balance }) => balance);

const one = (grantId: string) => [{ grantId, reason: 'Goodwill', amount: '1' }];

onBothStores('credits', (store) => {
  it('are granted, and the ledger begins', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'granted', NOW);
    const granted = await grant(queries, 'granted', '13.00', { expires: '2026-12-01', reason: 'Student pack' });
    expect(granted).toMatchObject({
      id: expect.stringMatching(/^crd_/),
      amount: '13',
      balance: '13',
      reason: 'Student pack',
    });
    const [listed] = await listGrants(queries, 'granted', PAGE);
    expect(listed).toEqual(granted);
    expect(await listEntries(queries, 'granted', PAGE)).toMatchObject([
      { grantId: granted.id, kind: 'grant', amount: '13', invoiceId: null, at: NOW },
    ]);
  });

  it('are drawn in the order they expire, the lasting ones last, then by age', async () => {
    const { queries } = store().database;
    await openAccount(queries, 'order', NOW);
    for (const [reason, expires] of [
      ['lasting', null],
      ['late', '2027-06-01'],
      ['soon', '2027-01-01'],
      ['gone', '2026-11-01'],
    ] as const) {
      await grant(queries, 'order', '5', { expires, reason });
    }
    const before = new Date(NOW.getTime() - 1);
    await grant(queries, 'order', '5', { expires: '2027-06-01', reason: 'older', at: before });
    const open = await payingGrants(queries, 'order', NOW);
    expect(open.map(({ reason }) => reason)).toEqual(['soon', 'older', 'late', 'lasting']);
    // To reach an instant is to expire after it.
    const at = await payingGrants(queries, 'order', day('2027-01-01'));
    expect(at.map(({ reason }) => reason)).toEqual(['older', 'late', 'lasting']);
  });

  it('pay invoices, come back with a void, and pay again', async () => {
    const { database } = store();
    await openAccount(database.queries, 'cycle', NOW);
    await grant(database.queries, 'cycle', '30.00');
    const first = await database.serializable((tx) => issue(tx, 'cycle', '2026-10', ['12.00', '8.00'], NOW));
    expect(JSON.parse(first.invoice.content)).toMatchObject({ credits: '20.00', total: '0.00' });
    expect(await listGrants(database.queries, 'cycle', PAGE)).toMatchObject([{ drawn: '20', balance: '10' }]);

    const id = first.invoice.id;
    await database.serializable((tx) => voidInvoice(tx, 'cycle', id, 'A wrong price', NOW));
    expect(await balances(database.queries, 'cycle')).toEqual(['30']);
    expect(await database.serializable((tx) => returnDraws(tx, 'cycle', id, NOW))).toBe(0);

    await database.serializable((tx) => issue(tx, 'cycle', '2026-10', ['35.00'], NOW));
    expect(await balances(database.queries, 'cycle')).toEqual(['0']);
    const ledger = await listEntries(database.queries, 'cycle', PAGE);
    expect(ledger.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['draw', '-30'],
      ['return', '20'],
      ['draw', '-20'],
      ['grant', '30'],
    ]);
    const [, second] = ledger;
    expect(await listEntries(database.queries, 'cycle', { before: second?.id ?? 0, limit: 1 })).toEqual([ledger[2]]);
  });

  it('lapse, but first pay for the period they expire with', async () => {
    const { database } = store();
    await openAccount(database.queries, 'lapse', NOW);
    await grant(database.queries, 'lapse', '13.00', { expires: '2026-12-01' });
    await grant(database.queries, 'lapse', '1.00', { at: new Date(NOW.getTime() + 1) });
    const december = day('2026-12-05');
    await database.serializable((tx) => issue(tx, 'lapse', '2026-11', ['4.00'], december));
    expect(await database.serializable((tx) => lapseExpired(tx, 'lapse', december))).toBe(1);
    expect(await database.serializable((tx) => lapseExpired(tx, 'lapse', december))).toBe(0);
    expect(await listGrants(database.queries, 'lapse', PAGE)).toMatchObject([
      { balance: '1', lapsed: '0' },
      { drawn: '4', lapsed: '9', balance: '0' },
    ]);
    await database.serializable((tx) => issue(tx, 'lapse', '2026-12', ['4.00'], december));
    expect(await balances(database.queries, 'lapse')).toEqual(['0', '0']);
  });

  it('pay for a period they were in force in, though they lapsed before its invoice was made', async () => {
    const { database } = store();
    await openAccount(database.queries, 'later', day('2026-10-05'));
    await grant(database.queries, 'later', '10.00', { expires: '2026-11-01' });
    const december = day('2026-12-05');
    const lapse = () => database.serializable((tx) => lapseExpired(tx, 'later', december));
    // October has no invoice yet, so it still waits for it.
    expect(await lapse()).toBe(0);
    await database.serializable((tx) => issue(tx, 'later', '2026-10', ['4.00'], december));
    expect(await lapse()).toBe(1);
    expect(await balances(database.queries, 'later')).toEqual(['0']);
    // A month that was found to have been used only now.
    const { invoice } = await database.serializable((tx) => issue(tx, 'later', '2026-09', ['5.00'], december));
    expect(JSON.parse(invoice.content)).toMatchObject({ credits: '5.00', total: '0.00' });
    const grants = await listGrants(database.queries, 'later', PAGE);
    expect(grants).toMatchObject([{ drawn: '9', lapsed: '1', balance: '0' }]);
    await database.serializable((tx) => voidInvoice(tx, 'later', invoice.id, 'A wrong price', december));
    expect(await payingGrants(database.queries, 'later')).toMatchObject([{ balance: '6' }]);
  });

  it('come from an invoice of less than nothing, and go with it', async () => {
    const { database } = store();
    await openAccount(database.queries, 'owed', NOW);
    const { invoice } = await database.serializable((tx) => issue(tx, 'owed', '2026-09', ['-5.00'], NOW));
    expect(await listGrants(database.queries, 'owed', PAGE)).toMatchObject([{ amount: '5', balance: '5' }]);
    const next = await database.serializable((tx) => issue(tx, 'owed', '2026-10', ['2.00'], NOW));
    expect(JSON.parse(next.invoice.content)).toMatchObject({ credits: '2.00' });
    const undo = (id: string) => database.serializable((tx) => voidInvoice(tx, 'owed', id, 'A wrong price', NOW));
    await expect(undo(invoice.id)).rejects.toThrow('drew from the credit');
    await undo(next.invoice.id);
    await undo(invoice.id);
    expect(await balances(database.queries, 'owed')).toEqual(['0']);
    expect(await payingGrants(database.queries, 'owed')).toEqual([]);
  });

  it('are the account’s own', async () => {
    const { database } = store();
    for (const id of ['mine', 'theirs']) await openAccount(database.queries, id, NOW);
    const { id } = await grant(database.queries, 'mine', '10');
    const { invoice } = await database.serializable((tx) => issue(tx, 'mine', '2026-10', ['3.00'], NOW));
    expect(await payingGrants(database.queries, 'theirs', NOW)).toEqual([]);
    expect(await listGrants(database.queries, 'theirs', PAGE)).toEqual([]);
    expect(await listEntries(database.queries, 'theirs', PAGE)).toEqual([]);
    expect(await returnDraws(database.queries, 'theirs', invoice.id, NOW)).toBe(0);
    // Another account's grant cannot be drawn for, even by a mistake of ours.
    const stolen = database.serializable((tx) => drawCredits(tx, 'mine', 'inv_unknown', one(id), NOW));
    expect(violatedConstraint(await stolen.catch((error: unknown) => error))).toBe('credit_entries_invoice');
    expect((await payingGrants(database.queries, 'mine', NOW)).map((open) => open.id)).toEqual([id]);
    expect(await balances(database.queries, 'mine')).toEqual(['7']);
  });

  it('refuse a second draw for one invoice', async () => {
    const { database } = store();
    await openAccount(database.queries, 'twice', NOW);
    const granted = await grant(database.queries, 'twice', '10');
    const { invoice } = await database.serializable((tx) => issue(tx, 'twice', '2026-10', ['3.00'], NOW));
    const again = database.serializable((tx) => drawCredits(tx, 'twice', invoice.id, one(granted.id), NOW));
    expect(violatedConstraint(await again.catch((error: unknown) => error))).toBe('credit_entries_once');
    expect(await balances(database.queries, 'twice')).toEqual(['7']);
  });

  it.each([['0'], ['-1']])('refuse a grant of %s', async (amount) => {
    await openAccount(store().database.queries, 'wrong', NOW);
    const failure = await grant(store().database.queries, 'wrong', amount).catch((error: unknown) => error);
    expect(violatedConstraint(failure)).toBe('credit_grants_amount');
  });

  it('never fall below zero when 32 draw, return, grant and lapse at once', async () => {
    const { database } = store();
    await openAccount(database.queries, 'crowd', NOW);
    for (const expires of ['2026-11-01', '2027-01-01', null]) {
      await grant(database.queries, 'crowd', '10.00', { expires });
    }
    const months = ['01', '02', '03', '04', '05', '06', '07', '08'].map((month) => `2026-${month}`);
    await thirtyTwoAtOnce(store(), async (node, index) => {
      const month = months[index % 8] ?? '';
      if (index < 16) {
        const { invoice } = await insist(node, (tx) => issue(tx, 'crowd', month, ['7.00'], NOW));
        if (index % 4 === 1) await insist(node, (tx) => voidInvoice(tx, 'crowd', invoice.id, 'Try', NOW));
      } else if (index < 24) await insist(node, (tx) => grant(tx, 'crowd', '1.00'));
      else await insist(node, (tx) => lapseExpired(tx, 'crowd', NOW));
    });
    const grants = await listGrants(database.queries, 'crowd', PAGE);
    for (const each of grants) {
      expect(compareQuantities(each.balance, '0')).toBeGreaterThanOrEqual(0);
      expect(compareQuantities(addQuantities([each.drawn, each.lapsed, each.balance]), each.amount)).toBe(0);
    }
    const ledger = await listEntries(database.queries, 'crowd', PAGE);
    const paid = ledger.filter(({ kind }) => kind === 'draw' || kind === 'return');
    const once = new Set(paid.map(({ grantId, invoiceId, kind }) => `${grantId} ${invoiceId} ${kind}`));
    expect(once.size).toBe(paid.length);
    const retries = store().nodes.reduce((total, node) => total + node.retries(), 0);
    if (database.kind === 'postgres') expect(retries).toBeGreaterThan(0);
    else expect(retries).toBe(0);
  });
});
