import { beforeEach, describe, expect, it } from 'vitest';
import { promoteMeter } from '../../database/prices/meters.ts';
import type { Meter } from '../../domain/meter.ts';
import { apiForTests } from '../testing/api-under-test.ts';
import type { MeterChanges } from './meters.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const TOKENS = {
  description: 'Tokens generated',
  eventType: 'inference.completed',
  aggregation: 'sum',
  valuePath: '$.tokens.generated',
  dimensions: { model: '$.model', app: '$.app' },
  unit: 'tokens',
};

/** What the roller does in the whole server; here it promotes without rolling, or fails. */
let roll: (meter: Meter) => Promise<void>;
/** Whose usage a change bears on, and from when. */
let touched: MeterChanges['accountsTouched'];

const api = apiForTests(() => NOW, {
  onMeterChange: (meter) => roll(meter),
  accountsTouched: (...asked) => touched(...asked),
});
beforeEach(() => {
  touched = async () => new Map();
  roll = async (meter) => {
    await promoteMeter(api.database.queries, meter.key, meter.version);
  };
});

const put = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call('PUT', `/v1/meters/${name}`, { key: api.key, body, headers });
const get = (path: string) => api.call('GET', `/v1/meters${path}`, { key: api.key });

it('answers when the new version has been rolled', async () => {
  const order: string[] = [];
  roll = async (meter) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await promoteMeter(api.database.queries, meter.key, meter.version);
    order.push(`rolled ${meter.version}`);
  };
  const first = { key: 'tokens', version: 1, ...TOKENS, createdAt: NOW.toISOString() };
  expect(await put('tokens', TOKENS)).toMatchObject({ status: 201, body: first });
  order.push('answered');
  expect(await get('/tokens')).toMatchObject({ status: 200, body: first });
  expect(await put('tokens', { ...TOKENS, unit: 'kT' })).toMatchObject({
    status: 201,
    body: { version: 2, unit: 'kT' },
  });
  expect(await put('tokens', { ...TOKENS, unit: 'kT' })).toMatchObject({ status: 200, body: { version: 2 } });
  expect(order).toEqual(['rolled 1', 'answered', 'rolled 2']);
});

it('keeps the order of the dimensions', async () => {
  await put('ordered', { ...TOKENS, dimensions: { zone: '$.z', app: '$.a', model: '$.m' } });
  const { body } = await get('/ordered');
  expect(Object.keys((body as Meter).dimensions)).toEqual(['zone', 'app', 'model']);
});

it('rolls what an earlier request left unrolled, also when the request is repeated with its key', async () => {
  const headers = { 'idempotency-key': 'unrolled' };
  roll = () => Promise.reject(new Error('the roller stumbled'));
  expect(await put('left', TOKENS, headers)).toMatchObject({ status: 500 });
  expect((await get('?limit=200')).body).not.toMatchObject({ data: expect.arrayContaining([{ key: 'left' }]) });
  const rolled: number[] = [];
  roll = async (meter) => {
    rolled.push(meter.version);
    await promoteMeter(api.database.queries, meter.key, meter.version);
  };
  expect(await put('left', TOKENS, headers)).toMatchObject({ status: 201, body: { version: 1 } });
  expect(await put('left', TOKENS, headers)).toMatchObject({ status: 201, body: { version: 1 } });
  expect(rolled).toEqual([1]);
});

it('lists current versions in pages', async () => {
  for (const name of ['list-a', 'list-b', 'list-c']) await put(name, TOKENS);
  const first = await get('?limit=2&cursor=bGlzdC0');
  expect(first).toMatchObject({ body: { data: [{ key: 'list-a' }, { key: 'list-b' }] } });
  const { nextCursor } = first.body as { nextCursor: string };
  expect(await get(`?limit=2&cursor=${nextCursor}`)).toMatchObject({ body: { data: [{ key: 'list-c' }, {}] } });
});

it('knows what it does not know', async () => {
  expect(await get('/nothing')).toMatchObject({ status: 404, body: { detail: expect.stringContaining('"nothing"') } });
});

it.each([
  ['count', {}],
  ['sum', { valuePath: '$.v' }],
  ['max', { valuePath: '$.v-1.w_2' }],
  ['unique', { valuePath: '$.user' }],
  ['latest', { valuePath: '$.rows' }],
  ['time_weighted', { valuePath: '$.quantity', levels: 'slots' }],
])('takes a %s', async (aggregation, more) => {
  const { valuePath: _, ...rest } = TOKENS;
  expect(await put(`a-${aggregation.replace('_', '-')}`, { ...rest, aggregation, ...more })).toMatchObject({
    status: 201,
  });
});

it.each([
  [{ aggregation: 'average' }, '#/aggregation'],
  [{ aggregation: 'count' }, '#/valuePath'],
  [{ valuePath: undefined }, '#/valuePath'],
  [{ valuePath: 'tokens' }, '#/valuePath'],
  [{ valuePath: '$' }, '#/valuePath'],
  [{ valuePath: '$.a[0]' }, '#/valuePath'],
  [{ valuePath: '$..a' }, '#/valuePath'],
  [{ valuePath: "$.a'b" }, '#/valuePath'],
  [{ levels: 'slots' }, '#/levels'],
  [{ aggregation: 'time_weighted' }, '#/levels'],
  [{ eventType: '' }, '#/eventType'],
  [{ unit: 'a\nb' }, '#/unit'],
  [{ dimensions: { subject: '$.s' } }, '#/dimensions/subject'],
  [{ dimensions: { account: '$.s' } }, '#/dimensions/account'],
  [{ dimensions: { Model: '$.m' } }, '#/dimensions/Model'],
  [{ dimensions: { model: 'm' } }, '#/dimensions/model'],
  [{ dimensions: { model: null } }, '#/dimensions/model'],
  [{ dimensions: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`d${i}`, '$.d'])) }, '#/dimensions'],
  [{ price: '1' }, '#/price'],
])('refuses %j', async (wrong, pointer) => {
  const answer = await put('wrong', { ...TOKENS, ...wrong });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer, detail: expect.stringMatching(/./) }] } });
  expect(await get('/wrong')).toMatchObject({ status: 404 });
});

it.each(['UPPER', 'a b', '-a', 'x'.repeat(65)])('refuses the key "%s"', async (name) => {
  expect(await put(encodeURIComponent(name), TOKENS)).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/key' }] },
  });
});

const CARD = { currency: 'USD', effectiveFrom: '2026-01-01T00:00:00Z' };
const priceOf = (meter: string, more: object) => ({
  key: 'p',
  meter,
  description: 'P',
  model: 'per_unit',
  unitAmount: '1',
  ...more,
});
const addPrices = (card: string, prices: object[], more: object = {}) =>
  api.call('POST', `/v1/rate-cards/${card}/versions`, { key: api.key, body: { ...CARD, prices, ...more } });

it('tells its history, and who wrote it when', async () => {
  await put('told', TOKENS);
  const effectiveFrom = '2026-11-30T00:00:00.000Z';
  expect(await put('told', { ...TOKENS, unit: 'kT', effectiveFrom })).toMatchObject({
    status: 201,
    body: { version: 2, unit: 'kT', effectiveFrom },
  });
  // It does not hold yet.
  expect(await get('/told')).toMatchObject({ body: { unit: 'tokens', effectiveFrom: null, archivedAt: null } });
  const changed = { changedAt: NOW.toISOString(), changedBy: expect.stringMatching(/^key:/) };
  expect(await get('/told/history')).toMatchObject({
    status: 200,
    body: {
      data: [
        { effectiveFrom: null, value: TOKENS, ...changed },
        { effectiveFrom, value: { ...TOKENS, unit: 'kT' }, ...changed },
      ],
    },
  });
  expect(await get('/untold/history')).toMatchObject({ status: 404 });
});

describe('a change that a price in force could not take', () => {
  const LEVELS = { aggregation: 'time_weighted', levels: 'slots' };
  it.each<[string, object, object, object]>([
    ['loses a dimension it matches', {}, { match: { model: 'a' } }, { dimensions: { app: '$.app' } }],
    ['loses a dimension it has lines by', {}, { lineBy: ['app'] }, { dimensions: { model: '$.model' } }],
    ['counts time under a percentage', {}, { model: 'percentage', percent: '10', unitAmount: undefined }, LEVELS],
    [
      'counts no time under a price per time',
      LEVELS,
      { model: 'per_time', amount: '1', perSeconds: '60', unitAmount: undefined },
      {},
    ],
    [
      'counts no slots under a cap by slot',
      LEVELS,
      { maximum: { amount: '1', scope: 'slot' } },
      { ...LEVELS, levels: 'amount' },
    ],
  ])('is refused and names the price: %s', async (name, first, price, second) => {
    const meter = `guard-${name.replace(/\W/g, '-')}`.slice(0, 60);
    await put(meter, { ...TOKENS, ...first });
    expect(await addPrices(meter, [priceOf(meter, price)])).toMatchObject({ status: 201 });
    expect(await put(meter, { ...TOKENS, levels: undefined, ...second })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(`Price "p" of rate card ${meter}, version 1`) },
    });
    expect(await get(`/${meter}`)).toMatchObject({ body: { version: 1 } });
    // Another path or unit is the price's own affair, and a dimension more takes nothing away.
    const more = { ...TOKENS, ...first, valuePath: '$.other', dimensions: { ...TOKENS.dimensions, zone: '$.z' } };
    expect(await put(meter, more)).toMatchObject({ status: 201 });
  });

  it('is taken where the price accepts it, or is out of force by then', async () => {
    await put('later', TOKENS);
    await addPrices('later', [priceOf('later', { match: { model: 'a' } })]);
    expect(await put('later', { ...TOKENS, aggregation: 'max' })).toMatchObject({ status: 201 });
    const without = { ...TOKENS, dimensions: { app: '$.app' } };
    expect(await put('later', { ...without, effectiveFrom: '2026-12-05T00:00:00Z' })).toMatchObject({ status: 409 });
    const next = { effectiveFrom: '2026-12-01T00:00:00Z' };
    expect(await addPrices('later', [priceOf('later', { key: 'q' })], next)).toMatchObject({ status: 201 });
    expect(await put('later', { ...without, effectiveFrom: '2026-12-05T00:00:00Z' })).toMatchObject({ status: 201 });
    expect(await put('later', { ...without, aggregation: 'sum' })).toMatchObject({ status: 409 });
  });
});

it('keeps a price on its meter, from version to version', async () => {
  await put('stays', TOKENS);
  await put('other', TOKENS);
  await addPrices('moving', [priceOf('stays', {})]);
  const later = { effectiveFrom: '2026-12-01T00:00:00Z' };
  expect(await addPrices('moving', [priceOf('other', {})], later)).toMatchObject({
    status: 409,
    body: {
      detail: expect.stringMatching(/^Price "p" is of meter stays in version 1 and cannot be of meter other/),
      errors: [{ pointer: '#/prices/0/meter' }],
    },
  });
  expect(await addPrices('moving', [priceOf('other', { key: 'q' }), priceOf('stays', {})], later)).toMatchObject({
    status: 201,
  });
});

describe('archiving', () => {
  const archive = (name: string, body?: object) =>
    api.call('POST', `/v1/meters/${name}/archive`, { key: api.key, ...(body ? { body } : {}) });

  it('needs no body, and is told in the list and in the history', async () => {
    await put('archived', TOKENS);
    expect(await archive('archived')).toMatchObject({
      status: 200,
      body: { archivedAt: NOW.toISOString(), version: 2 },
    });
    expect(await archive('archived', {})).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await get('?limit=200')).toMatchObject({
      body: {
        data: expect.arrayContaining([expect.objectContaining({ key: 'archived', archivedAt: NOW.toISOString() })]),
      },
    });
    expect(await get('/archived/history')).toMatchObject({ body: { data: [{ value: TOKENS }, { value: null }] } });
    expect(
      await addPrices('of-archived', [priceOf('archived', {})], { effectiveFrom: NOW.toISOString() }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/prices/0/meter' }] },
    });
    expect(await put('archived', TOKENS)).toMatchObject({ status: 201, body: { version: 3, archivedAt: null } });
  });

  it('is refused while a price in force names it, and in the past', async () => {
    await put('needed', TOKENS);
    await addPrices('needing', [priceOf('needed', {})]);
    expect(await archive('needed')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Price "p" of rate card needing, version 1') },
    });
    await put('other', TOKENS);
    await addPrices('needing', [priceOf('other', { key: 'q' })], { effectiveFrom: '2026-12-01T00:00:00Z' });
    expect(await archive('needed')).toMatchObject({ status: 409 });
    const effectiveFrom = '2026-12-01T00:00:00.000Z';
    expect(await archive('needed', { effectiveFrom })).toMatchObject({
      status: 200,
      body: { archivedAt: effectiveFrom },
    });
    expect(await archive('needed', { effectiveFrom: '2026-11-01T00:00:00Z' })).toMatchObject({ status: 400 });
    expect(await archive('unknown')).toMatchObject({ status: 404 });
  });
});

describe('a change that reaches into a period that has ended', () => {
  it('is refused and names it, unless somebody says why', async () => {
    await put('past', TOKENS);
    const account = { name: 'P', kind: 'team', currency: 'USD', timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
    await api.call('PUT', '/v1/accounts/past', { key: api.key, body: account });
    const asked: unknown[] = [];
    touched = async (...question) => {
      asked.push(question);
      return new Map([['past', Date.parse('2026-10-31T23:59:59.999Z') * 1000]]);
    };
    const change = { ...TOKENS, valuePath: '$.other', eventType: 'other', effectiveFrom: '2026-10-01T00:00:00Z' };
    expect(await put('past', change)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('Period 2026-10 of account past has ended') },
    });
    const of = { meter: 'past', meterVersion: 1, types: ['inference.completed', 'other'] };
    expect(asked).toEqual([[of, Date.parse('2026-10-01T00:00:00Z') * 1000]]);
    expect(await put('past', { ...change, effectiveFrom: null })).toMatchObject({ status: 409 });
    expect(await put('past', { ...change, amend: { reason: '' } })).toMatchObject({ status: 400 });
    expect(await put('past', { ...change, amend: { reason: 'It was wrong' } })).toMatchObject({ status: 201 });
    expect(await get('/past/history')).toMatchObject({ body: { data: [{}, { reason: 'It was wrong' }] } });
    touched = async () => new Map([['past', Date.parse('2026-11-01T00:00:00Z') * 1000]]);
    expect(await put('past', { ...TOKENS, effectiveFrom: '2026-10-01T00:00:00Z' })).toMatchObject({ status: 201 });
  });
});
