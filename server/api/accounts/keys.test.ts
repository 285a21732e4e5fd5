import { sql } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { putAccount } from '../../database/accounts/accounts.ts';
import { apiForTests } from '../testing/api-under-test.ts';

let clock = new Date('2026-11-24T12:00:00.000Z');
const api = apiForTests(() => clock);

interface NewKey {
  id: string;
  secret: string | null;
}

beforeAll(async () => {
  const fields = { name: 'A', kind: 'team' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  for (const id of ['one', 'two']) await putAccount(api.database.queries, { id, ...fields }, clock);
});

async function make(path: string, body: unknown, headers: Record<string, string> = {}): Promise<NewKey> {
  clock = new Date(clock.getTime() + 1);
  const answer = await api.call('POST', path, { key: api.key, body, headers });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return answer.body as NewKey;
}

it('makes a key, shows its secret once, and lists it without', async () => {
  const made = await make('/v1/accounts/one/keys', { role: 'read', label: 'Reports' });
  const listed = { id: made.id, accountId: 'one', role: 'read', label: 'Reports', lastUsedAt: null };
  expect(made).toMatchObject({ ...listed, secret: expect.stringMatching(/^pb_read_[\w-]{43}$/) });
  const { body } = await api.call('GET', '/v1/accounts/one/keys', { key: api.key });
  expect(body).toEqual({ data: [{ ...listed, createdAt: clock.toISOString() }], nextCursor: null });
  expect(await api.call('GET', '/v1/accounts/one', { key: made.secret ?? '' })).toMatchObject({ status: 200 });
  expect(await api.call('GET', '/v1/accounts/two', { key: made.secret ?? '' })).toMatchObject({ status: 404 });
});

it('revokes a key at once, and only under its own account', async () => {
  const { id, secret } = await make('/v1/accounts/one/keys', { role: 'read', label: 'Gone' });
  const ask = () => api.call('GET', '/v1/accounts/one', { key: secret ?? '' });
  expect(await ask()).toMatchObject({ status: 200 });
  for (const path of ['/v1/accounts/two/keys', '/v1/keys']) {
    expect(await api.call('DELETE', `${path}/${id}`, { key: api.key })).toMatchObject({ status: 404 });
  }
  expect(await ask()).toMatchObject({ status: 200 });
  expect(await api.call('DELETE', `/v1/accounts/one/keys/${id}`, { key: api.key })).toMatchObject({
    status: 204,
    body: null,
  });
  expect(await ask()).toMatchObject({ status: 401 });
  expect(await api.call('DELETE', `/v1/accounts/one/keys/${id}`, { key: api.key })).toMatchObject({ status: 404 });
});

it('makes keys that serve all accounts', async () => {
  const { id, secret } = await make('/v1/keys', { role: 'read', label: 'All' });
  expect(await api.call('GET', '/v1/accounts/two', { key: secret ?? '' })).toMatchObject({ status: 200 });
  expect(await api.call('GET', '/v1/keys?limit=1', { key: api.key })).toMatchObject({
    body: { data: [{ id, accountId: null }] },
  });
  const operator = await make('/v1/keys', { role: 'operator', label: 'Second operator' });
  expect(await api.call('GET', '/v1/keys', { key: operator.secret ?? '' })).toMatchObject({ status: 200 });
});

it.each([
  ['/v1/accounts/one/keys', { role: 'operator', label: 'No' }, 400],
  ['/v1/accounts/one/keys', { role: 'read' }, 400],
  ['/v1/accounts/none/keys', { role: 'read', label: 'No' }, 404],
])('refuses to make at %s %j: %i', async (path, body, status) => {
  expect(await api.call('POST', path, { key: api.key, body })).toMatchObject({ status });
});

it('makes one key for a repeated request, and keeps its secret nowhere', async () => {
  const headers = { 'idempotency-key': 'make-once' };
  const first = await make('/v1/accounts/two/keys', { role: 'ingest', label: 'CI' }, headers);
  const again = await make('/v1/accounts/two/keys', { role: 'ingest', label: 'CI' }, headers);
  expect(again).toEqual({ ...first, secret: null });
  const { rows } = await api.database.queries.execute<{ row: string }>(
    sql`select to_json(idempotency_keys)::text as row from idempotency_keys`,
  );
  expect(rows.map(({ row }) => row).join()).not.toContain(first.secret);
});
