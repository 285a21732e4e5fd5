import { statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineMeters } from './support/events/usage.ts';
import { Operator, type TestAccount, type TestUser } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { METRICS_TOKEN, type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
let account: TestAccount;
let user: TestUser;
let cookie: string;
beforeAll(async () => {
  server = await startServer({ env: { TRUST_PROXY: '1' } });
  operator = new Operator(server);
  await defineMeters(operator);
  account = await operator.createAccount();
  user = await operator.createUser([account]);
  cookie = await cookieOf(server.url, user);
});
afterAll(async () => {
  expect(server.logs()).not.toMatch(/"level":(50|60)/);
  await server.stop();
});

const asOperator = {
  get authorization() {
    return `Bearer ${server.operatorKey}`;
  },
};
const api = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}/api/v1${path}`, { ...init, headers: { ...asOperator, ...init.headers } });

/** A request as it is written, without what fetch does to it. @returns status and body */
function raw(options: { method: string; path: string; headers?: Record<string, string>; body?: string | Buffer }) {
  const { hostname, port } = new URL(server.url);
  const { body, ...rest } = options;
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request({ hostname, port, ...rest }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('a query for all of time', () => {
  const SIZES = ['MINUTE', 'HOUR', 'DAY', 'MONTH'];
  const query = async (asked: string) => {
    const answer = await api(`/meters/tokens/query?accountId=${account.id}&windowTimeZone=Europe/Berlin&${asked}`);
    return [answer.status, await answer.text()].join(' ');
  };
  it.each(SIZES)('in windows of a %s is refused by its length', async (size) => {
    const answer = await query(`from=1900-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&windowSize=${size}`);
    expect(answer).toMatch(/^400 .*Too much at once/);
  });

  it.each(SIZES)('in windows of a %s is cut to what can hold events, where that is less', async (size) => {
    expect(await query(`from=1900-01-01T00:00:00Z&windowSize=${size}`)).toMatch(/^200 .*"data":\[\]/);
  });

  it('that is still too much once it is cut is refused', async () => {
    const event = {
      ...{ specversion: '1.0', id: 'old', source: '/doors', type: 'app.request', subject: 's', account: account.id },
      ...{ time: new Date(Date.now() - 300 * 86_400_000).toISOString(), data: { tokens: 1 } },
    };
    const sent = await api('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
    });
    expect(sent.status).toBe(204);
    await expect
      .poll(() => query('windowSize=MINUTE&from=1900-01-01T00:00:00Z'), { timeout: 60_000 })
      .toMatch(/^400 .*more than 50,000 windows/);
  });
});

describe('a form', () => {
  const form = (headers: Record<string, string>, body = 'email=a&password=b') => ({
    ...{ method: 'POST', path: '/sign-in', body },
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length), ...headers },
  });

  it.each<[string, () => Parameters<typeof raw>[0], number]>([
    ['of more than 16 KiB', () => form({}, `email=${'a'.repeat(16_384)}`), 413],
    [
      'of a question, longer than any question,',
      () => ({ ...form({}, `text=${'a'.repeat(50_000)}`), path: `/accounts/${account.id}/questions/new` }),
      413,
    ],
    [
      'of unknown length',
      () => {
        const { 'content-length': _, ...headers } = form({ 'transfer-encoding': 'chunked' }).headers as Record<
          string,
          string
        >;
        return { ...form({}), headers };
      },
      411,
    ],
    ['of another site', () => form({ origin: 'https://elsewhere.example' }), 403],
    ['of no site', () => form({ origin: 'null' }), 403],
    ['of a site that is none', () => form({ origin: 'not an origin' }), 403],
    ['by another method', () => ({ method: 'PUT', path: '/sign-in' }), 405],
    ['traced', () => ({ method: 'TRACE', path: '/sign-in' }), 405],
    [
      'that signs somebody out from elsewhere',
      () => ({ ...form({ origin: 'https://elsewhere.example', cookie }), path: '/sign-out' }),
      403,
    ],
  ])('%s is refused before it is read', async (_, asked, status) => {
    expect((await raw(asked())).status).toBe(status);
  });

  it('of the longest question in any script is read', async () => {
    const path = `/accounts/${account.id}/questions/new?chargeId=none`;
    const text = encodeURIComponent('\u6f22'.repeat(5_000));
    const { status } = await raw({ ...form({ origin: server.url, cookie }, `text=${text}`), path });
    expect(status).toBe(404);
  });

  it.each([
    ['none at all', 'text/plain', 'link=lnk_none'],
    ['without a type', '', 'link=lnk_none'],
    ['without a boundary', 'multipart/form-data', '--b\r\n'],
    ['broken off', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="link"\r\n\r\nl'],
  ])('that is %s is the sender’s fault, on every page', async (_, type, body) => {
    for (const page of ['links', 'charges/none', 'questions/new?charge=none', 'questions/none', '../../sign-in']) {
      const { pathname, search } = new URL(`/accounts/${account.id}/${page}`, server.url);
      const { status } = await raw({ ...form({ 'content-type': type, cookie }, body), path: `${pathname}${search}` });
      expect(status, page).toBe(415);
    }
  });

  it('for a page that has none is refused, and no fault of ours', async () => {
    for (const path of ['/accounts', '/accounts.data', `/accounts/${account.id}/usage`, '/_root.data'])
      expect((await raw({ ...form({ cookie }), path })).status, path).toBe(405);
  });

  it.each(['elsewhere.example', 'a:99999', '127.0.0.1:1', ''])('is not told by “%s” where it is', async (where) => {
    const headers = { cookie, origin: server.url, 'x-forwarded-host': where };
    const page = `/accounts/${account.id}/links`;
    expect((await raw({ method: 'GET', path: page, headers })).status).toBe(200);
    for (const path of [page, `${page}.data`])
      expect((await raw({ ...form(headers, 'link=lnk_none'), path })).status).toBe(200);
  });

  it('by an address that Remix once had for data is not taken', async () => {
    for (const method of ['GET', 'POST']) {
      const path = `/accounts/${account.id}/links?a=b&_data=routes%2Flinks%2Froute`;
      expect((await raw({ ...form({ cookie }), method, path })).status).toBe(400);
    }
  });

  it('by an address that is longer than an answer could repeat is not taken', async () => {
    const path = (letters: number) => `/accounts/${account.id}/questions/new.data?charge=${'%C3%A4'.repeat(letters)}`;
    expect((await raw({ method: 'GET', path: path(2_000) })).status).toBe(414);
    // Whoever is not signed in is led to where they can, and told where to go on.
    expect((await raw({ method: 'GET', path: path(1_300) })).status).toBe(202);
  });

  it('that would be 200 MB is refused by its head', async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 200000000\r\n\r\nemail=');
    const answer = await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
  });

  it('by an address that cannot be one is refused', async () => {
    expect((await raw({ method: 'GET', path: '/sign-in', headers: { host: 'a b' } })).status).toBe(400);
    expect((await raw({ method: 'GET', path: 'http://elsewhere.example/sign-in' })).status).toBe(400);
  });

  it('still signs in and out, and signing out ends the session', async () => {
    const own = await cookieOf(server.url, user);
    const home = () => fetch(`${server.url}/accounts/${account.id}`, { headers: { cookie: own }, redirect: 'manual' });
    expect((await home()).status).toBe(200);
    const out = await fetch(`${server.url}/sign-out`, {
      ...{
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: own, origin: server.url },
        body: new URLSearchParams(),
      },
    });
    expect(out.status).toBe(302);
    expect((await home()).status).toBe(302);
  });
});

it('100 wrong passwords of one network lock nobody else out, nor count against addresses once it is refused', async () => {
  const attempt = (email: string, from: string) =>
    fetch(`${server.url}/sign-in`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: server.url, 'x-forwarded-for': from } },
      body: new URLSearchParams({ email, password: 'not the password' }),
    });
  for (let i = 0; i < 100; i++) await attempt(`nobody-${i % 20}@example.com`, '203.0.113.7');
  for (let i = 0; i < 20; i++) expect((await attempt(user.email, '203.0.113.7')).status).toBe(429);
  const refused = await attempt(user.email, '203.0.113.7');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await attempt(user.email, '198.51.100.9')).status).toBe(401);
  expect(await cookieOf(server.url, user)).toContain('=');
});

it('metrics are read with their token, and are not there without', async () => {
  const metrics = (headers: Record<string, string>) => fetch(`${server.url}/metrics`, { headers });
  expect((await metrics({})).status).toBe(404);
  expect((await metrics({ authorization: 'Bearer metrics-of-another-server' })).status).toBe(404);
  const answer = await metrics({ authorization: `Bearer ${METRICS_TOKEN}` });
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining('plainbill_metering_lag_seconds'),
  ]);
});

describe('wrong input', () => {
  it('is named a hundred times, and then counted', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`Attribute_${i}`, 1]));
    const answer = await api('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', ...attributes }),
    });
    const { errors } = (await answer.json()) as { errors: { detail: string }[] };
    expect([answer.status, errors.length]).toEqual([400, 100]);
    const events = Array.from({ length: 500 }, () => ({ specversion: '1.0' }));
    const batch = await api('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
    });
    expect(await batch.json()).toMatchObject({ errors: { length: 100 }, moreErrors: 1_900 });
    const fields = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`field${i}`, 1]));
    const body = JSON.stringify({ ...{ name: 'n', kind: 'team', currency: 'USD' }, ...fields });
    const put = await api('/accounts/anew', { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
    expect(await put.json()).toMatchObject({ errors: { length: 100 } });
  });

  it.each<[string, string, number]>([
    ['GET', '/accounts/ACCOUNT/invoices/0000-01', 404],
    ['GET', '/accounts/ACCOUNT/invoices/0000-01.csv', 404],
    ['GET', '/accounts/ACCOUNT/invoices/0000-01/days', 404],
    ['GET', '/accounts/ACCOUNT/charges/0000-01-00000000000000000000', 404],
    ['GET', '/accounts/ACCOUNT/charges/0000-01-00000000000000000000/days', 404],
    ['GET', '/accounts/ACCOUNT/invoices/%00', 400],
  ])('%s %s is the caller’s fault', async (method, path, status) => {
    expect((await api(path.replace('ACCOUNT', account.id), { method })).status).toBe(status);
  });

  it('is the caller’s fault: a body that cannot be unpacked, a person of no account', async () => {
    const broken = gzipSync(JSON.stringify({ specversion: '1.0' })).subarray(0, -9);
    for (const [path, type] of [
      ['/events', 'application/cloudevents+json'],
      ['/users', 'application/json'],
    ] as const) {
      for (const body of [broken, Buffer.from('no gzip at all')]) {
        const headers = { 'content-type': type, 'content-encoding': 'gzip' };
        expect((await api(path, { method: 'POST', headers, body })).status, path).toBe(400);
      }
    }
    const person = {
      email: 'a@b.example',
      name: 'A',
      password: 'twelve characters',
      accounts: [{ accountId: 'nobody', role: 'owner' }],
    };
    const answer = await api('/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(person),
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '#/accounts/0/accountId' })] }),
    ]);
  });

  it.each(['days/9999-12-31', 'days/0001-01-01', 'invoices/%00', 'invoices/0000-01', 'licenses?period=0000-01'])(
    'in the address of a page, %s, is no fault of ours',
    async (path) => {
      const { status } = await fetch(`${server.url}/accounts/${account.id}/${path}`, { headers: { cookie } });
      expect([400, 404]).toContain(status);
    },
  );
});

describe('a socket', () => {
  const open = (namespace: string, cookies = cookie) =>
    io(`${server.url}${namespace}`, {
      ...{ transports: ['websocket'], forceNew: true, reconnection: false },
      extraHeaders: { cookie: cookies, origin: server.url },
    });

  it('outside of what is live is refused', async () => {
    const socket = open('/');
    const error = await new Promise<Error>((resolve) => socket.on('connect_error', resolve));
    expect(error.message).toContain('nothing here');
    socket.close();
  });

  it('that floods is cut off', async () => {
    const socket = open('/live');
    const gone = new Promise<void>((resolve) => socket.on('disconnect', () => resolve()));
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    for (let i = 0; i < 10_000; i++) socket.emit('watch', { accountId: account.id }, () => {});
    await gone;
  });

  it('of who signs out is cut off, and told nothing more', async () => {
    const own = await cookieOf(server.url, user);
    const socket = open('/live', own);
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    expect(await socket.emitWithAck('watch', { accountId: account.id })).toHaveProperty('snapshot');
    const gone = new Promise<void>((resolve) => socket.on('disconnect', () => resolve()));
    await fetch(`${server.url}/sign-out`, {
      ...{
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: own, origin: server.url },
        body: new URLSearchParams(),
      },
    });
    await gone;
  });
});

it('the folder of the data is its owner’s alone', () => {
  expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
});

it('a bootstrap key that was revoked stays revoked; one that was left out is good again', async () => {
  const first = await startServer({ dataDir: `${server.dataDir}-keys` });
  const keys = () => fetch(`${url}/api/v1/keys`, { headers: { authorization: `Bearer ${first.operatorKey}` } });
  let { url } = first;
  const again = async (env: Record<string, string> = {}) => {
    const next = await startServer({ dataDir: first.dataDir, operatorKey: first.operatorKey, env });
    url = next.url;
    return next;
  };
  await first.stop();
  const without = await again({ OPERATOR_API_KEY: '' });
  expect((await keys()).status).toBe(401);
  await without.stop();
  const back = await again();
  expect((await keys()).status).toBe(200);
  const revoked = await fetch(`${url}/api/v1/keys/key_bootstrap`, {
    ...{ method: 'DELETE', headers: { authorization: `Bearer ${first.operatorKey}` } },
  });
  expect(revoked.status).toBeLessThan(300);
  await back.stop();
  const last = await again();
  expect((await keys()).status).toBe(401);
  await last.stop();
});
