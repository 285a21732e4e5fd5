import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type ApiUnderTest, startApi } from '../../e2e/support/api.ts';
import { FIRST_OPENING_MS } from '../../e2e/support/embedded-postgres.ts';
import { promoteMeter } from '../database/meters.ts';
import type { Meter } from '../metering/meter.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const TOKENS = {
  description: 'Tokens generated',
  eventType: 'inference.completed',
  aggregation: 'sum',
  valuePath: '$.tokens.generated',
  dimensions: { model: '$.model', app: '$.app' },
  unit: 'tokens',
};

let api: ApiUnderTest;
let key: string;
/** What the roller does in the whole server; here it promotes without rolling, or fails. */
let roll: (meter: Meter) => Promise<void>;

beforeAll(async () => {
  api = await startApi(() => NOW, { onMeterChange: (meter) => roll(meter) });
  key = await api.keyOf('operator');
}, FIRST_OPENING_MS);
afterAll(() => api?.close());
beforeEach(() => {
  roll = async (meter) => {
    await promoteMeter(api.database.queries, meter.key, meter.version);
  };
});

const put = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call('PUT', `/v1/meters/${name}`, { key, body, headers });
const get = (path: string) => api.call('GET', `/v1/meters${path}`, { key });

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
