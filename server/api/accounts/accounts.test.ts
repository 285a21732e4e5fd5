import { describe, expect, it } from 'vitest';
import { listAccounts } from '../../database/accounts/accounts.ts';
import { apiForTests } from '../testing/api-under-test.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const ACME = {
  name: 'Acme',
  kind: 'enterprise',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  anchorDay: 31,
  taxPercent: '8.25',
};

const api = apiForTests(() => NOW);

const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call('PUT', path, { key: api.key, body, headers });

describe('accounts', () => {
  it('are created, replaced and read', async () => {
    expect(await put('/v1/accounts/acme', ACME)).toMatchObject({ status: 201, body: { id: 'acme', ...ACME } });
    const other = { ...ACME, name: '  Acme Ltd ', kind: 'team', currency: 'USD', anchorDay: 1, taxPercent: '0' };
    const replaced = { id: 'acme', ...other, name: 'Acme Ltd' };
    expect(await put('/v1/accounts/acme', other)).toMatchObject({ status: 200, body: replaced });
    expect(await api.call('GET', '/v1/accounts/acme', { key: api.key })).toMatchObject({ status: 200, body: replaced });
  });

  it('begin in UTC, on the first, without tax, where nothing else is said', async () => {
    const asked = { name: 'Plain', kind: 'personal', currency: 'USD' };
    const created = { id: 'plain', ...asked, timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
    expect(await put('/v1/accounts/plain', asked)).toMatchObject({ status: 201, body: created });
    expect(await put('/v1/accounts/plainer', { kind: 'team' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/name' }, { pointer: '#/currency' }] },
    });
  });

  it.each([
    [{ name: 'Acme 2' }, ['kind', 'currency', 'timeZone', 'anchorDay', 'taxPercent']],
    [{ name: 'Acme 2', kind: 'team', currency: 'EUR' }, ['timeZone', 'anchorDay', 'taxPercent']],
    [{ ...ACME, taxPercent: undefined }, ['taxPercent']],
    [{}, Object.keys(ACME)],
  ])('are not reset by what a PUT leaves out: %j', async (body, missing) => {
    await put('/v1/accounts/kept', ACME);
    expect(await put('/v1/accounts/kept', body)).toMatchObject({
      status: 400,
      body: {
        errors: missing.map((name) => ({
          pointer: `#/${name}`,
          detail: expect.stringContaining('PATCH changes some'),
        })),
      },
    });
    expect(await api.call('GET', '/v1/accounts/kept', { key: api.key })).toMatchObject({
      body: { id: 'kept', ...ACME },
    });
  });

  it('are changed in part by a PATCH', async () => {
    await put('/v1/accounts/patched', ACME);
    const patch = (body: unknown, account = 'patched') =>
      api.call('PATCH', `/v1/accounts/${account}`, { key: api.key, body });
    const changed = { id: 'patched', ...ACME, name: 'New', taxPercent: '19' };
    expect(await patch({ name: 'New', taxPercent: '19' })).toMatchObject({ status: 200, body: changed });
    expect(await patch({})).toMatchObject({ status: 400, body: { errors: [{ pointer: '#' }] } });
    expect(await patch({ colour: 'red' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/colour' }] } });
    expect(await patch({ anchorDay: 0 })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/anchorDay' }] },
    });
    expect(await patch({ taxPercent: null })).toMatchObject({ status: 400 });
    expect(await patch({ name: 'New' }, 'nobody')).toMatchObject({ status: 404 });
    const reader = await api.keyOf('read', 'patched');
    expect(await api.call('PATCH', '/v1/accounts/patched', { key: reader, body: { name: 'R' } })).toMatchObject({
      status: 403,
    });
    expect(await api.call('GET', '/v1/accounts/patched', { key: api.key })).toMatchObject({
      status: 200,
      body: changed,
    });
  });

  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['US/Pacific', 'US/Pacific'],
    ['utc', 'UTC'],
    ['Pacific/Tongatapu', 'Pacific/Tongatapu'],
  ])('know the zone %s', async (timeZone, known) => {
    expect(await put('/v1/accounts/zone', { ...ACME, timeZone })).toMatchObject({ body: { timeZone: known } });
  });

  it.each([
    [{ timeZone: '+01:00' }, '#/timeZone', 'IANA'],
    [{ timeZone: 'Mars/Phobos' }, '#/timeZone', 'IANA'],
    [{ timeZone: null }, '#/timeZone', 'string'],
    [{ currency: 'usd' }, '#/currency', 'ISO 4217'],
    [{ currency: 'XYZ' }, '#/currency', 'ISO 4217'],
    [{ currency: 'XAU' }, '#/currency', 'no minor unit'],
    [{ currency: 'BGN' }, '#/currency', 'withdrawn BGN'],
    [{ kind: 'free' }, '#/kind', 'personal'],
    [{ anchorDay: 0 }, '#/anchorDay', '1'],
    [{ anchorDay: 1.5 }, '#/anchorDay', 'int'],
    [{ taxPercent: 8.25 }, '#/taxPercent', 'string'],
    [{ taxPercent: '100.5' }, '#/taxPercent', 'decimal'],
    [{ taxPercent: '-1' }, '#/taxPercent', 'decimal'],
    [{ taxPercent: '1e1' }, '#/taxPercent', 'decimal'],
    [{ name: '   ' }, '#/name', 'empty'],
    [{ name: 'a\u0000b' }, '#/name', 'control'],
    [{ name: '\ud800' }, '#/name', 'halves of characters (U+D800)'],
    [{ name: 'Ac\u202eme' }, '#/name', 'nobody sees (U+202E)'],
    [{ name: 'Ac\u200bme' }, '#/name', 'nobody sees (U+200B)'],
    [{ name: 'Ac\u2028me' }, '#/name', 'control characters (U+2028)'],
    [{ name: 'x'.repeat(201) }, '#/name', '200'],
    [{ colour: 'red' }, '#/colour', 'not known'],
    [{ 'a/b~c': 1 }, '#/a~1b~0c', 'not known'],
  ])('refuse %j', async (wrong, pointer, detail) => {
    const answer = await put('/v1/accounts/wrong', { ...ACME, ...wrong });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
    });
    expect(await api.call('GET', '/v1/accounts/wrong', { key: api.key })).toMatchObject({ status: 404 });
  });

  it('name every fault at once', async () => {
    const { body } = await put('/v1/accounts/wrong', { name: '', kind: 'team', currency: 'usd', x: 1 });
    expect((body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer).sort()).toEqual([
      '#/currency',
      '#/name',
      '#/x',
    ]);
  });

  it('page through without a gap', async () => {
    const ids = Array.from({ length: 7 }, (_, i) => `page-${i}`);
    for (const id of ids) await put(`/v1/accounts/${id}`, ACME);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await api.call('GET', `/v1/accounts?limit=2${cursor && `&cursor=${cursor}`}`, { key: api.key });
      const page = body as { data: { id: string }[]; nextCursor: string | null };
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual((await listAccounts(api.database.queries, { after: null, limit: 99 })).map(({ id }) => id));
    expect(seen).toEqual(expect.arrayContaining(ids));
  });

  it('say when nothing has changed', async () => {
    await put('/v1/accounts/etag', ACME);
    const read = (etag = '') =>
      api.call('GET', '/v1/accounts/etag', { key: api.key, headers: { 'if-none-match': etag } });
    const first = await read();
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^(W\/)?".+"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(await read(etag)).toMatchObject({ status: 304, body: null });
    await put('/v1/accounts/etag', { ...ACME, name: 'Changed' });
    expect(await read(etag)).toMatchObject({ status: 200, body: { name: 'Changed' } });
  });
});

describe('teams and apps', () => {
  it('belong to one account', async () => {
    await put('/v1/accounts/owner', ACME);
    const path = '/v1/accounts/owner';
    const team = { accountId: 'owner', id: 'core', name: 'Core' };
    expect(await put(`${path}/teams/core`, { name: 'Core' })).toMatchObject({ status: 201, body: team });
    expect(await put(`${path}/teams/core`, { name: 'Core 2' })).toMatchObject({ status: 200 });
    const app = { accountId: 'owner', id: 'web', name: 'Web', teamId: 'core' };
    expect(await put(`${path}/apps/web`, { name: 'Web', teamId: 'core' })).toMatchObject({ status: 201, body: app });
    expect(await put(`${path}/apps/web`, { name: 'Web 2' })).toMatchObject({
      status: 200,
      body: { ...app, name: 'Web 2' },
    });
    const alone = { status: 200, body: { ...app, teamId: null } };
    expect(await put(`${path}/apps/web`, { name: 'Web', teamId: null })).toMatchObject(alone);
    expect(await put(`${path}/apps/web`, { name: 'Web' })).toMatchObject(alone);
    expect(await put(`${path}/apps/web`, { name: 'Web', teamId: 'none' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/teamId', detail: expect.stringContaining('create it first') }] },
    });
    expect(await put('/v1/accounts/nobody/teams/core', { name: 'Core' })).toMatchObject({ status: 404 });
    expect(await put('/v1/accounts/nobody/apps/web', { name: 'Web' })).toMatchObject({ status: 404 });
  });
});

describe('Idempotency-Key', () => {
  const keyed = (name: string, body: unknown, idempotencyKey: string) =>
    put(`/v1/accounts/${name}`, body, { 'idempotency-key': idempotencyKey });

  it('gives the first answer again', async () => {
    const first = await keyed('once', ACME, '"a key"');
    const again = await keyed('once', ACME, '"a key"');
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
  });

  it('is for one request and one caller', async () => {
    await keyed('single', ACME, 'k1');
    expect(await keyed('single', { ...ACME, name: 'B' }, 'k1')).toMatchObject({ status: 422 });
    expect(await keyed('other', ACME, 'k1')).toMatchObject({ status: 422 });
    const another = await api.keyOf('operator');
    const headers = { 'idempotency-key': 'k1' };
    const body = { ...ACME, name: 'C' };
    expect(await api.call('PUT', '/v1/accounts/single', { key: another, body, headers })).toMatchObject({
      status: 200,
    });
  });

  it('is free again after a request that was refused', async () => {
    expect(await keyed('fixed', { ...ACME, currency: 'no' }, 'k2')).toMatchObject({ status: 400 });
    expect(await keyed('fixed', ACME, 'k2')).toMatchObject({ status: 201 });
  });

  it.each([['""'], ['x'.repeat(256)], ['a b']])('may not be %s', async (wrong) => {
    expect(await keyed('bad', ACME, wrong)).toMatchObject({ status: 400 });
  });

  it('lets one of many at once through', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => keyed('crowd', ACME, 'k3')));
    const first = answers.filter(({ status, headers }) => status === 201 && !headers.has('idempotency-replayed'));
    expect(first).toHaveLength(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });
});
