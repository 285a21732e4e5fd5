import { expect, it } from 'vitest';
import { lapseExpired } from '../../database/invoices/credits.ts';
import { issue, openAccount } from '../../database/testing/issue.ts';
import { apiForTests } from '../testing/api-under-test.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');

const api = apiForTests(() => NOW);

const grant = (account: string, body: object, headers: Record<string, string> = {}) =>
  api.call('POST', `/v1/accounts/${account}/credits`, { key: api.key, body, headers });
const get = (account: string, path = '', as = api.key) =>
  api.call('GET', `/v1/accounts/${account}/credits${path}`, { key: as });

it('are granted, drawn and lapse, and the ledger says so', async () => {
  await openAccount(api.database.queries, 'life', NOW);
  const expiresAt = '2026-12-01T00:00:00.000Z';
  const granted = await grant('life', { amount: '13', reason: ' Student pack ', expiresAt });
  expect(granted).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^crd_/),
      amount: '13.00',
      drawn: '0.00',
      lapsed: '0.00',
      balance: '13.00',
      currency: 'USD',
      reason: 'Student pack',
      expiresAt,
      createdAt: NOW.toISOString(),
    },
  });
  expect((await get('life')).body).toEqual({ data: [granted.body], nextCursor: null });

  const { invoice } = await api.database.serializable((tx) => issue(tx, 'life', '2026-10', ['4.50'], NOW));
  // What still waits for its invoice may draw from it.
  await api.database.serializable((tx) => lapseExpired(tx, 'life', new Date(expiresAt)));
  expect(await get('life')).toMatchObject({ body: { data: [{ lapsed: '0.00', balance: '8.50' }] } });
  await api.database.serializable((tx) => issue(tx, 'life', '2026-11', ['0.00'], NOW));
  await api.database.serializable((tx) => lapseExpired(tx, 'life', new Date(expiresAt)));
  expect(await get('life')).toMatchObject({
    body: { data: [{ amount: '13.00', drawn: '4.50', lapsed: '8.50', balance: '0.00' }] },
  });
  const first = await get('life', '/entries?limit=2');
  expect(first.body).toMatchObject({
    data: [
      { kind: 'lapse', amount: '-8.50', invoiceId: null, currency: 'USD' },
      { kind: 'draw', amount: '-4.50', invoiceId: invoice.id },
    ],
  });
  const { nextCursor } = first.body as { nextCursor: string };
  expect(await get('life', `/entries?limit=2&cursor=${nextCursor}`)).toMatchObject({
    body: { data: [{ kind: 'grant', amount: '13.00' }], nextCursor: null },
  });
});

it('are granted once for an Idempotency-Key', async () => {
  await openAccount(api.database.queries, 'once', NOW);
  const again = () => grant('once', { amount: '5.00', reason: 'Goodwill' }, { 'idempotency-key': 'g1' });
  const [first, second] = [await again(), await again()];
  expect(second.body).toEqual(first.body);
  expect((await get('once')).body).toMatchObject({ data: [{ balance: '5.00', expiresAt: null }] });
});

it('are seen by their account only', async () => {
  for (const id of ['mine', 'theirs']) await openAccount(api.database.queries, id, NOW);
  await grant('mine', { amount: '5', reason: 'Goodwill' });
  for (const path of ['', '/entries']) {
    expect(await get('mine', path, await api.keyOf('read', 'mine'))).toMatchObject({ body: { data: [{}] } });
    expect(await get('mine', path, await api.keyOf('read', 'theirs'))).toMatchObject({ status: 404 });
    expect(await get('theirs', path)).toMatchObject({ body: { data: [] } });
    expect(await get('nobody', path)).toMatchObject({ status: 404 });
  }
  expect(await grant('nobody', { amount: '5', reason: 'Goodwill' })).toMatchObject({ status: 404 });
  const reader = await api.keyOf('read', 'mine');
  const own = await api.call('POST', '/v1/accounts/mine/credits', { key: reader, body: {} });
  expect(own).toMatchObject({ status: 403 });
});

it.each([
  ['USD', { amount: '0' }, '#/amount', 'more than zero'],
  ['USD', { amount: '-5' }, '#/amount', 'decimal'],
  ['USD', { amount: 5 }, '#/amount', 'string'],
  ['USD', { amount: '0.005' }, '#/amount', '2 decimals'],
  ['JPY', { amount: '0.5' }, '#/amount', '0 decimals'],
  ['USD', { reason: '' }, '#/reason', 'empty'],
  ['USD', { expiresAt: NOW.toISOString() }, '#/expiresAt', 'future'],
  ['USD', { expiresAt: 'tomorrow' }, '#/expiresAt', 'RFC 3339'],
  ['USD', { currency: 'EUR' }, '#/currency', 'not known'],
])('in %s may not be %j', async (currency, wrong, pointer, detail) => {
  const account = `wrong-${currency.toLowerCase()}`;
  await openAccount(api.database.queries, account, NOW, currency);
  expect(await grant(account, { amount: '5', reason: 'Goodwill', ...wrong })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
  });
  expect(await get(account)).toMatchObject({ body: { data: [] } });
});

it('refuse a cursor of another list', async () => {
  await openAccount(api.database.queries, 'cursor', NOW);
  const cursor = Buffer.from('crd_1').toString('base64url');
  expect(await get('cursor', `/entries?cursor=${cursor}`)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '?cursor' }] },
  });
});
