import { beforeAll, describe, expect, it } from 'vitest';
import { putAccount } from '../database/accounts/accounts.ts';
import { createApiKey, findApiKeyBySecret, revokeApiKey } from '../database/people/api-keys.ts';
import { createShares, DEFAULT_LIMITS } from '../fairness/shares.ts';
import { addRoute } from './endpoint/endpoint.ts';
import { apiForTests, PUBLIC_URL, startApi } from './testing/api-under-test.ts';

let clock = new Date('2026-11-24T12:00:00.000Z');
const api = apiForTests(() => clock, {
  shares: createShares({
    ...DEFAULT_LIMITS,
    ingest: { points: 100, seconds: 10 },
    anonymous: { points: 1_000, seconds: 10 },
  }),
  more: [
    (to) => {
      const fails = (path: string, error: Error) =>
        addRoute(to, { method: 'get', path, responses: {} }, [
          () => {
            throw error;
          },
        ]);
      fails('/v1/fails', new Error('secret detail of our insides'));
      fails('/v1/down', Object.assign(new Error('connect'), { code: 'ECONNREFUSED', syscall: 'connect' }));
    },
  ],
});
beforeAll(async () => {
  const fields = { name: 'A', kind: 'team' as const, currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  for (const id of ['mine', 'theirs']) await putAccount(api.database.queries, { id, ...fields }, clock);
});

/** A signed-in person's `Cookie` header. */
const cookieOf = async (platformRole: 'customer' | 'support' | 'operator', accountId: string) =>
  (await api.signedIn({ name: platformRole, platformRole, accountId })).cookie;

describe('who may do what', () => {
  it('asks for credentials, and says how', async () => {
    const answer = await api.call('GET', '/v1/accounts');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="plainbill"');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: expect.stringContaining('API key'),
      instance: '/api/v1/accounts',
    });
  });

  it.each([
    ['an unknown key', 'Bearer pb_read_nobody'],
    ['another scheme', 'Basic YTpi'],
    ['no key at all', 'Bearer '],
    ['a key of a kilobyte', `Bearer ${'x'.repeat(1_000)}`],
  ])('refuses %s', async (_, authorization) => {
    const answer = await api.call('GET', '/v1/accounts', { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it.each([
    ['GET', '/v1/accounts/mine', 'read', 200],
    ['GET', '/v1/accounts/theirs', 'read', 404],
    ['GET', '/v1/accounts/nobodys', 'read', 404],
    ['GET', '/v1/accounts/mine', 'ingest', 403],
    ['PUT', '/v1/accounts/mine', 'read', 403],
    ['GET', '/v1/accounts/mine/keys', 'read', 403],
    ['GET', '/v1/keys', 'ingest', 403],
  ] as const)('%s %s with a %s key of account "mine": %i', async (method, path, role, status) => {
    const key = await api.keyOf(role, 'mine');
    expect(await api.call(method, path, { key, ...(method === 'PUT' ? { body: {} } : {}) })).toMatchObject({ status });
  });

  it('says the same of an account that is another’s and of one that does not exist', async () => {
    const key = await api.keyOf('read', 'mine');
    const detail = async (id: string, secret: string) => {
      const { body } = await api.call('GET', `/v1/accounts/${id}`, { key: secret });
      return JSON.stringify(body).replaceAll(id, 'ID');
    };
    expect(await detail('theirs', key)).toBe(await detail('nobodys', key));
    expect(await detail('nobodys', api.key)).toBe(await detail('nobodys', key));
  });

  it.each([
    ['a customer', 'customer', ['mine']],
    ['support', 'support', ['mine', 'theirs']],
    ['an operator', 'operator', ['mine', 'theirs']],
  ] as const)('shows %s the accounts that are theirs to see', async (_, role, ids) => {
    const cookie = await cookieOf(role, 'mine');
    const { body } = await api.call('GET', '/v1/accounts', { headers: { cookie } });
    expect(body).toMatchObject({ data: ids.map((id) => ({ id })), nextCursor: null });
  });

  it('takes a browser’s write only from our own pages', async () => {
    const cookie = await cookieOf('operator', 'theirs');
    const put = (headers: Record<string, string>) =>
      api.call('PUT', '/v1/accounts/mine/teams/core', { headers: { cookie, ...headers }, body: { name: 'Core' } });
    expect(await put({})).toMatchObject({ status: 403, body: { detail: expect.stringContaining(PUBLIC_URL) } });
    expect(await put({ origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await put({ origin: 'null' })).toMatchObject({ status: 403 });
    expect(await put({ origin: PUBLIC_URL })).toMatchObject({ status: 201 });
    const customer = await cookieOf('customer', 'theirs');
    expect(await put({ origin: PUBLIC_URL, cookie: customer })).toMatchObject({ status: 403 });
  });

  it('drops a cookie of a session that has ended', async () => {
    const cookie = `__Host-plainbill_session=${'x'.repeat(43)}`;
    const answer = await api.call('GET', '/v1/accounts', { headers: { cookie } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
  });
});

describe('problems', () => {
  it.each([
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/accounts/%E0%A4%A', 400],
    ['PATCH', '/v1/accounts', 405],
    ['GET', '/v1/accounts?limit=0', 400],
    ['GET', '/v1/accounts?limit=201', 400],
    ['GET', '/v1/accounts?limit=ten', 400],
    ['GET', '/v1/accounts?cursor=%00', 400],
    ['GET', '/v1/accounts?colour=red', 400],
    ['GET', '/v1/accounts/UPPER', 400],
  ])('%s %s: %i', async (method, path, status) => {
    const answer = await api.call(method, path, { key: api.key });
    expect(answer).toMatchObject({ status, body: { status, type: 'about:blank' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('says what a path can do', async () => {
    const refused = await api.call('DELETE', '/v1/accounts/mine', { key: api.key });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, PATCH, PUT']);
    const asked = await api.call('OPTIONS', '/v1/accounts/mine', { key: api.key });
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, PATCH, PUT']);
  });

  it.each([
    ['malformed JSON', '{"name":', {}, 400],
    ['a bare value', '"name"', {}, 400],
    ['a name that stands twice', '{"name":"A","name":"B"}', {}, 400],
    ['no body', '', { 'content-type': 'application/json' }, 400],
    ['another type', 'name=A', { 'content-type': 'text/plain' }, 415],
    ['an unknown charset', '{}', { 'content-type': 'application/json; charset=klingon' }, 415],
    ['an unknown encoding', '{}', { 'content-encoding': 'rot13' }, 415],
    ['a body of 300 KB', JSON.stringify({ name: 'x'.repeat(300_000) }), {}, 413],
  ])('refuses %s', async (_, body, headers, status) => {
    const answer = await api.call('PUT', '/v1/accounts/mine', { key: api.key, body, headers });
    expect(answer).toMatchObject({ status, body: { status, detail: expect.stringMatching(/./) } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('tells nothing of our insides, but the log', async () => {
    const answer = await api.call('GET', '/v1/fails', { key: api.key });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('insides');
    expect(String(api.errors.at(-1))).toContain('insides');
  });

  it('asks to come again when a store is down', async () => {
    const answer = await api.call('GET', '/v1/down', { key: api.key });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('limits', () => {
  it('says how much is left, then when to come again', async () => {
    const key = await api.keyOf('ingest', 'mine');
    const first = await api.call('GET', '/v1/accounts', { key });
    expect(first.headers.get('ratelimit-policy')).toBe('"ingest";q=100;w=10');
    expect(first.headers.get('ratelimit')).toMatch(/^"ingest";r=99;t=\d+$/);
    const many = await Promise.all(Array.from({ length: 100 }, () => api.call('GET', '/v1/accounts', { key })));
    const refused = many.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^([1-9]|10)$/);
    expect(await api.call('GET', '/v1/accounts', { key: await api.keyOf('ingest', 'mine') })).toMatchObject({
      status: 403,
    });
  });

  it('counts keys that nobody knows by the address they come from, before they are looked up', async () => {
    const guarded = await startApi(() => clock, {
      shares: createShares({ ...DEFAULT_LIMITS, anonymous: { points: 5, seconds: 10 } }),
    });
    try {
      const ask = async (key: string) => (await guarded.call('GET', '/v1/meters', { key })).status;
      const known = await guarded.keyOf('operator');
      expect(await ask(known)).toBe(200);
      const statuses = [];
      for (let i = 0; i < 6; i++) statuses.push(await ask(`guess-${i}`));
      expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
      // Whoever was known before is not kept out by them, though the store is asked of their key again.
      clock = new Date(clock.getTime() + 5_001);
      expect(await ask(known)).toBe(200);
      // One that is never right is not taken for known because it was asked for.
      expect(await ask('guess-0')).toBe(429);
    } finally {
      await guarded.close();
    }
  });

  it('counts cookies by the address they come from, before they are looked up', async () => {
    const guarded = await startApi(() => clock, {
      shares: createShares({ ...DEFAULT_LIMITS, network: { points: 3, seconds: 10 } }),
    });
    try {
      const statuses = [];
      for (const of of ['a', 'b', 'c', 'd']) {
        const headers = { cookie: `__Host-plainbill_session=${of.repeat(43)}` };
        statuses.push((await guarded.call('GET', '/v1/accounts', { headers })).status);
      }
      expect(statuses).toEqual([401, 401, 401, 429]);
    } finally {
      await guarded.close();
    }
  });
});

describe('keys in memory', () => {
  const reader = () => createApiKey(api.database.queries, { accountId: 'mine', role: 'read', label: 'reader' }, clock);

  it('are not what they were before they were revoked, though they are just being asked for', async () => {
    const { id, secret } = await reader();
    const ask = () => api.call('GET', '/v1/accounts', { key: secret });
    const asked = ask();
    const revoked = api.call('DELETE', `/v1/accounts/mine/keys/${id}`, { key: api.key });
    await Promise.all([asked, revoked]);
    expect(await ask()).toMatchObject({ status: 401 });
  });

  it('are asked of the store once in five seconds', async () => {
    const { id, secret } = await reader();
    const ask = () => api.call('GET', '/v1/accounts', { key: secret });
    expect(await ask()).toMatchObject({ status: 200 });
    // By another node: this one may trust the key for five seconds.
    await revokeApiKey(api.database.queries, { accountId: 'mine', id }, clock);
    expect(await ask()).toMatchObject({ status: 200 });
    clock = new Date(clock.getTime() + 5_001);
    expect(await ask()).toMatchObject({ status: 401 });
  });

  it('have their last use written later', async () => {
    const { id, secret } = await reader();
    const used = clock;
    await api.call('GET', '/v1/accounts', { key: secret });
    const stored = () => findApiKeyBySecret(api.database.queries, secret);
    expect(await stored()).toMatchObject({ id, lastUsedAt: null });
    await api.keys.flush();
    expect(await stored()).toMatchObject({ id, lastUsedAt: used });
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1, needs no credentials, and has every route', async () => {
    const { status, body } = await api.call('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: PUBLIC_URL }],
      components: { schemas: { Problem: {}, Account: {}, MeterDefinition: {} }, securitySchemes: { apiKey: {} } },
    });
    const { paths } = body as { paths: Record<string, object> };
    expect(Object.keys(paths).filter((path) => !/fails|down/.test(path))).toEqual([
      '/api/v1/accounts',
      '/api/v1/accounts/{accountId}',
      '/api/v1/accounts/{accountId}/teams/{teamId}',
      '/api/v1/accounts/{accountId}/apps/{appId}',
      '/api/v1/accounts/{accountId}/history',
      '/api/v1/accounts/{accountId}/rate-card/history',
      '/api/v1/accounts/{accountId}/periods',
      '/api/v1/accounts/{accountId}/end',
      '/api/v1/accounts/{accountId}/keys',
      '/api/v1/accounts/{accountId}/keys/{keyId}',
      '/api/v1/keys',
      '/api/v1/keys/{keyId}',
      '/api/v1/meters/{key}',
      '/api/v1/meters/{key}/archive',
      '/api/v1/meters/{key}/history',
      '/api/v1/meters',
      '/api/v1/rate-cards/{key}/versions',
      '/api/v1/rate-cards',
      '/api/v1/rate-cards/{key}',
      '/api/v1/rate-cards/{key}/history',
      '/api/v1/price-preview',
      '/api/v1/accounts/{accountId}/rate-card',
      '/api/v1/accounts/{accountId}/licenses/{licenseId}',
      '/api/v1/accounts/{accountId}/licenses',
      '/api/v1/accounts/{accountId}/licenses/{licenseId}/history',
      '/api/v1/accounts/{accountId}/licenses/{licenseId}/allocations/{teamId}',
      '/api/v1/accounts/{accountId}/licenses/{licenseId}/allocations',
      '/api/v1/accounts/{accountId}/licenses/{licenseId}/allocations/history',
      '/api/v1/accounts/{accountId}/credits',
      '/api/v1/accounts/{accountId}/credits/entries',
    ]);
    expect(Object.keys(paths['/api/v1/meters/{key}'] ?? {}).sort()).toEqual(['get', 'put']);
  });
});
