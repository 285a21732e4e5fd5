import { beforeAll, describe, expect, it } from 'vitest';
import { METERS, RATE_CARD } from '../../catalog/catalog.ts';
import { putMeter } from '../../database/prices/meters.ts';
import { issue, openAccount } from '../../database/testing/issue.ts';
import { apiForTests, plenty } from '../testing/api-under-test.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const FROM = '2026-12-01T00:00:00.000Z';
const DYNO = { key: 'dyno', meter: 'dyno', description: 'Dynos' };
const TOKENS = { key: 'tokens', meter: 'inference-context-tokens', description: 'Tokens' };
const ROWS = { key: 'rows', meter: 'connect-rows', description: 'Rows' };
const STORAGE = { key: 'storage', meter: 'data-storage', description: 'Storage' };
const FLAT = { ...DYNO, model: 'flat', amount: '5.00' };

const api = apiForTests(() => NOW, { shares: plenty() });
let cards = 0;

beforeAll(async () => {
  for (const [name, definition] of Object.entries(METERS)) {
    await putMeter(api.database.queries, name, definition, NOW);
  }
});

const get = (path: string, as = api.key) => api.call('GET', path, { key: as });
const add = (card: string, more: object = {}) =>
  api.call('POST', `/v1/rate-cards/${card}/versions`, {
    key: api.key,
    body: { effectiveFrom: FROM, currency: 'USD', prices: [FLAT], ...more },
  });
/** The version goes onto a card of its own: only its prices can be wrong. */
const price = (...prices: object[]) => add(`own-${cards++}`, { prices });
const assign = (account: string, body: object) =>
  api.call('PUT', `/v1/accounts/${account}/rate-card`, { key: api.key, body });
const problem = (status: number, pointer: string, detail: string) => ({
  status,
  body: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
});

describe('rate cards', () => {
  it('take the whole price list of the platform, and give it back as written', async () => {
    const { key: name, ...list } = RATE_CARD;
    const written = await add(name, list);
    const by = { changedBy: expect.stringMatching(/^key:/), reason: null };
    const version = { key: name, version: 1, ...list, createdAt: NOW.toISOString(), ...by };
    expect(written).toMatchObject({ status: 201, body: version });
    const { body } = await get(`/v1/rate-cards/${name}`);
    expect(body).toEqual({ key: name, versions: [version] });
  });

  it('are added to, and never edited', async () => {
    expect(await add('grows')).toMatchObject({ status: 201, body: { version: 1 } });
    expect(await add('grows', { effectiveFrom: '2027-01-01T00:00:00Z' })).toMatchObject({
      status: 201,
      body: { version: 2, effectiveFrom: '2027-01-01T00:00:00.000Z' },
    });
    expect(await add('grows')).toMatchObject(problem(409, '#/effectiveFrom', 'Version 1 of grows'));
    expect(await add('grows', { effectiveFrom: '2028-01-01T00:00:00Z', currency: 'EUR' })).toMatchObject(
      problem(409, '#/currency', 'in USD'),
    );
    expect(await get('/v1/rate-cards/grows')).toMatchObject({ body: { versions: [{ version: 1 }, { version: 2 }] } });
    expect(await api.call('PUT', '/v1/rate-cards/grows', { key: api.key, body: {} })).toMatchObject({ status: 405 });
    expect(await get('/v1/rate-cards/nothing')).toMatchObject({ status: 404 });
  });

  it('do not price anew what is final', async () => {
    const { queries } = api.database;
    await openAccount(queries, 'charged', NOW);
    await add('final', { effectiveFrom: '2026-01-01T00:00:00Z' });
    await assign('charged', { key: 'final' });
    await api.database.serializable((tx) => issue(tx, 'charged', '2026-10', ['5.00'], NOW));
    for (const effectiveFrom of ['2026-10-31T23:59:59.999Z', '2026-10-01T00:00:00Z', '2026-09-01T00:00:00Z']) {
      const answer = await add('final', { effectiveFrom });
      expect(answer).toMatchObject(problem(409, '#/effectiveFrom', 'Period 2026-10 of account charged'));
    }
    expect(await add('final', { effectiveFrom: '2026-11-01T00:00:00Z' })).toMatchObject({ status: 201 });
  });

  it('are shown to those who serve all accounts, and written by operators', async () => {
    await add('secret');
    await openAccount(api.database.queries, 'reader', NOW);
    for (const path of ['/v1/rate-cards', '/v1/rate-cards/secret']) {
      expect(await get(path, await api.keyOf('read'))).toMatchObject({ status: 200 });
      expect(await get(path, await api.keyOf('read', 'reader'))).toMatchObject({ status: 403 });
      expect(await get(path, await api.keyOf('ingest'))).toMatchObject({ status: 403 });
    }
    const path = '/v1/rate-cards/secret/versions';
    expect(await api.call('POST', path, { key: await api.keyOf('read'), body: {} })).toMatchObject({ status: 403 });
  });

  it('are listed by key', async () => {
    await add('page-a');
    await add('page-b', { currency: 'EUR' });
    await add('page-b', { currency: 'EUR', effectiveFrom: '2027-01-01T00:00:00Z' });
    const cursor = Buffer.from('page-').toString('base64url');
    const first = await get(`/v1/rate-cards?limit=1&cursor=${cursor}`);
    expect(first).toMatchObject({ body: { data: [{ key: 'page-a', currency: 'USD', versions: 1 }] } });
    const { nextCursor } = first.body as { nextCursor: string };
    expect(await get(`/v1/rate-cards?limit=1&cursor=${nextCursor}`)).toMatchObject({
      body: { data: [{ key: 'page-b', currency: 'EUR', versions: 2 }] },
    });
  });

  it.each([
    [{ effectiveFrom: '2026-12-01' }, '#/effectiveFrom', 'RFC 3339'],
    [{ effectiveFrom: '2026-12-01T00:00:00.0001Z' }, '#/effectiveFrom', 'millisecond'],
    [{ effectiveFrom: '2026-02-30T00:00:00Z' }, '#/effectiveFrom', 'RFC 3339'],
    [{ effectiveFrom: '1969-12-31T00:00:00Z' }, '#/effectiveFrom', '1970'],
    [{ currency: 'usd' }, '#/currency', 'ISO 4217'],
    [{ prices: [] }, '#/prices', 'a price'],
    [{ prices: undefined }, '#/prices', 'array'],
    [{ version: 3 }, '#/version', 'not known'],
  ])('refuse %j', async (wrong, pointer, detail) => {
    expect(await add('wrong', wrong)).toMatchObject(problem(400, pointer, detail));
    expect(await get('/v1/rate-cards/wrong')).toMatchObject({ status: 404 });
  });
});

describe('prices', () => {
  it.each([
    ['per unit', { ...TOKENS, model: 'per_unit', unitAmount: '0.000000000001', per: '1000' }],
    [
      'graduated',
      {
        ...TOKENS,
        model: 'graduated',
        tiers: [
          { upTo: '10', unitAmount: '1' },
          { upTo: null, unitAmount: '0' },
        ],
      },
    ],
    ['volume', { ...TOKENS, model: 'volume', tiers: [{ upTo: null, unitAmount: '1', flatAmount: '2' }] }],
    ['package', { ...ROWS, model: 'package', amount: '5', size: '10000' }],
    [
      'percentage',
      { ...TOKENS, model: 'percentage', percent: '2.9', fixedAmount: '0.30', perEventMin: '1', perEventMax: '1' },
    ],
    ['flat', { ...FLAT, flatAtZero: true }],
    [
      'per time',
      { ...DYNO, model: 'per_time', amount: '25', perSeconds: '2592000', maximum: { amount: '25', scope: 'slot' } },
    ],
    [
      'an allowance, a minimum and a cap',
      { ...FLAT, included: '10', minimum: '5', maximum: { amount: '5', scope: 'line' } },
    ],
    ['a match and lines', { ...FLAT, match: { size: 'eco', team: '' }, lineBy: ['app', 'process'] }],
    ['twenty digits', { ...FLAT, amount: `${'9'.repeat(20)}.${'9'.repeat(12)}` }],
  ])('may be of %s', async (_, good) => {
    expect(await price(good)).toMatchObject({ status: 201, body: { prices: [good] } });
  });

  const tiers = (...bounds: (string | null)[]) => ({
    ...TOKENS,
    model: 'graduated',
    tiers: bounds.map((upTo) => ({ upTo, unitAmount: '1' })),
  });

  it.each([
    [{ ...FLAT, model: 'free' }, '/model', 'per_unit'],
    [{ ...DYNO, amount: '5' }, '/model', 'per_unit'],
    [{ ...FLAT, amount: 5 }, '/amount', 'string'],
    [{ ...FLAT, amount: '-5' }, '/amount', 'decimal'],
    [{ ...FLAT, amount: '1e3' }, '/amount', 'decimal'],
    [{ ...FLAT, amount: '05' }, '/amount', 'decimal'],
    [{ ...FLAT, amount: '.5' }, '/amount', 'decimal'],
    [{ ...FLAT, amount: '0.0000000000001' }, '/amount', '12 after'],
    [{ ...FLAT, amount: '1'.repeat(21) }, '/amount', '20 digits'],
    [{ ...FLAT, amount: 'NaN' }, '/amount', 'decimal'],
    [{ ...FLAT, unitAmount: '1' }, '/unitAmount', 'not known'],
    [{ ...FLAT, key: 'Dyno' }, '/key', 'a–z'],
    [{ ...FLAT, description: ' ' }, '/description', 'empty'],
    [{ ...FLAT, flatAtZero: 'yes' }, '/flatAtZero', 'boolean'],
    [{ ...FLAT, minimum: '5.01', maximum: { amount: '5', scope: 'line' } }, '/maximum/amount', 'cap below the minimum'],
    [{ ...FLAT, minimum: 'x', maximum: { amount: '5', scope: 'line' } }, '/minimum', 'decimal'],
    [{ ...FLAT, maximum: { amount: '5', scope: 'app' } }, '/maximum/scope', 'slot'],
    [{ ...FLAT, maximum: '5' }, '/maximum', 'object'],
    [{ ...FLAT, meter: 'nothing' }, '/meter', 'no meter "nothing"'],
    [{ ...FLAT, match: { color: 'red' } }, '/match/color', 'no dimension "color"; it has app, process'],
    [{ ...FLAT, match: { constructor: 'x' } }, '/match/constructor', 'no dimension'],
    [{ ...FLAT, match: { size: 1 } }, '/match/size', 'string'],
    [{ ...FLAT, match: { size: 'a\u0000' } }, '/match/size', 'control'],
    [{ ...FLAT, match: { Size: 'a' } }, '/match/Size', 'dimension'],
    [{ ...FLAT, lineBy: ['app', 'color'] }, '/lineBy/1', 'no dimension "color"'],
    [{ ...FLAT, lineBy: ['app', 'app'] }, '/lineBy', 'once'],
    [{ ...FLAT, lineBy: [] }, '/lineBy', 'absent'],
    [{ ...TOKENS, model: 'flat', amount: '5', maximum: { amount: '5', scope: 'slot' } }, '/maximum/scope', 'no slots'],
    [{ ...STORAGE, model: 'flat', amount: '5', maximum: { amount: '5', scope: 'slot' } }, '/maximum/scope', 'no slots'],
    [{ ...TOKENS, model: 'per_unit', unitAmount: '1', per: '0' }, '/per', 'more than zero'],
    [{ ...TOKENS, model: 'per_unit', unitAmount: '1', per: '0.000' }, '/per', 'more than zero'],
    [{ ...TOKENS, model: 'package', amount: '1', size: '0' }, '/size', 'more than zero'],
    [{ ...TOKENS, model: 'per_time', amount: '1', perSeconds: '60' }, '/model', 'time_weighted'],
    [{ ...DYNO, model: 'per_time', amount: '1', perSeconds: '0' }, '/perSeconds', 'more than zero'],
    [{ ...DYNO, model: 'percentage', percent: '1' }, '/model', 'of a sum'],
    [{ ...ROWS, model: 'percentage', percent: '1' }, '/model', 'of a sum'],
    [{ ...TOKENS, model: 'percentage', percent: '-1' }, '/percent', 'decimal'],
    [
      { ...TOKENS, model: 'percentage', percent: '1', perEventMin: '2', perEventMax: '1.5' },
      '/perEventMax',
      'perEventMin',
    ],
    [{ ...TOKENS, model: 'percentage', percent: '1', perEventMin: 'x', perEventMax: '1' }, '/perEventMin', 'decimal'],
    [tiers(), '/tiers', 'a tier'],
    [tiers('10'), '/tiers/0/upTo', 'without end'],
    [tiers('10', '20'), '/tiers/1/upTo', 'without end'],
    [tiers(null, null), '/tiers/0/upTo', 'Only the last'],
    [tiers('10', '10.0', null), '/tiers/1/upTo', 'more than the tier before'],
    [tiers('10', '9', null), '/tiers/1/upTo', 'more than the tier before'],
    [tiers('x', null), '/tiers/0/upTo', 'decimal'],
    [tiers('0', null), '/tiers/0/upTo', 'more than zero'],
    [{ ...tiers(null), tiers: [{ upTo: null }] }, '/tiers/0/unitAmount', 'string'],
    [{ ...tiers(null), tiers: [{ upTo: null, unitAmount: '1', flatAmount: '-1' }] }, '/tiers/0/flatAmount', 'decimal'],
  ])('may not be %j', async (wrong, pointer, detail) => {
    expect(await price(wrong)).toMatchObject(problem(400, `#/prices/0${pointer}`, detail));
  });

  it.each([
    ['the same meter without a match', {}, {}],
    ['a match beside none', {}, { match: { size: 'eco' } }],
    ['a wider match', { match: { size: 'eco' } }, { match: { size: 'eco', app: 'a' } }],
    ['matches in different dimensions', { match: { size: 'eco' } }, { match: { app: 'a' } }],
    ['the same match', { match: { size: 'eco', app: 'a' } }, { match: { app: 'a', size: 'eco' } }],
  ])('may not charge usage twice: %s', async (_, a, b) => {
    const both = [
      { ...FLAT, ...a },
      { ...FLAT, key: 'other', ...b },
    ];
    const expected = problem(400, '#/prices/1/match', 'Price 0, "dyno", can match the same usage of meter dyno');
    expect(await price(...both)).toMatchObject(expected);
  });

  it.each([
    ['another value of a dimension', { match: { size: 'eco' } }, { match: { size: 'basic' } }],
    ['another value of one of two', { match: { size: 'eco', app: 'a' } }, { match: { size: 'eco', app: 'b' } }],
    ['usage that says nothing', { match: { team: '' } }, { match: { team: 'core' } }],
    ['another meter', {}, { meter: 'members' }],
  ])('stand side by side with %s', async (_, a, b) => {
    expect(await price({ ...FLAT, ...a }, { ...FLAT, key: 'other', ...b })).toMatchObject({ status: 201 });
  });

  it('have keys of their own', async () => {
    const repeated = await price({ ...FLAT, match: { size: 'a' } }, { ...FLAT, match: { size: 'b' } });
    expect(repeated).toMatchObject(problem(400, '#/prices/1/key', 'Price 0 has the key "dyno" already'));
  });

  it('are all checked at once', async () => {
    const { body } = await price({ ...FLAT, meter: 'x' }, { ...FLAT, key: 'b', match: { y: '1' } }, FLAT);
    expect((body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual([
      '#/prices/2/key',
      '#/prices/2/match',
      '#/prices/0/meter',
      '#/prices/1/match/y',
    ]);
  });
});

describe('the rate card of an account', () => {
  it('is put, replaced and read', async () => {
    await openAccount(api.database.queries, 'assigned', NOW);
    await add('standard');
    expect(await get('/v1/accounts/assigned/rate-card')).toMatchObject({ status: 404 });
    const first = { accountId: 'assigned', key: 'standard', discountPercent: '0' };
    expect(await assign('assigned', { key: 'standard' })).toMatchObject({ status: 201, body: first });
    const discounted = { ...first, discountPercent: '12.5' };
    expect(await assign('assigned', { key: 'standard', discountPercent: '12.5' })).toMatchObject({
      status: 200,
      body: discounted,
    });
    // Whoever moves an account to another card has said nothing of its discount.
    expect(await assign('assigned', { key: 'standard' })).toMatchObject({ status: 200, body: discounted });
    const read = (as: string) => get('/v1/accounts/assigned/rate-card', as);
    expect(await read(await api.keyOf('read', 'assigned'))).toMatchObject({ status: 200, body: discounted });
    await openAccount(api.database.queries, 'another', NOW);
    expect(await read(await api.keyOf('read', 'another'))).toMatchObject({ status: 404 });
    expect(await assign('nobody', { key: 'standard' })).toMatchObject({ status: 404 });
  });

  it.each([
    [{ key: 'nothing' }, 400, '#/key', 'no rate card "nothing"'],
    [{ key: 'euros' }, 409, '#/key', 'in EUR'],
    [{ key: 'dollars', discountPercent: '101' }, 400, '#/discountPercent', '"100"'],
    [{ key: 'dollars', discountPercent: '-1' }, 400, '#/discountPercent', '"0"'],
    [{ key: 'dollars', discountPercent: 10 }, 400, '#/discountPercent', 'string'],
    [{ discountPercent: '10' }, 400, '#/key', 'string'],
  ])('may not be %j', async (wrong, status, pointer, detail) => {
    await openAccount(api.database.queries, 'refused', NOW);
    await add('euros', { currency: 'EUR' });
    await add('dollars');
    expect(await assign('refused', wrong)).toMatchObject(problem(status, pointer, detail));
    expect(await get('/v1/accounts/refused/rate-card')).toMatchObject({ status: 404 });
  });
});

describe('the currency of an account', () => {
  const put = (account: string, currency: string) =>
    api.call('PUT', `/v1/accounts/${account}`, {
      key: api.key,
      body: { name: 'A', kind: 'team', currency, timeZone: 'UTC', anchorDay: 1, taxPercent: '0' },
    });

  it.each([
    ['its rate card', 'card-held', '/rate-card', 'PUT', { key: 'held' }],
    [
      'a license of money',
      'license-held',
      '/licenses/credit',
      'PUT',
      {
        product: 'add-on credit',
        quantity: '100',
        unit: 'USD',
        measure: 'sum',
        weights: { addon: '1' },
        from: FROM,
        to: '2027-12-01T00:00:00Z',
      },
    ],
    ['a credit', 'credit-held', '/credits', 'POST', { amount: '1', reason: 'Goodwill' }],
  ] as const)('stays while %s is in it', async (_, account, path, method, body) => {
    await add('held');
    expect(await put(account, 'EUR')).toMatchObject({ status: 201 });
    expect(await put(account, 'USD')).toMatchObject({ status: 200 });
    expect(await api.call(method, `/v1/accounts/${account}${path}`, { key: api.key, body })).toMatchObject({
      status: 201,
    });
    expect(await put(account, 'EUR')).toMatchObject(problem(409, '#/currency', 'is in USD'));
    const patch = api.call('PATCH', `/v1/accounts/${account}`, { key: api.key, body: { currency: 'EUR' } });
    expect(await patch).toMatchObject(problem(409, '#/currency', 'is in USD'));
    expect(await put(account, 'USD')).toMatchObject({ status: 200 });
  });
});
