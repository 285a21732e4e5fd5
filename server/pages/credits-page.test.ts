import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/database.types.ts';
import { grantCredit, lapseExpired } from '../database/invoices/credits.ts';
import { FIRST_OPENING_MS, openEmbeddedPostgres } from '../database/testing/embedded-postgres.ts';
import { issue, openAccount } from '../database/testing/issue.ts';
import { exact, exactSum } from '../domain/testing/exact.ts';
import { createCreditsPage } from './credits-page.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const EXPIRES = new Date('2026-12-01T00:00:00.000Z');
const ADA: Viewer = {
  userId: 'ada',
  email: 'a@example.com',
  name: 'Ada',
  platformRole: 'customer',
  accountIds: ['mine'],
};

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openEmbeddedPostgres());
}, FIRST_OPENING_MS);
afterAll(() => close?.());

const granted = (amount: string, reason: string, expiresAt: Date | null, seconds = 0) => {
  const at = new Date(NOW.getTime() + seconds * 1_000);
  return database.serializable((tx) => grantCredit(tx, 'mine', { amount, currency: 'USD', reason, expiresAt }, at));
};

it('tells what became of every credit, and its entries add up to what is left', async () => {
  await openAccount(database.queries, 'mine', NOW);
  await granted('20', 'Student pack', EXPIRES);
  const { invoice } = await database.serializable((tx) => issue(tx, 'mine', '2026-10', ['15.00'], NOW));
  // Nothing waits for its invoice any more.
  await database.serializable((tx) => issue(tx, 'mine', '2026-11', ['0.00'], NOW));
  await database.serializable((tx) => lapseExpired(tx, 'mine', EXPIRES));
  for (let i = 0; i < 25; i++) await granted('1', `Welcome ${i}`, null, i + 1);

  const page = createCreditsPage({ database, invoices: { unissued: async () => [] }, now: () => NOW });
  const first = await page(ADA, { accountId: 'mine' });
  expect(first.grants.map(({ reason }) => reason)).toEqual(Array.from({ length: 24 }, (_, i) => `Welcome ${24 - i}`));
  const rest = await page(ADA, { accountId: 'mine', cursor: first.nextCursor ?? '' });
  expect(rest.nextCursor).toBeNull();
  expect(rest.grants).toMatchObject([
    { reason: 'Welcome 0', amount: '1.00', drawn: '0.00', lapsed: '0.00', balance: '1.00', expiresAt: null },
    {
      ...{ reason: 'Student pack', amount: '20.00', drawn: '15.00', lapsed: '5.00', balance: '0.00' },
      expiresAt: EXPIRES.toISOString(),
      entries: [
        { kind: 'grant', amount: '20.00', invoiceId: null },
        { kind: 'draw', amount: '-15.00', invoiceId: invoice.id },
        { kind: 'lapse', amount: '-5.00', invoiceId: null },
      ],
    },
  ]);
  for (const { entries, balance } of [...first.grants, ...rest.grants]) {
    expect(exactSum(entries.map(({ amount }) => amount))).toBe(exact(balance));
  }
  await expect(page({ ...ADA, accountIds: ['theirs'] }, { accountId: 'mine' })).rejects.toMatchObject({ status: 404 });
});
