import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres, type ThrowawayPostgres } from '../server/database/testing/throwaway-postgres.ts';
import { Operator, type TestAccount, type TestUser } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let postgres: ThrowawayPostgres;
let server: RunningServer;
let account: TestAccount;
let user: TestUser;
let cookie: string;
beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ env: { DATABASE_URL: postgres.url } });
  const operator = new Operator(server);
  account = await operator.createAccount();
  user = await operator.createUser([account]);
  cookie = await cookieOf(server.url, user);
  await postgres.stop();
});
afterAll(() => server?.kill());

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${server.url}${path.replace('ACCOUNT', account.id)}`, { redirect: 'manual', ...init });
  return { status: answer.status, retryAfter: Number(answer.headers.get('retry-after')), text: await answer.text() };
}
const DOWN = {
  status: 503,
  retryAfter: expect.toSatisfy((seconds: number) => seconds > 0),
  text: expect.stringMatching(/try again|Try again|SingleFetch|503/i),
};

describe('while the database is down', () => {
  const PAGES = [
    ...[
      '',
      '/usage',
      '/licenses',
      '/invoices',
      '/invoices/current',
      '/credits',
      '/links',
      '/questions',
      '/events?source=a&id=b',
    ],
    ...['/charges/2026-10-00000000000000000000', '/days/2026-10-01', '/questions/new?charge=c', '/questions/q_1'],
  ].map((path) => `/accounts/ACCOUNT${path}`);

  it.each([...PAGES, '/', '/accounts', '/inbox'])('the page %s says so, and when to come back', async (path) => {
    expect(await ask(path, { headers: { cookie } })).toEqual(DOWN);
    const [before = '', search = ''] = path.split('?');
    const data = `${before === '/' ? '/_root' : before}.data${search && `?${search}`}`;
    expect(await ask(data, { headers: { cookie } })).toEqual(DOWN);
  });

  it.each(['/s/some-token', '/s/some-token/events', '/s/some-token/resources/shop', '/s/some-token.data'])(
    'the link %s says so',
    async (path) => {
      expect(await ask(path)).toEqual(DOWN);
    },
  );

  it.each<[string, Record<string, string>]>([
    ['/sign-out', {}],
    ['/accounts/ACCOUNT/links', { link: 'lnk_1' }],
    ['/accounts/ACCOUNT/charges/c', { expiresIn: '1d', note: '' }],
    ['/accounts/ACCOUNT/questions/new?charge=c', { text: 'why' }],
    ['/accounts/ACCOUNT/questions/q_1', { text: 'why' }],
  ])('the form of %s says so', async (path, fields) => {
    const form = { method: 'POST', headers: { cookie, origin: server.url }, body: new URLSearchParams(fields) };
    expect(await ask(path, form)).toEqual(DOWN);
  });

  it('signing in says so, and counts no try', async () => {
    for (let i = 0; i < 30; i++) {
      const body = new URLSearchParams({ email: user.email, password: user.password, redirectTo: '/' });
      expect(await ask('/sign-in', { method: 'POST', headers: { origin: server.url }, body })).toEqual(DOWN);
    }
  });

  it.each(['/accounts/ACCOUNT', '/accounts/ACCOUNT/invoices/current', '/meters'])(
    'the API says so of %s',
    async (path) => {
      const headers = { authorization: `Bearer ${server.operatorKey}` };
      expect(await ask(`/api/v1${path}`, { headers })).toEqual(DOWN);
    },
  );

  it('what needs none is there', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
    expect(await ask('/sign-in')).toMatchObject({ status: 200 });
    expect(await ask('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('the database') });
  });
});
