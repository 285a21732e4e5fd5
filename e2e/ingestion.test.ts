import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { BATCH, lastReceived, post, problemOf, receiptsOf } from './support/events/event-door.ts';
import { defineMeters, usageOf } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineMeters(operator);
});
afterAll(() => server?.stop());

/** A fresh account and what its program holds. */
async function customer(): Promise<{ account: TestAccount; key: string; send: typeof sendAs }> {
  const account = await operator.createAccount();
  const key = await operator.createKey(account);
  return { account, key, send: (body, options) => post(server.url, key, body, options) };
}
declare function sendAs(body: unknown, options?: Parameters<typeof post>[3]): ReturnType<typeof post>;

const aRequest = (tokens: unknown = 1, more: Partial<CloudEvent> = {}) =>
  cloudEvent({ type: 'app.request', data: { tokens }, ...more });

/** What the account has stored, newest first, as text. */
async function stored(account: TestAccount): Promise<{ raw: string; eventTime: string; receivedAt: string }[]> {
  const answer = await operator.request('GET', `/api/v1/events?accountId=${account.id}&limit=200`);
  return (answer as { data: { raw: string; eventTime: string; receivedAt: string }[] }).data;
}

const storedIds = async (account: TestAccount) => (await stored(account)).map(({ raw }) => JSON.parse(raw).id).sort();

describe('content modes', () => {
  it.each([
    ['one event as cloudevents+json', 'application/cloudevents+json', false],
    ['one event with a charset', 'application/cloudevents+json; charset=utf-8', false],
    ['an array as cloudevents-batch+json', BATCH, true],
    ['one event as plain JSON', 'application/json', false],
    ['an array as plain JSON', 'application/json', true],
  ])('takes %s', async (_, type, batch) => {
    const { account, send } = await customer();
    const event = aRequest();
    const answer = await send(batch ? [event] : event, { type });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(await storedIds(account)).toEqual([event.id]);
  });

  it('takes binary mode: attributes in headers, data in the body', async () => {
    const { account, send } = await customer();
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'binary-1',
      'ce-source': '/shop/%C3%BCber',
      'ce-type': 'app.request',
      'ce-subject': 'app-1',
      'ce-time': new Date().toISOString(),
      'ce-traceparent': '00-abc',
    };
    expect(await send('{"tokens":5}', { headers })).toMatchObject({ status: 204 });
    const [event] = await stored(account);
    expect(JSON.parse(event?.raw ?? '')).toEqual({
      specversion: '1.0',
      id: 'binary-1',
      source: '/shop/über',
      type: 'app.request',
      subject: 'app-1',
      time: headers['ce-time'],
      traceparent: '00-abc',
      data: { tokens: 5 },
    });
    const twin = { ...JSON.parse(event?.raw ?? ''), data: { tokens: 5.0 } };
    expect(await receiptsOf(server.url, (await keyOf(account)).key, twin)).toMatchObject({ duplicates: 1 });
  });

  it('knows an event again however it is spelled, in one batch, later and in another mode', async () => {
    const { account, key, send } = await customer();
    const first = { ...aRequest(5, { time: '2026-11-23T10:00:00Z' }), region: 'eu', traceparent: null };
    const again = { ...first, time: '2026-11-23T11:00:00.000+01:00', traceparent: '00-ab-cd-01', account: account.id };
    expect(await receiptsOf(server.url, key, [first, again])).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await receiptsOf(server.url, key, [again, { ...first, tracestate: 'a=b' }])).toMatchObject({
      duplicates: 2,
    });
    const { data, specversion, traceparent: _, ...attributes } = first;
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, `"${value}"`]));
    const binary = await send(JSON.stringify(data), { headers: { ...headers, 'ce-specversion': specversion } });
    expect(binary).toMatchObject({ status: 204 });
    expect(await receiptsOf(server.url, key, [{ ...first, time: '2026-11-23T10:00:00.000001Z' }])).toMatchObject({
      conflicts: 1,
    });
    expect((await stored(account)).map(({ raw }) => raw)).toEqual([JSON.stringify(first)]);
  });

  it('takes binary mode without a body', async () => {
    const { account, send } = await customer();
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'b', 'ce-source': '/s', 'ce-type': 'ping', 'ce-subject': 'a' };
    expect(await send('', { type: null, headers })).toMatchObject({ status: 204 });
    expect(await storedIds(account)).toEqual(['b']);
  });

  it.each([
    ['a missing attribute', { 'ce-specversion': '1.0', 'ce-id': 'x' }, '{}', '#/source'],
    ['bad percent-encoding', { 'ce-specversion': '1.0', 'ce-id': '%E0%A4%A' }, '{}', '#'],
    ['a body that is no JSON', { 'ce-specversion': '1.0', 'ce-id': 'x' }, '{', '#'],
  ])('refuses binary mode with %s', async (_, headers, body, pointer) => {
    const { account, send } = await customer();
    const answer = await send(body, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(400);
    expect(problemOf(answer).errors?.map((error) => error.pointer)).toContain(pointer);
    expect(await stored(account)).toEqual([]);
  });

  it('refuses a binary-mode attribute that is sent twice, and names the header', async () => {
    const { account, key } = await customer();
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': ['one', 'two'],
        'ce-source': '/s',
        'ce-type': 'ping',
        'ce-subject': 'a',
      };
      const sent = request(`${server.url}/api/v1/events`, { method: 'POST', headers }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end('{}');
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('ce-id');
    expect(await stored(account)).toEqual([]);
  });

  it.each([
    ['an array as one event', [aRequest()], 'application/cloudevents+json'],
    ['one event as a batch', aRequest(), BATCH],
  ])('refuses %s', async (_, body, type) => {
    const { account, send } = await customer();
    expect(await send(body, { type })).toMatchObject({ status: 400 });
    expect(await stored(account)).toEqual([]);
  });

  it('takes an empty batch as nothing to do', async () => {
    const { send } = await customer();
    expect(await send([], { type: BATCH })).toMatchObject({ status: 204 });
  });

  it('takes gzip', async () => {
    const { account, send } = await customer();
    const events = Array.from({ length: 50 }, () => aRequest());
    const body = gzipSync(JSON.stringify(events));
    expect(await send(body, { type: BATCH, headers: { 'content-encoding': 'gzip' } })).toMatchObject({ status: 204 });
    expect(await stored(account)).toHaveLength(50);
  });

  it.each([
    ['text/plain', {}],
    ['application/xml', {}],
    [null, {}],
    ['application/json', { 'content-encoding': 'zstd-unknown' }],
  ])('answers 415 to %s %j and says what to send', async (type, headers) => {
    const { account, send } = await customer();
    const answer = await send([aRequest()], { type, headers: headers as Record<string, string> });
    expect(answer.status).toBe(415);
    expect(problemOf(answer).detail).toMatch(/application\/cloudevents\+json|gzip/);
    expect(await stored(account)).toEqual([]);
  });
});

async function keyOf(account: TestAccount, role: 'ingest' | 'read' = 'ingest'): Promise<{ key: string }> {
  return { key: await operator.createKey(account, role) };
}

describe('strict and lenient', () => {
  const mixed = () => {
    const good = [aRequest(1, { id: 'good-0' }), aRequest(2, { id: 'good-3' })];
    const bad = aRequest('12abc', { id: 'bad-1' });
    const { subject: _, ...noSubject } = aRequest(1, { id: 'bad-2' });
    return [good[0], bad, { ...noSubject, time: 'yesterday' }, good[1]];
  };

  it('stores nothing when one event is invalid, and lists every error with its index', async () => {
    const { account, send } = await customer();
    const answer = await send(mixed(), { type: BATCH });
    expect(answer.status).toBe(400);
    const problem = problemOf(answer);
    expect(problem).toMatchObject({ title: 'Bad Request', status: 400, instance: '/api/v1/events' });
    expect(problem.errors).toEqual([
      { pointer: '#/1/data/tokens', detail: expect.stringContaining('event 1 ("bad-1")') },
      { pointer: '#/2/subject', detail: expect.stringContaining('event 2 ("bad-2")') },
      { pointer: '#/2/time', detail: expect.stringContaining('RFC 3339') },
    ]);
    expect(problem.errors?.[0]?.detail).toContain('12abc');
    expect(problem.detail).toContain('2 of 4');
    expect(await stored(account)).toEqual([]);
  });

  it('points into a single event without an index', async () => {
    const { send } = await customer();
    const answer = await send(aRequest(null), { type: 'application/cloudevents+json' });
    expect(problemOf(answer).errors?.map(({ pointer }) => pointer)).toEqual(['#/data/tokens']);
  });

  it('stays strict when receipts are asked for', async () => {
    const { account, send } = await customer();
    expect(await send(mixed(), { prefer: 'return=representation' })).toMatchObject({ status: 400 });
    expect(await stored(account)).toEqual([]);
  });

  it('stores the valid ones when asked to be lenient', async () => {
    const { account, send } = await customer();
    expect(await send(mixed(), { prefer: 'handling=lenient' })).toMatchObject({ status: 204 });
    expect(await storedIds(account)).toEqual(['good-0', 'good-3']);
  });

  it('says of each event what became of it', async () => {
    const { account, key, send } = await customer();
    const answer = await send(mixed(), { prefer: 'handling=lenient, return=representation' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('preference-applied')).toContain('return=representation');
    const receipts = JSON.parse(answer.text);
    expect(receipts).toMatchObject({ accepted: 2, duplicates: 0, conflicts: 0, rejected: 2 });
    expect(receipts.receipts).toEqual([
      { index: 0, id: 'good-0', source: '/test', status: 'accepted', receivedAt: expect.stringMatching(/Z$/) },
      {
        index: 1,
        id: 'bad-1',
        source: '/test',
        status: 'rejected',
        receivedAt: null,
        reason: expect.stringContaining('/data/tokens'),
      },
      {
        index: 2,
        id: 'bad-2',
        source: '/test',
        status: 'rejected',
        receivedAt: null,
        reason: expect.stringMatching(/\/subject is missing.*\/time/),
      },
      { index: 3, id: 'good-3', source: '/test', status: 'accepted', receivedAt: expect.stringMatching(/Z$/) },
    ]);

    const again = await receiptsOf(server.url, key, [aRequest(1, { id: 'good-0' }), aRequest(9, { id: 'good-3' })]);
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, conflicts: 1, rejected: 0 });
    expect(again.receipts.map(({ receivedAt }) => receivedAt)).toEqual(
      [receipts.receipts[0], receipts.receipts[3]].map(({ receivedAt }) => receivedAt),
    );
    expect(await usageOf(operator, account, lastReceived(again))).toMatchObject({ requests: '2', tokens: '3' });
  });

  it('gives receive times that are unique, rising and kept; event times default to them', async () => {
    const { account, key } = await customer();
    const time = '2026-11-23T10:00:00.123456+01:00';
    const { receipts } = await receiptsOf(server.url, key, [aRequest(1, { id: 'a' }), aRequest(1, { id: 'b', time })]);
    const [first, second] = receipts.map(({ receivedAt }) => receivedAt ?? '');
    expect((first ?? '') < (second ?? '')).toBe(true);
    const lookup = async (id: string) =>
      operator.request('GET', `/api/v1/events/lookup?accountId=${account.id}&source=/test&id=${id}`);
    expect(await lookup('a')).toMatchObject({ eventTime: first, receivedAt: first });
    expect(await lookup('b')).toMatchObject({
      eventTime: '2026-11-23T09:00:00.123456Z',
      receivedAt: second,
      receipt: { status: 'accepted', receivedAt: second },
      meters: [
        { key: 'requests', value: '1' },
        { key: 'tokens', value: '1' },
      ],
    });
  });
});

describe('whose events', () => {
  it.each([
    ['no credentials', null],
    ['an unknown key', 'pb_unknown_unknown_unknown'],
  ])('answers 401 to %s', async (_, key) => {
    const answer = await post(server.url, key, [aRequest()]);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(problemOf(answer).detail).toContain('key');
  });

  it('does not let a read key ingest', async () => {
    const { account } = await customer();
    const { key } = await keyOf(account, 'read');
    const answer = await post(server.url, key, [aRequest()]);
    expect(answer.status).toBe(403);
    expect(problemOf(answer).detail).toMatch(/role read only reads/);
    expect(await stored(account)).toEqual([]);
  });

  it.each(['/api/v1/events', '/api/v1/events/lookup?source=/test&id=a', '/api/v1/meters/tokens/query'])(
    'does not let an ingest key read %s',
    async (path) => {
      const { key } = await customer();
      const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
      expect(response.status).toBe(403);
    },
  );

  it('does not let a revoked key ingest', async () => {
    const account = await operator.createAccount();
    const made = await operator.request('POST', `/api/v1/accounts/${account.id}/keys`, { role: 'ingest', label: 'x' });
    const { id, secret } = made as { id: string; secret: string };
    expect(await post(server.url, secret, [aRequest()])).toMatchObject({ status: 204 });
    await operator.request('DELETE', `/api/v1/accounts/${account.id}/keys/${id}`);
    expect(await post(server.url, secret, [aRequest()])).toMatchObject({ status: 401 });
    expect(await stored(account)).toHaveLength(1);
  });

  it("refuses another account's name, in strict and lenient mode", async () => {
    const { account, key, send } = await customer();
    const other = await operator.createAccount();
    const events = [
      { ...aRequest(), account: account.id },
      { ...aRequest(), account: other.id },
    ];
    const answer = await send(events);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).errors).toEqual([
      { pointer: '#/1/account', detail: expect.stringContaining('another account') },
    ]);
    const lenient = { prefer: 'handling=lenient, return=representation' };
    expect(await receiptsOf(server.url, key, events, lenient)).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await stored(account)).toHaveLength(1);
    expect(await stored(other)).toEqual([]);
  });

  it('keeps the same id of two accounts apart', async () => {
    const [one, two] = [await customer(), await customer()];
    const events = [aRequest(3, { id: 'shared' })];
    expect(await receiptsOf(server.url, one.key, events)).toMatchObject({ accepted: 1 });
    const receipts = await receiptsOf(server.url, two.key, [aRequest(4, { id: 'shared' })]);
    expect(receipts).toMatchObject({ accepted: 1 });
    expect(await usageOf(operator, one.account, lastReceived(receipts))).toMatchObject({ tokens: '3' });
    expect(await usageOf(operator, two.account, lastReceived(receipts))).toMatchObject({ tokens: '4' });
  });

  it('needs every event to name an account when the key serves all', async () => {
    const [one, two] = [await operator.createAccount(), await operator.createAccount()];
    const made = await operator.request('POST', '/api/v1/keys', { role: 'ingest', label: 'gateway' });
    const { secret } = made as { secret: string };
    const nameless = await post(server.url, secret, [{ ...aRequest(), account: one.id }, aRequest()]);
    expect(nameless.status).toBe(400);
    expect(problemOf(nameless).errors).toEqual([
      { pointer: '#/1/account', detail: expect.stringContaining('is missing') },
    ]);
    const unknown = await post(server.url, secret, [{ ...aRequest(), account: 'acct-nobody' }]);
    expect(problemOf(unknown).errors).toEqual([
      { pointer: '#/0/account', detail: expect.stringContaining('no account') },
    ]);
    const both = [
      { ...aRequest(), account: one.id },
      { ...aRequest(), account: two.id },
    ];
    expect(await post(server.url, secret, both)).toMatchObject({ status: 204 });
    expect(await stored(one)).toHaveLength(1);
    expect(await stored(two)).toHaveLength(1);
  });

  it('does not take events from a browser session', async () => {
    const { account } = await customer();
    const answer = await post(server.url, null, [aRequest()], { headers: { cookie: 'session=whatever' } });
    expect([401, 403]).toContain(answer.status);
    expect(await stored(account)).toEqual([]);
  });
});

describe('size', () => {
  it('takes 10,000 events in one request, each once', async () => {
    const { account, key } = await customer();
    const events = Array.from({ length: 10_000 }, (_, i) => aRequest('0.1', { id: `many-${i}` }));
    const receipts = await receiptsOf(server.url, key, events);
    expect(receipts).toMatchObject({ accepted: 10_000, rejected: 0 });
    expect(new Set(receipts.receipts.map(({ receivedAt }) => receivedAt)).size).toBe(10_000);
    const usage = await usageOf(operator, account, lastReceived(receipts));
    expect(usage).toMatchObject({ requests: '10000', tokens: '1000' });
  });

  it('answers 413 to 10,001 events', async () => {
    const { account, send } = await customer();
    const answer = await send(Array.from({ length: 10_001 }, () => aRequest()));
    expect(answer.status).toBe(413);
    expect(problemOf(answer).detail).toMatch(/10,?000.*10,?001/);
    expect(await stored(account)).toEqual([]);
  });

  it.each([
    ['6 MiB', (text: string) => Buffer.from(text), {}],
    ['6 MiB in a few KiB of gzip', (text: string) => gzipSync(text), { 'content-encoding': 'gzip' }],
  ])('answers 413 to %s', async (_, encode, headers) => {
    const { account, send } = await customer();
    const event = aRequest(1, { data: { tokens: 1, padding: 'x'.repeat(6 * 1024 * 1024) } });
    const answer = await send(encode(JSON.stringify([event])), { headers: headers as Record<string, string> });
    expect(answer.status).toBe(413);
    expect(problemOf(answer).detail).toContain('too large');
    expect(await stored(account)).toEqual([]);
  });
});
