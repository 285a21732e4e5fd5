import { beforeAll, describe, expect, it } from 'vitest';
import { putTeam } from '../../database/accounts/accounts.ts';
import { openAccount } from '../../database/testing/issue.ts';
import { apiForTests } from '../testing/api-under-test.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
const UNITS = {
  product: 'dyno units',
  quantity: '40',
  unit: 'units',
  measure: 'unit_months',
  weights: { 'dyno.standard-1x': '1', 'dyno.basic': '0.28' },
  from: '2026-01-01T00:00:00.000Z',
  to: '2027-01-01T00:00:00.000Z',
};

const api = apiForTests(() => NOW);

beforeAll(async () => {
  for (const id of ['mine', 'theirs']) await openAccount(api.database.queries, id, NOW);
  for (const id of ['core', 'edge']) await putTeam(api.database.queries, { accountId: 'mine', id, name: id }, NOW);
});

const at = (path: string) => `/v1/accounts/mine/licenses${path}`;
const get = (path: string, as = api.key) => api.call('GET', at(path), { key: as });
const put = (path: string, body: object) => api.call('PUT', at(path), { key: api.key, body });
const problem = (status: number, pointer: string, detail: string) => ({
  status,
  body: { errors: [{ pointer, detail: expect.stringContaining(detail) }] },
});

describe('licenses', () => {
  it('are written, changed and read', async () => {
    const first = { id: 'units', version: 1, ...UNITS };
    expect(await put('/units', UNITS)).toMatchObject({ status: 201, body: { ...first, effectiveFrom: null } });
    const since = NOW.toISOString();
    expect(await put('/units', UNITS)).toMatchObject({ status: 200, body: { ...first, effectiveFrom: since } });
    const changed = { ...first, version: 2, quantity: '50' };
    expect(await put('/units', { ...UNITS, quantity: '50' })).toMatchObject({ status: 200, body: changed });
    expect((await get('/units')).body).toEqual(changed);
    const money = { ...UNITS, product: 'add-on credit', unit: 'USD', measure: 'sum' };
    expect(await put('/money', money)).toMatchObject({ status: 201 });
    const first2 = await get('?limit=1');
    expect(first2.body).toMatchObject({ data: [{ id: 'money' }] });
    const { nextCursor } = first2.body as { nextCursor: string };
    expect((await get(`?limit=1&cursor=${nextCursor}`)).body).toEqual({ data: [changed], nextCursor: null });
  });

  it('tell who changed what, when, and effective when', async () => {
    const told = { ...UNITS, product: 'told' };
    await put('/told', told);
    const next = '2026-12-10T00:00:00.000Z';
    expect(await put('/told', { ...told, quantity: '60', effectiveFrom: next })).toMatchObject({
      status: 200,
      body: { version: 2, quantity: '60', effectiveFrom: next },
    });
    // It is not so yet.
    expect((await get('/told')).body).toMatchObject({ version: 1, quantity: '40' });
    const by = { changedBy: expect.stringMatching(/^key:/), changedAt: NOW.toISOString() };
    expect((await get('/told/history')).body).toEqual({
      data: [
        { version: 1, effectiveFrom: null, ...by, value: told },
        { version: 2, effectiveFrom: next, ...by, value: { ...told, quantity: '60' } },
      ],
    });
    expect(await get('/untold/history')).toMatchObject({ status: 404 });
    expect(await get('/told/history', await api.keyOf('read', 'theirs'))).toMatchObject({ status: 404 });
  });

  it('are seen by their account only', async () => {
    await put('/seen', { ...UNITS, product: 'seen' });
    expect(await get('/seen', await api.keyOf('read', 'mine'))).toMatchObject({ status: 200 });
    for (const path of ['', '/seen', '/seen/allocations']) {
      expect(await get(path, await api.keyOf('read', 'theirs'))).toMatchObject({ status: 404 });
    }
    expect(await api.call('GET', '/v1/accounts/theirs/licenses/seen', { key: api.key })).toMatchObject({ status: 404 });
    expect(await api.call('PUT', '/v1/accounts/nobody/licenses/x', { key: api.key, body: UNITS })).toMatchObject({
      status: 404,
    });
    const reader = await api.keyOf('read', 'mine');
    expect(await api.call('PUT', at('/seen'), { key: reader, body: UNITS })).toMatchObject({ status: 403 });
  });

  it('of one product do not overlap', async () => {
    const space = { ...UNITS, product: 'spaces' };
    await put('/space-26', space);
    const overlapping = { ...space, from: '2026-12-31T23:59:59.999Z', to: '2028-01-01T00:00:00Z' };
    expect(await put('/space-27', overlapping)).toMatchObject(problem(409, '#/from', 'License space-26 of spaces'));
    expect(await put('/space-27', { ...overlapping, from: space.to })).toMatchObject({ status: 201 });
  });

  it.each([
    [{ to: UNITS.from }, 400, '#/to', 'later'],
    [{ to: '2025-01-01T00:00:00Z' }, 400, '#/to', 'later'],
    [{ from: '2026-01-01' }, 400, '#/from', 'RFC 3339'],
    [{ weights: {} }, 400, '#/weights', 'a price'],
    [{ weights: { basic: '0' } }, 400, '#/weights/basic', 'more than zero'],
    [{ weights: { basic: 1 } }, 400, '#/weights/basic', 'string'],
    [{ weights: { 'A b': '1' } }, 400, '#/weights/A b', 'a–z'],
    [{ quantity: '0' }, 400, '#/quantity', 'more than zero'],
    [{ quantity: '-1' }, 400, '#/quantity', 'decimal'],
    [{ quantity: 40 }, 400, '#/quantity', 'string'],
    [{ measure: 'average' }, 400, '#/measure', 'unit_months'],
    [{ product: '' }, 400, '#/product', 'empty'],
    [{ version: 7 }, 400, '#/version', 'not known'],
    [{ unit: 'EUR' }, 409, '#/unit', 'pays in USD'],
  ])('may not be %j', async (wrong, status, pointer, detail) => {
    expect(await put('/wrong', { ...UNITS, product: 'wrong', ...wrong })).toMatchObject(
      problem(status, pointer, detail),
    );
    expect(await get('/wrong')).toMatchObject({ status: 404 });
  });
});

describe('allocations', () => {
  it('share the license out, and never more than it', async () => {
    await put('/shared', { ...UNITS, product: 'shared', quantity: '10' });
    const give = (team: string, quantity: unknown) => put(`/shared/allocations/${team}`, { quantity });
    expect(await give('core', '6.5')).toMatchObject({ status: 201, body: { teamId: 'core', quantity: '6.5' } });
    expect(await give('edge', '3.6')).toMatchObject(problem(409, '#/quantity', 'leave 3.5 of 10 units'));
    expect(await give('edge', '3.5')).toMatchObject({ status: 201 });
    expect(await give('core', '6')).toMatchObject({ status: 200, body: { quantity: '6' } });
    expect(await put('/shared', { ...UNITS, product: 'shared', quantity: '9' })).toMatchObject(
      problem(409, '#/quantity', 'Teams have 9.5 units'),
    );
    expect((await get('/shared/allocations')).body).toEqual({
      data: [
        { teamId: 'core', quantity: '6' },
        { teamId: 'edge', quantity: '3.5' },
      ],
      nextCursor: null,
    });
    const takeBack = () => api.call('DELETE', at('/shared/allocations/core'), { key: api.key });
    expect(await takeBack()).toMatchObject({ status: 204, body: null });
    expect(await takeBack()).toMatchObject({ status: 404 });
    expect(await put('/shared', { ...UNITS, product: 'shared', quantity: '4' })).toMatchObject({ status: 200 });
  });

  it('tell who had how much when', async () => {
    const told = { ...UNITS, product: 'given', quantity: '10' };
    await put('/given', told);
    const give = (team: string, body: object) => put(`/given/allocations/${team}`, body);
    await putTeam(api.database.queries, { accountId: 'mine', id: 'history', name: 'Archive' }, NOW);
    const next = '2026-12-10T00:00:00.000Z';
    await give('core', { quantity: '4' });
    expect(await give('core', { quantity: '7', effectiveFrom: next })).toMatchObject({
      status: 200,
      body: { teamId: 'core', quantity: '7', effectiveFrom: next },
    });
    expect(await give('history', { quantity: '4' })).toMatchObject(problem(409, '#/quantity', 'leave 3 of 10 units'));
    expect(await give('history', { quantity: '3' })).toMatchObject({ status: 201 });
    await put('/given', { ...told, quantity: '12', effectiveFrom: next });
    expect(await give('history', { quantity: '5', effectiveFrom: next })).toMatchObject({ status: 200 });
    expect(await api.call('DELETE', at('/given/allocations/history'), { key: api.key })).toMatchObject({ status: 204 });
    expect((await get('/given/allocations')).body).toMatchObject({ data: [{ teamId: 'core', quantity: '4' }] });
    const { data } = (await get('/given/allocations/history')).body as { data: object[] };
    const now = NOW.toISOString();
    const by = { changedBy: expect.stringMatching(/^key:/), changedAt: now };
    expect(data).toEqual([
      { teamId: 'core', value: { quantity: '4' }, effectiveFrom: now, ...by },
      { teamId: 'core', value: { quantity: '7' }, effectiveFrom: next, ...by },
      { teamId: 'history', value: { quantity: '3' }, effectiveFrom: now, ...by },
      { teamId: 'history', value: { quantity: '5' }, effectiveFrom: next, ...by },
      { teamId: 'history', value: { quantity: null }, effectiveFrom: now, ...by },
    ]);
    expect(await get('/none/allocations/history')).toMatchObject({ status: 404 });
  });

  it.each([
    ['/none/allocations/core', { quantity: '1' }, 404],
    ['/few/allocations/nobody', { quantity: '1' }, 404],
    ['/few/allocations/core', { quantity: '0' }, 400],
    ['/few/allocations/core', { quantity: '-1' }, 400],
    ['/few/allocations/core', { quantity: 1 }, 400],
    ['/few/allocations/core', {}, 400],
  ])('PUT %s %j: %i', async (path, body, status) => {
    await put('/few', { ...UNITS, product: 'few' });
    expect(await put(path, body)).toMatchObject({ status });
    expect(await get('/few/allocations')).toMatchObject({ body: { data: [] } });
  });

  it('stay within the license when many ask at once', async () => {
    await put('/crowd', { ...UNITS, product: 'crowd', quantity: '3' });
    const teams = ['core', 'edge', 'ops', 'web', 'data'];
    for (const id of teams) await putTeam(api.database.queries, { accountId: 'mine', id, name: id }, NOW);
    const answers = await Promise.all(teams.map((team) => put(`/crowd/allocations/${team}`, { quantity: '1' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409]);
  });
});
