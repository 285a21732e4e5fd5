import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineMeters } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let account: TestAccount;
let cookie: string;
beforeAll(async () => {
  server = await startServer();
  const operator = new Operator(server);
  await defineMeters(operator);
  account = await operator.createAccount();
  // Sees every account, so that no membership answers before an address is read.
  cookie = await cookieOf(server.url, await operator.createUser([], { platformRole: 'operator' }));
});
afterAll(async () => {
  expect(server.logs()).not.toMatch(/"level":(50|60)/);
  await server.stop();
});

async function page(path: string, form?: Record<string, string>) {
  const response = await fetch(`${server.url}${path.replace('ACCOUNT', account.id)}`, {
    headers: { cookie, ...(form && { origin: server.url }) },
    redirect: 'manual',
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  });
  return { status: response.status, text: await response.text() };
}

const today = new Date().toISOString().slice(0, 10);
/** Two spans that begin and end alike. */
const spans = (from: string, to: string) => `from=${from}&to=${to}&compareFrom=${from}&compareTo=${to}`;

describe('a page', () => {
  it.each([
    '/accounts/ACCOUNT/usage?period=&utm_source=mail&fbclid[]=x&ref=a&ref=b',
    '/accounts/ACCOUNT/usage?meter=tokens&groupBy=app&view=table',
    '/accounts/ACCOUNT/links?colour=red',
    '/accounts/ACCOUNT/changes?from=&to=&compareFrom=&compareTo=',
    `/accounts/ACCOUNT/changes?${spans(today, today)}`,
    `/accounts/ACCOUNT/changes?${spans(`${today}T00:00:00Z`, `${today}T00:00:00.5%2B00:00`)}`,
  ])('shows %s', async (path) => {
    expect((await page(path)).status).toBe(200);
  });

  it.each([
    ['usage?view=pie', '“view” is chart or table'],
    ['usage?meter=tokens&meter=requests', '“meter” stands in it twice'],
    ['usage?meter[]=tokens', '“meter” is spelled “meter[]”'],
    ['usage?groupby=app', '“groupBy” is spelled “groupby”'],
    ['licenses?Period=2026-10', '“period” is spelled “Period”'],
    ['days/2026-11-01?App=web', '“app” is spelled “App”'],
    ['invoices/current?except[0]=web', '“except” is spelled “except[0]”'],
    ['questions/new?charge=c&event=e-1', 'named by its source and its id'],
    ['changes?from=2026-11-01', '“to” is missing'],
    ['changes?comparefrom=2026-11-01', '“compareFrom” is spelled “comparefrom”'],
    [`changes?${spans('2026-02-30', '2026-03-01')}`, '“from” is neither a day such as'],
    [`changes?${spans(today, today)}&period=2026-10`, '“period” stands in it beside two spans'],
    [`changes?${spans(today, '2020-01-01')}`, 'A span ends after it begins.'],
    [`changes?${spans('2001-01-01', '2001-01-31')}`, 'billing periods from '],
    [`changes?${spans('1900-01-01', '2999-12-31')}`, 'billing periods from '],
    ['questions/new?change=changes-from-1-2-3-4', 'billing periods from '],
    ['links?cursor=nonsense', 'none that a page of this list gave'],
    ['questions?cursor=%00', 'none that a page of this list gave'],
    ['credits?cursor=1', 'none that a page of this list gave'],
    ['invoices?cursor=-1', 'none that a page of this list gave'],
  ])('says what of %s it does not understand', async (path, words) => {
    const { status, text } = await page(`/accounts/ACCOUNT/${path}`);
    expect(status, text.slice(0, 500)).toBe(400);
    expect(text).toContain('This address is not understood');
    expect(text).toContain(words);
  });

  it.each([
    '/accounts/%00',
    '/accounts/%00/usage',
    '/accounts/ACCOUNT/invoices/%00',
    '/accounts/ACCOUNT/charges/%00',
    '/accounts/ACCOUNT/charges/%00/events',
    '/accounts/ACCOUNT/charges/%00/resources/%00',
    '/accounts/ACCOUNT/charges/a/days/%00',
    '/accounts/ACCOUNT/questions/%00',
    '/accounts/ACCOUNT/questions/new?charge=%00',
    '/accounts/ACCOUNT/usage?period=%00',
    '/accounts/ACCOUNT/usage?meter=%00',
    '/accounts/ACCOUNT/licenses?period=%00',
    '/s/%00',
    '/s/%00/resources/%00',
  ])('finds nothing at %s', async (path) => {
    const { status, text } = await page(path);
    expect([400, 404, 410], `${status} ${text.slice(0, 500)}`).toContain(status);
  });

  it('takes back no link by a name that is none', async () => {
    const { status } = await page('/accounts/ACCOUNT/links', { intent: 'revoke', link: 'lnk_\u0000' });
    expect(status).toBe(200);
  });

  it.each([
    ['account', '/api/v1/accounts/%00'],
    ['invoice', '/api/v1/accounts/ACCOUNT/invoices/%00'],
    ['invoice file', '/api/v1/accounts/ACCOUNT/invoices/%00.pdf'],
    ['charge', '/api/v1/accounts/ACCOUNT/charges/%00/explanation'],
    ['resource', '/api/v1/accounts/ACCOUNT/charges/c/explanation/resources/%00/hours'],
    ['link', '/api/v1/accounts/ACCOUNT/explanation-links/%00/opens'],
    ['meter', '/api/v1/meters/%00'],
    ['meter’s usage', '/api/v1/meters/%00/query?accountId=ACCOUNT'],
    ['rate card', '/api/v1/rate-cards/%00'],
    ['event', '/api/v1/events/lookup?accountId=ACCOUNT&source=%00&id=a'],
  ])('of the API finds no %s by NUL', async (_, path) => {
    const { status, text } = await page(path);
    expect([400, 404], `${status} ${text}`).toContain(status);
  });
});
