import { beforeAll, expect, it } from 'vitest';
import { openExplanationLink } from '../../database/support/explanation-links.ts';
import { openAccount } from '../../database/testing/issue.ts';
import { freezeAnything, frozenCharge } from '../../explanation/testing/frozen.ts';
import { createLinkOpenings, type LinkOpenings } from '../../support/link-openings.ts';
import { apiForTests, PUBLIC_URL } from '../testing/api-under-test.ts';
import { addExplanationLinkEndpoints } from './explanation-links.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const HOUR = 3_600_000;

/** People of each account, as their browsers are known. */
let mine: Record<string, string>;
let theirs: Record<string, string>;
let openings: LinkOpenings;

const api = apiForTests(() => NOW, {
  more: [
    (to) =>
      addExplanationLinkEndpoints(to, {
        ...{ freeze: freezeAnything, publicUrl: PUBLIC_URL },
        flushOpenings: () => openings.flush(),
      }),
  ],
});
beforeAll(async () => {
  const onError = (error: unknown) => {
    throw error;
  };
  openings = createLinkOpenings({ database: api.database, now: () => NOW, onError });
  for (const id of ['mine', 'theirs']) await openAccount(api.database.queries, id, NOW);
  mine = await api.signedIn({ name: 'of mine', accountId: 'mine' });
  theirs = await api.signedIn({ name: 'of theirs', accountId: 'theirs' });
});

interface Link {
  id: string;
  url: string;
}

const LINKS = '/v1/accounts/mine/explanation-links';
const share = (body: object = {}, headers: Record<string, string> = {}) =>
  api.call('POST', LINKS, { body: { chargeId: '2026-11-abc', ...body }, headers: { ...mine, ...headers } });
const call = (method: string, path: string, headers = mine) => api.call(method, `${LINKS}${path}`, { headers });
const open = async (url: string, at = NOW) => {
  const opened = await openExplanationLink(api.database.queries, url.split('/').at(-1) ?? '', at);
  if (opened !== null) openings.note(opened.id, { network: '203.0.113.0/24', signedIn: false, part: 'page' });
  return opened;
};

it('are made, opened, listed, watched and revoked', async () => {
  const made = await share({ note: ' For the board ', hideNames: true, expiresIn: '12h' });
  expect(made).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^lnk_/),
      url: expect.stringMatching(/^https:\/\/billing\.example\/s\/[\w-]{43}$/),
      chargeId: '2026-11-abc',
      description: 'Standard-1X dynos',
      note: 'For the board',
      hidePayloads: false,
      hideNames: true,
      meteredThrough: '2026-11-24T12:00:00.000000Z',
      createdBy: 'of mine',
      expiresAt: '2026-11-25T00:00:00.000Z',
      revokedAt: null,
      opens: 0,
    },
  });
  const { id, url } = made.body as Link;
  const opened = await open(url);
  const frozen = frozenCharge('2026-11-abc', { hidePayloads: false, hideNames: true });
  expect(opened).toMatchObject({ accountId: 'mine', content: frozen.content, contentSha256: frozen.sha256 });

  const listed = await call('GET', '');
  expect(listed.body).toMatchObject({ data: [{ id, opens: 1 }], nextCursor: null });
  expect(JSON.stringify(listed.body)).not.toContain('url');
  expect((await call('GET', `/${id}/opens`)).body).toEqual({
    data: [
      {
        ...{ id: expect.any(String), at: NOW.toISOString(), count: 1 },
        ...{ network: '203.0.113.0/24', signedIn: false, part: 'page' },
      },
    ],
    nextCursor: null,
  });
  expect(await call('DELETE', `/${id}`)).toMatchObject({ status: 204 });
  expect(await call('DELETE', `/${id}`)).toMatchObject({ status: 404 });
  expect(await open(url)).toBeNull();
  expect((await call('GET', '')).body).toMatchObject({ data: [{ id, revokedAt: NOW.toISOString() }] });
});

it('are made once for an Idempotency-Key, and the address is shown once', async () => {
  const again = () => share({}, { 'idempotency-key': 'l1' });
  const [first, second] = [await again(), await again()];
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(second.body).toEqual({ ...(first.body as Link), url: null });
});

it.each([
  [undefined, 30 * 24 * HOUR],
  ['1h', HOUR],
  ['365d', 365 * 24 * HOUR],
  ['8760h', 365 * 24 * HOUR],
])('last %s', async (expiresIn, lasts) => {
  const { status, body } = await share({ expiresIn });
  expect(status).toBe(201);
  const { url } = body as Link;
  expect(await open(url, new Date(NOW.getTime() + lasts - 1))).not.toBeNull();
  expect(await open(url, new Date(NOW.getTime() + lasts))).toBeNull();
});

it.each([
  [{ expiresIn: '0h' }, '#/expiresIn', 'hours or days'],
  [{ expiresIn: '59m' }, '#/expiresIn', 'hours or days'],
  [{ expiresIn: '366d' }, '#/expiresIn', 'a year'],
  [{ expiresIn: '8761h' }, '#/expiresIn', 'a year'],
  [{ expiresIn: 3600 }, '#/expiresIn', 'string'],
  [{ chargeId: 'nothing' }, '#/chargeId', 'no charge'],
  [{ chargeId: '' }, '#/chargeId', 'chargeId of a line'],
  [{ note: 'a\nb' }, '#/note', 'control characters'],
  [{ hideNames: 'yes' }, '#/hideNames', 'boolean'],
  [{ accountId: 'theirs' }, '#/accountId', 'not known'],
])('may not be %j', async (wrong, pointer, detail) => {
  expect(await share(wrong)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
  });
});

it('are the account’s own', async () => {
  const { id } = (await share()).body as Link;
  const elsewhere = `/v1/accounts/theirs/explanation-links/${id}`;
  const operator = { authorization: `Bearer ${await api.keyOf('operator')}` };
  for (const [method, path, headers] of [
    ['POST', LINKS, theirs],
    ['GET', LINKS, theirs],
    ['DELETE', `${LINKS}/${id}`, theirs],
    ['GET', `${LINKS}/${id}/opens`, theirs],
    ['DELETE', elsewhere, theirs],
    ['GET', `${elsewhere}/opens`, theirs],
    ['GET', '/v1/accounts/nobody/explanation-links', operator],
  ] as const) {
    const body = method === 'POST' ? { body: { chargeId: '2026-11-abc' } } : {};
    expect(await api.call(method, path, { headers, ...body }), `${method} ${path}`).toMatchObject({ status: 404 });
  }
  expect((await api.call('GET', '/v1/accounts/theirs/explanation-links', { headers: theirs })).body).toMatchObject({
    data: [],
  });
  expect(await call('GET', `/${id}/opens`)).toMatchObject({ status: 200 });
  const sender = { authorization: `Bearer ${await api.keyOf('ingest', 'mine')}` };
  expect(await call('GET', '', sender)).toMatchObject({ status: 403 });
  const reader = { authorization: `Bearer ${await api.keyOf('read', 'mine')}` };
  expect(await call('GET', '', reader)).toMatchObject({ status: 200 });
  expect(await call('DELETE', `/${id}`, reader)).toMatchObject({ status: 403 });
});
