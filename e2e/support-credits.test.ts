import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { InvoiceLine } from '../server/billing/invoice.types.ts';
import { startPostgres, type ThrowawayPostgres } from '../server/database/testing/throwaway-postgres.ts';
import { defineSingleMeters, type PastMonth, pastMonth, work } from './support/invoices/single-charge.ts';
import { Operator, type TestUser } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, spawnServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const LIMIT = '50.00';

let postgres: ThrowawayPostgres;
let server: RunningServer;
let operator: Operator;
let month: PastMonth;
let line: InvoiceLine;
let supporter: TestUser;
/** Cookies of one of support and of the customer. */
let support: string;
let customer: string;
beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ env: { DATABASE_URL: postgres.url, SUPPORT_CREDIT_LIMIT: LIMIT } });
  operator = new Operator(server);
  await defineSingleMeters(operator);
  const price = { key: 'work', meter: 'single-work', description: 'Work', model: 'per_unit', unitAmount: '1' };
  month = await pastMonth(operator, server.url, [{ hours: -1_000, prices: [price] }]);
  await month.send([work('shop', month.at(3), 7)]);
  [line] = (await month.lines()) as [InvoiceLine];
  supporter = await operator.createUser([], { platformRole: 'support' });
  support = await cookieOf(server.url, supporter);
  customer = await cookieOf(server.url, await operator.createUser([month.account]));
});
afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
});

const under = () => `${server.url}/api/v1/accounts/${month.account.id}`;
const post = (path: string, cookie: string, body: object) =>
  fetch(`${under()}${path}`, {
    method: 'POST',
    headers: { cookie, origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
async function ask(): Promise<string> {
  const answer = await post('/questions', customer, { chargeId: line.chargeId, text: 'Why?' });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}
const page = async (path: string, cookie: string) =>
  (await fetch(`${server.url}/accounts/${month.account.id}${path}`, { headers: { cookie } })).text();

describe('a credit that support grants', () => {
  it('comes out of one sum a day, whichever question it is for and however many are answered at once', async () => {
    const asked: string[] = [];
    for (let i = 0; i < 8; i++) asked.push(await ask());
    const answers = await Promise.all(
      asked.map(async (id) => {
        const reply = { text: 'Sorry.', credit: { amount: '20.00' } };
        const answer = await post(`/questions/${id}/replies`, support, reply);
        return `${answer.status} ${answer.status === 201 ? '' : ((await answer.json()) as { detail: string }).detail}`;
      }),
    );
    expect(answers.filter((answer) => answer.startsWith('201'))).toHaveLength(2);
    const refused = answers.filter((answer) => !answer.startsWith('201'));
    for (const answer of refused) expect(answer).toMatch(/^403 Support grants an account at most 50\.00 USD a day/);
    const form = await fetch(`${server.url}/accounts/${month.account.id}/questions/${await ask()}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: support, origin: server.url },
      body: new URLSearchParams({ text: 'Sorry.', credit: '99999999999999999999.99' }),
    });
    expect([form.status < 300 || form.status >= 400, await form.text()]).toEqual([
      true,
      expect.stringContaining('you can grant 10.00 USD more today'),
    ]);
    const { data } = (await operator.request('GET', `/api/v1/accounts/${month.account.id}/credits`)) as {
      data: { amount: string; grantedBy: string }[];
    };
    expect(data.map(({ amount, grantedBy }) => [amount, grantedBy])).toEqual([
      ['20.00', supporter.name],
      ['20.00', supporter.name],
    ]);
  });

  it('says to support who granted it, and to customers that it was support', async () => {
    expect(await page('/credits', support)).toMatch(new RegExp(`granted by (<!-- -->)?${supporter.name}`));
    const told = await page('/credits', customer);
    expect(told).toMatch(/granted by (<!-- -->)?Plainbill support/);
    expect(told).not.toContain(`granted by ${supporter.name}`);
  });

  it('has no limit where an operator grants it', async () => {
    const path = `/api/v1/accounts/${month.account.id}/questions/${await ask()}/replies`;
    const credit = { amount: '1000.00' };
    expect(await operator.request('POST', path, { text: 'Sorry.', credit })).toMatchObject({ state: 'credited' });
  });
});

it.each(['five', '-1', '1e3', '5,00', '0x10', '.5'])('a limit of %s stops the start in one line', async (limit) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plainbill-limit-'));
  const spawned = await spawnServer({ dataDir, env: { SUPPORT_CREDIT_LIMIT: limit } });
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  expect(await spawned.ended).toMatchObject({ code: 1 });
  expect(spawned.logs().trim().split('\n')).toEqual([expect.stringMatching(/SUPPORT_CREDIT_LIMIT must be a decimal/)]);
});
