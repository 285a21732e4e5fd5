import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type ThrowawayPostgres } from '../server/database/testing/throwaway-postgres.ts';
import { Operator, type TestAccount, type TestUser } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const TOKEN = `Q${randomBytes(32).toString('base64url').slice(1)}`;
const MAIL = 'erika.mustermann@marker.example';
const SAID = 'why-is-my-bill-so-MARKER';
/** A line of the log, as somebody outside would like to see it there. */
const FORGED = '\n{"level":30,"msg":"everything-is-fine-MARKER"}\n';
const PARTS = [TOKEN, 'erika.mustermann', 'MARKER', 'marker.example'];

let postgres: ThrowawayPostgres;
let server: RunningServer;
let account: TestAccount;
let user: TestUser;
let cookie: string;
beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ env: { DATABASE_URL: postgres.url, LOG_LEVEL: 'debug' } });
  const operator = new Operator(server);
  account = await operator.createAccount();
  user = await operator.createUser([account]);
  cookie = await cookieOf(server.url, user);
});
afterAll(() => server?.kill());

/** A request as it is written, without what fetch does to its address. */
function raw(path: string, method = 'GET', headers: Record<string, string> = {}, body = '') {
  const { hostname, port } = new URL(server.url);
  return new Promise<{ status: number; referrerPolicy: unknown }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, referrerPolicy: response.headers['referrer-policy'] }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const SPELLINGS = [
  `/s/${TOKEN}`,
  `/S/${TOKEN}`,
  `//s/${TOKEN}`,
  `/s//${TOKEN}`,
  `/%73/${TOKEN}`,
  `/%53/${TOKEN}/events`,
  `/s%2f${TOKEN}`,
  `/s%5c${TOKEN}`,
  `/s\\${TOKEN}`,
  `/x/../s/${TOKEN}`,
  `/x/%2e%2e/s/${TOKEN}`,
  `/s/${TOKEN}.data`,
  `/s/${TOKEN}/anything`,
  `/s/${TOKEN}/resources/${MAIL}`,
  `/s/${TOKEN}?_data=${TOKEN}`,
];

it.each(SPELLINGS)('%s tells its token to no log and no other site', async (path) => {
  for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' };
    const { status, referrerPolicy } = await raw(path, method, headers);
    expect([method, status < 500, referrerPolicy]).toEqual([method, true, 'no-referrer']);
  }
  expect(server.logs()).not.toContain(TOKEN);
});

/** Everything a person or a program can write somewhere. */
async function writeEverywhere(): Promise<number[]> {
  const text = `${SAID} ${MAIL} ${TOKEN} ${FORGED}`;
  const escaped = encodeURIComponent(text);
  const under = `/accounts/${account.id}`;
  const addresses = [
    ...[`/${escaped}`, `/accounts/${escaped}`, `${under}/charges/${escaped}`, `${under}/questions/${escaped}`],
    ...[`${under}/days/${escaped}`, `${under}/invoices/${escaped}`, `${under}/licenses?period=${escaped}`],
    ...[`${under}/usage?meter=${escaped}&groupBy=${escaped}`, `${under}/events?source=${escaped}&id=${escaped}`],
    ...[
      `${under}?_data=${escaped}`,
      `${under}?_routes=${escaped}`,
      `/__manifest?p=${escaped}`,
      `/sign-in?redirectTo=${escaped}`,
    ],
    ...[`/api/v1/${escaped}`, `/api/v1/accounts/${escaped}`, `/api/v1${under}/invoices/${escaped}?x=${escaped}`],
    ...[`/api/v1/events?subject=${escaped}`, `/api/v1/events/lookup?source=${escaped}&id=${escaped}`],
    `/api/v1/meters/${escaped}/query?filterGroupBy[${escaped}]=${escaped}`,
  ];
  const forms: [string, Record<string, string>][] = [
    ['/sign-in', { email: MAIL, password: text, redirectTo: text }],
    [`${under}/links`, { link: text }],
    [`${under}/questions/new`, { charge: text, text, event: text }],
    [`${under}/questions/q_1`, { text, credit: text, intent: text }],
    [`${under}/charges/${escaped}`, { expiresIn: text, note: text }],
    [`${under}?_data=${escaped}`, { text }],
    [`${under}/overview`, { text }],
    [`${under}.data`, { text }],
    [`/${escaped}`, { [text]: text }],
  ];
  const bodies: [string, string, unknown][] = [
    ['POST', '/users', { email: MAIL, name: text, password: text, accounts: [{ accountId: text, role: text }] }],
    ['PUT', `${under}`, { name: text, [text]: text }],
    ['POST', `${under}/questions`, { chargeId: text, text }],
    [
      'POST',
      '/events',
      { specversion: '1.0', id: text, source: text, type: text, subject: text, data: { [text]: text } },
    ],
    ['PUT', `/meters/${escaped}`, { description: text }],
  ];
  const answers = await Promise.all([
    ...addresses.flatMap((path) =>
      ([{ cookie }, {}] as Record<string, string>[]).map((headers) => raw(path, 'GET', headers)),
    ),
    ...forms.flatMap(([path, fields]) =>
      [cookie, `plainbill_session=${TOKEN}`].map((cookies) => {
        const body = String(new URLSearchParams(fields));
        const type = 'application/x-www-form-urlencoded';
        const headers = {
          'content-type': type,
          'content-length': String(body.length),
          cookie: cookies,
          origin: server.url,
        };
        return raw(path, 'POST', headers, body);
      }),
    ),
    ...bodies.flatMap(([method, path, body]) =>
      [JSON.stringify(body), `${JSON.stringify(body)}${text}`].map((sent) =>
        raw(
          `/api/v1${path}`,
          method,
          {
            'content-type': 'application/json',
            authorization: `Bearer ${server.operatorKey}`,
            'idempotency-key': SAID,
          },
          sent,
        ),
      ),
    ),
    raw('/api/v1/accounts', 'GET', { authorization: `Bearer ${TOKEN}`, 'user-agent': SAID, referer: `/s/${TOKEN}` }),
  ]);
  return answers.map(({ status }) => status);
}

async function sayOverASocket(): Promise<void> {
  const socket = io(`${server.url}/live`, {
    ...{ transports: ['websocket'], forceNew: true, reconnection: false, extraHeaders: { cookie, origin: server.url } },
  });
  await new Promise<void>((resolve) => {
    socket.on('connect', () => {
      const text = `${SAID}${FORGED}${MAIL}`;
      socket.emit(text, text);
      socket.emit('watch', { accountId: text, [text]: text });
      socket.emit('resume', { accountId: account.id, seq: text }, () => {});
      socket.emitWithAck('watch', { accountId: account.id }).then(() => resolve(), resolve);
    });
    socket.on('connect_error', () => resolve());
    socket.on('disconnect', () => resolve());
  });
  socket.close();
}

/** Lines of the log that are not its own. */
function foreignLines(): string[] {
  return server
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{') && (JSON.parse(line) as { pid?: number }).pid !== server.pid);
}

describe('what was written by others is in no log', () => {
  it('while everything works', async () => {
    await writeEverywhere();
    await sayOverASocket();
    expect(foreignLines()).toEqual([]);
    for (const part of [...PARTS, cookie.split('=')[1] ?? '', user.email]) expect(server.logs()).not.toContain(part);
    expect(server.logs()).not.toMatch(/"level":(50|60)/);
  });

  it('while the database fails', async () => {
    await postgres.stop();
    await writeEverywhere();
    await sayOverASocket();
    await cookieOf(server.url, user).catch(() => {});
    expect(server.logs()).toMatch(/"level":50.*"stack":" +at /);
    expect(foreignLines()).toEqual([]);
    for (const part of [...PARTS, cookie.split('=')[1] ?? '', user.email]) expect(server.logs()).not.toContain(part);
  });
});
