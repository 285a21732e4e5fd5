import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defineMeters } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

interface Operation {
  method: string;
  path: string;
  storesNothing: boolean;
}

let server: RunningServer;
let operator: Operator;
let account: TestAccount;
let operations: Operation[];
beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server);
  await defineMeters(operator);
  account = await operator.createAccount();
  const { paths } = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { 'x-stores-nothing'?: boolean }>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { method: method.toUpperCase(), path, storesNothing: operation['x-stores-nothing'] === true };
    }),
  );
});
afterAll(() => server?.stop());

/** Something well-formed for each name in a path. */
const addressOf = (path: string) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'accountId' ? account.id : 'any'));

async function ask({ method, path }: Operation, key: string) {
  const response = await fetch(`${server.url}${addressOf(path)}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(method === 'GET' ? {} : { 'content-type': 'application/json' }) },
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
  return { status: response.status, text: await response.text() };
}

async function keyOf(role: string, allAccounts: boolean): Promise<string> {
  const path = allAccounts ? '/api/v1/keys' : `/api/v1/accounts/${account.id}/keys`;
  return ((await operator.request('POST', path, { role, label: role })) as { secret: string }).secret;
}

describe.each([
  ['of an account', false],
  ['of all accounts', true],
])('a key %s', (_, allAccounts) => {
  it('that reads is refused by every operation that may store anything, and says why', async () => {
    const key = await keyOf('read', allAccounts);
    const writes = operations.filter(({ method, storesNothing }) => method !== 'GET' && !storesNothing);
    expect(writes.length).toBeGreaterThan(20);
    for (const operation of writes) {
      const { status, text } = await ask(operation, key);
      expect([operation, status, text]).toEqual([operation, 403, expect.stringContaining('only reads')]);
    }
    for (const operation of operations.filter(({ storesNothing }) => storesNothing)) {
      expect([operation, (await ask(operation, key)).status]).toEqual([operation, 400]);
    }
    for (const list of ['explanation-links', 'questions', 'credits']) {
      const response = await fetch(`${server.url}/api/v1/accounts/${account.id}/${list}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      expect([list, response.status, await response.json()]).toEqual([list, 200, { data: [], nextCursor: null }]);
    }
  });

  it('that sends is refused by all but the door for events', async () => {
    const key = await keyOf('ingest', allAccounts);
    const took = [];
    for (const operation of operations) {
      const { status } = await ask(operation, key);
      if (status !== 403) took.push(`${operation.method} ${operation.path} ${status}`);
    }
    expect(took).toEqual(['POST /api/v1/events 400']);
  });
});

it('people who may see the account write all the same', async () => {
  const cookie = await cookieOf(server.url, await operator.createUser([account]));
  const body = JSON.stringify({ chargeId: '2026-10-00000000000000000000', text: 'Why?' });
  const headers = { cookie, origin: server.url, 'content-type': 'application/json' };
  const url = `${server.url}/api/v1/accounts/${account.id}/questions`;
  const answer = await fetch(url, { method: 'POST', headers, body });
  // There is no such charge; nothing else is wrong.
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('no charge')]);
});
