import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let account: TestAccount;
beforeAll(async () => {
  server = await startServer();
  account = await new Operator(server).createAccount();
});
afterAll(async () => {
  expect(server.logs()).not.toMatch(/"level":(50|60)/);
  await server.stop();
});

async function send(path: string, method: string, body: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    ...{ method, body },
    headers: { authorization: `Bearer ${server.operatorKey}`, 'content-type': 'application/json', ...headers },
  });
  return [answer.status, await answer.text()] as const;
}

const event = (data: string, more: object = {}) => {
  const attributes = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/bounds',
    type: 'x',
    subject: 's',
    account: account.id,
  };
  return `${JSON.stringify({ ...attributes, ...more }).slice(0, -1)},"data":${data}}`;
};
const named = (names: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: names }, (_, i) => [`n${i}`, 0])));

describe('a small write', () => {
  it.each<[string, string, RegExp]>([
    ['names', named(20_001), /has 20001 names; at most 20000/],
    ['values', `{"name":[${'0,'.repeat(60_000)}0]}`, /more than 50000 values/],
    ['elements', `[${'0,'.repeat(60_000)}0]`, /more than 50000 values/],
    ['levels', `{"name":${'['.repeat(40_000)}${']'.repeat(40_000)}}`, /nested deeper than 32 levels/],
    ['levels', `[1,${'{"a":'.repeat(33)}1${'}'.repeat(33)}]`, /nested deeper than 32 levels/],
  ])('of too many %s is refused in words', async (_, body, words) => {
    for (const [path, method] of [
      ['/accounts/anew', 'PUT'],
      ['/price-preview', 'POST'],
      ['/users', 'POST'],
    ] as const) {
      expect(await send(path, method, body)).toEqual([400, expect.stringMatching(words)]);
    }
  });

  it('in another encoding than UTF-8, which nobody looks into for names that stand twice, is refused', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-16' };
    const [status] = await send('/accounts/anew', 'PUT', '{}', headers);
    expect(status).toBe(415);
  });
});

describe('an event', () => {
  it.each<[string, string, string]>([
    ['names', named(1_001), 'must not have more than 1000 names'],
    ['values', `{"a":[${'0,'.repeat(20_000)}0]}`, 'must not have more than 10000 values'],
    ['levels', `{"a":${'['.repeat(70)}${']'.repeat(70)}}`, 'must not be nested deeper than 64 levels'],
  ])('of too many %s is refused by itself, in words', async (_, data, words) => {
    expect(await send('/events', 'POST', event(data))).toEqual([400, expect.stringContaining(words)]);
    const batch = `[${event('{"n":1}')},${event(data)}]`;
    expect(await send('/events', 'POST', batch)).toEqual([400, expect.stringContaining(`event 1: ${words}`)]);
    const [status, text] = await send('/events', 'POST', batch, {
      prefer: 'handling=lenient, return=representation',
    });
    expect([status, JSON.parse(text)]).toMatchObject([200, { accepted: 1, rejected: 1 }]);
    const binary = { 'ce-id': 'b', 'ce-source': '/b', 'ce-specversion': '1.0', 'ce-type': 'x', 'ce-subject': 's' };
    expect(await send('/events', 'POST', data, binary)).toEqual([400, expect.stringContaining(words)]);
  });

  it('of ten thousand in a request may have as many names as fit', async () => {
    const batch = Array.from({ length: 10_000 }, () => event(named(30)));
    expect(await send('/events', 'POST', `[${batch.slice(0, 9_000).join(',')}]`)).toEqual([204, '']);
  });

  it.each(['1', '1e0', '1.00000000000000000000'])(
    'with a name twice is refused alike beside the number %s',
    async (n) => {
      expect(await send('/events', 'POST', `[${event(`{"a":${n},"a":${n}}`)},${event('{"b":1}')}]`)).toEqual([
        400,
        expect.stringContaining('the name \\"a\\" stands twice'),
      ]);
      expect(await send('/events', 'POST', `[${event(`{"__proto__":{"a":${n}}}`)}]`)).toEqual([204, '']);
    },
  );

  it('that comes thousands of times under the key of a large one is compared with what that says once', async () => {
    for (const where of ['in one request', 'after it is stored']) {
      const id = randomUUID();
      const first = event(`{"pad":"${'x'.repeat(2_500_000)}"}`, { id });
      const others = Array.from({ length: 5_000 }, (_, i) => event(`{"i":${i}}`, { id }));
      const requests = where === 'in one request' ? [[first, ...others]] : [[first], others];
      const receipts = [];
      for (const batch of requests) {
        const [status, text] = await send('/events', 'POST', `[${batch.join(',')}]`, {
          prefer: 'return=representation',
        });
        receipts.push([status, JSON.parse(text)]);
      }
      expect(receipts.at(-1)).toMatchObject([200, { conflicts: 5_000 }]);
    }
  });
});
