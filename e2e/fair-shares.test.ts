import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineMeters } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let operator: Operator;
let account: TestAccount;
let host = 0;
beforeAll(async () => {
  server = await startServer({ env: { TRUST_PROXY: '1' } });
  operator = new Operator(server);
  await defineMeters(operator);
  account = await operator.createAccount();
});
afterAll(async () => {
  expect(server.logs()).not.toMatch(/"level":(50|60)/);
  await server.stop();
});

const as = (headers: Record<string, string>) => async (path: string) => {
  const answer = await fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
  await answer.text();
  return answer;
};
const asKey = (secret: string) => as({ authorization: `Bearer ${secret}` });
const from = (address: string) => as({ 'x-forwarded-for': address });
const anotherHost = () => `198.51.${Math.floor(host / 250)}.${(host++ % 250) + 1}`;
const count = (answers: readonly Response[], status: number) => answers.filter((each) => each.status === status).length;

/** Asks so often at once, of somebody new each time, until a machine that is busy was fast enough: a share is of ten seconds. */
async function atOnce(times: number, somebody: () => Promise<() => Promise<Response>>): Promise<Response[]> {
  for (;;) {
    const ask = await somebody();
    const began = performance.now();
    let under = 0;
    // Not more at once than may wait: each is answered.
    const answers: Response[] = [];
    const askers = Array.from({ length: 30 }, async () => {
      while (times > answers.length + under) {
        under++;
        const answer = await ask();
        under--;
        answers.push(answer);
      }
    });
    await Promise.all(askers);
    if (performance.now() - began < 9_000) return answers;
  }
}

describe('a wide query', () => {
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const query = (days: number) =>
    `/api/v1/meters/tokens/query?windowSize=MINUTE&from=${ago(days)}&to=${new Date().toISOString()}`;

  it('counts as many requests as it has windows for, and another caller is not told to wait', async () => {
    const [wide, narrow] = [
      asKey(await operator.createKey(account, 'read')),
      asKey(await operator.createKey(account, 'read')),
    ];
    const left = async (ask: typeof wide, path: string) => {
      const answer = await ask(path);
      return [answer.status, Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1])] as const;
    };
    // 34 days are 48,960 minutes, and 100 of those are a request.
    expect(await left(wide, query(34))).toEqual([200, 1_999]);
    const [status, after] = await left(wide, '/api/v1/meters');
    expect(status).toBe(200);
    expect(2_000 - after).toBeGreaterThan(480);
    const many = await Promise.all(Array.from({ length: 30 }, () => wide(query(34))));
    expect(count(many, 429)).toBeGreaterThan(20);
    expect(count(many, 200) + count(many, 429)).toBe(30);
    const refused = many.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toMatch(/^([1-9]|10)$/);
    expect((await narrow(query(1))).status).toBe(200);
  });
});

describe('pages', () => {
  const shared = (token: string) => `/s/${token.padEnd(43, 'a')}`;

  it('of a network that does not say who it is have a share, and other networks theirs', async () => {
    const other = from(anotherHost());
    const many = await atOnce(620, async () => {
      const one = from(anotherHost());
      return () => one('/sign-in');
    });
    expect([count(many, 200), count(many, 429)]).toEqual([600, 20]);
    expect(many.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^([1-9]|10)$/);
    expect((await other('/sign-in')).status).toBe(200);
  });

  it('of one link have a share of each network that opens it, and nobody keeps the others out', async () => {
    let link = '';
    const many = await atOnce(220, async () => {
      link = shared(`link${host}`);
      const one = from(anotherHost());
      return () => one(link);
    });
    expect([count(many, 410), count(many, 429)]).toEqual([200, 20]);
    expect((await from(anotherHost())(link)).status).toBe(410);
  });

  it('of a person have a share, and what is open already is told so in the form it reads', async () => {
    let cookie = '';
    const path = `/accounts/${account.id}/questions`;
    const pages = await atOnce(410, async () => {
      cookie = await cookieOf(server.url, await operator.createUser([account]));
      return () => as({ cookie, 'x-forwarded-for': anotherHost() })(path);
    });
    expect([count(pages, 200), count(pages, 429)]).toEqual([400, 10]);
    const data = await fetch(`${server.url}${path}.data`, { headers: { cookie, 'x-forwarded-for': anotherHost() } });
    expect([data.headers.get('content-type'), await data.text()]).toEqual([
      expect.stringContaining('text/x-script'),
      expect.stringContaining('Try again in'),
    ]);
  });
});
