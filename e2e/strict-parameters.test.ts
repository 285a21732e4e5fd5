import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemOf } from './support/events/event-door.ts';
import { defineMeters } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { type RunningServer, startServer } from './support/servers/server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let server: RunningServer;
let account: TestAccount;
beforeAll(async () => {
  server = await startServer();
  const operator = new Operator(server);
  await defineMeters(operator);
  account = await operator.createAccount();
});
afterAll(() => server?.stop());

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; style?: string }[];
}

async function operations(): Promise<Operation[]> {
  const response = await fetch(`${server.url}/api/openapi.json`);
  const { paths } = (await response.json()) as {
    paths: Record<string, Record<string, { parameters?: Operation['parameters'] }>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({ method, path, parameters })),
  );
}

/** Something well-formed for each name in a path: what is asked about need not exist to be asked about wrongly. */
function addressOf(path: string): string {
  const named: Record<string, string> = {
    accountId: account.id,
    keyId: 'key_1',
    day: '2026-11-01',
    date: '2026-11-01',
    key: 'tokens',
  };
  return path.replace(/\{(\w+)\}/g, (_, name: string) => named[name] ?? 'any');
}

async function ask({ method, path }: Operation, query: string, authorization?: string) {
  const isWrite = method !== 'get';
  const response = await fetch(`${server.url}${addressOf(path)}?${query}`, {
    method: method.toUpperCase(),
    headers: {
      authorization: authorization ?? `Bearer ${server.operatorKey}`,
      ...(isWrite ? { 'content-type': 'application/json' } : {}),
    },
    ...(isWrite ? { body: '{}' } : {}),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

describe('every operation of the document', () => {
  it('refuses parameters it does not know, and names each', async () => {
    const all = await operations();
    expect(all.length).toBeGreaterThan(40);
    for (const operation of all) {
      const name = `${operation.method} ${operation.path}`;
      const answer = await ask(operation, 'flavour=sweet&flavours%5B%5D=sour');
      expect(answer.status, `${name}: ${answer.text}`).toBe(400);
      const pointers = problemOf(answer).errors?.map(({ pointer }) => pointer);
      expect(pointers, name).toEqual(expect.arrayContaining(['?flavour', '?flavours[]']));
    }
  });

  it('refuses every parameter it knows in another spelling', async () => {
    for (const operation of await operations()) {
      for (const parameter of operation.parameters.filter(({ in: where }) => where === 'query')) {
        const { name } = parameter;
        const others = [name.toUpperCase(), `${name[0]?.toUpperCase()}${name.slice(1)}`];
        const spellings = [`${name}[]`, `${name}[0]`, `${name}[X]`, `${name}.x`, `${name}%00`, ` ${name}`, ...others];
        for (const spelling of spellings) {
          const answer = await ask(operation, `${encodeURIComponent(spelling).replaceAll('%2500', '%00')}=x`);
          expect(answer.status, `${operation.path}?${spelling}: ${answer.text}`).toBe(400);
          const pointers = problemOf(answer).errors?.map(({ pointer }) => pointer) ?? [];
          expect(pointers.join(' '), operation.path).toContain(`?${spelling.replace('%00', '\0')}`);
        }
      }
    }
  });

  it('refuses a parameter that is no list and comes twice', async () => {
    for (const operation of await operations()) {
      for (const { name, in: where, style } of operation.parameters) {
        if (where !== 'query' || style === 'deepObject' || name === 'subject' || name === 'groupBy') continue;
        const answer = await ask(operation, `${name}=1&${name}=1`);
        expect(answer.status, `${operation.path}?${name}: ${answer.text}`).toBe(400);
        expect(problemOf(answer).errors?.map(({ pointer }) => pointer)).toContain(`?${name}`);
      }
    }
  });

  it('asks for credentials first', async () => {
    for (const operation of await operations()) {
      const answer = await ask(operation, 'flavour=sweet', 'Bearer pb_nobody');
      expect(answer.status, operation.path).toBe(401);
    }
  });
});

describe('filters that nobody wrote', () => {
  it.each([
    ['filterGroupBy=web', '?filterGroupBy'],
    ['filterGroupBy[App]=web', '?filterGroupBy[App]'],
    ['filterGroupBy[app][]=web', '?filterGroupBy[app][]'],
    ['filterGroupBy[app][0]=web', '?filterGroupBy[app][0]'],
    ['filterGroupBy.app=web', '?filterGroupBy.app'],
    ['filterGroupBy[flavour]=sweet', '?filterGroupBy.flavour'],
    ['filterGroupBy[app]=a%00b', '?filterGroupBy.app'],
    ['filterGroupBy[app]=%ff', '?filterGroupBy[app]'],
    ['groupBy=flavour', '?groupBy'],
    ['groupBy=app&groupBy=app', '?groupBy'],
    ['groupBy=app,subject', '?groupBy'],
    ['subject=', '?subject'],
    ['subject=a%00b', '?subject'],
    ['subject=a&subject=a%0Ab', '?subject'],
    ['subject=%ed%a0%80', '?subject'],
  ])('usage?%s', async (query, pointer) => {
    const operation = { method: 'get', path: '/api/v1/meters/{key}/query', parameters: [] };
    const answer = await ask(operation, `accountId=${account.id}&${query}`);
    expect(answer.status, answer.text).toBe(400);
    expect(problemOf(answer).errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it.each([
    ['type=', '?type'],
    ['subject=a%00', '?subject'],
    ['limit=1e1', '?limit'],
    ['limit=%205', '?limit'],
    ['limit=0x10', '?limit'],
    ['from=2026-11-01', '?from'],
  ])('events?%s', async (query, pointer) => {
    const operation = { method: 'get', path: '/api/v1/events', parameters: [] };
    const answer = await ask(operation, `accountId=${account.id}&${query}`);
    expect(answer.status, answer.text).toBe(400);
    expect(problemOf(answer).errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('a filter that is well written is kept', async () => {
    const operation = { method: 'get', path: '/api/v1/meters/{key}/query', parameters: [] };
    const query = `accountId=${account.id}&filterGroupBy[app]=web&filterGroupBy%5Bapp%5D=&subject=a+b&subject=%E6%97%A5`;
    const answer = await ask(operation, query);
    expect(answer.status, answer.text).toBe(200);
  });
});

describe('writes that take no body', () => {
  const finalize = { method: 'post', path: '/api/v1/accounts/{accountId}/invoices/2026-01/finalize', parameters: [] };
  const send = async (body: string | undefined, type: string) => {
    const response = await fetch(`${server.url}${addressOf(finalize.path)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.operatorKey}`, 'content-type': type },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it.each([
    ['a field', '{"reason":"x"}', 'application/json', 400, '#/reason'],
    ['a list', '[]', 'application/json', 400, '#'],
    ['a form', 'reason=x', 'application/x-www-form-urlencoded', 415, undefined],
  ])('refuse %s', async (_, body, type, status, pointer) => {
    const answer = await send(body, type);
    expect(answer.status, answer.text).toBe(status);
    expect(problemOf(answer).errors?.[0]?.pointer).toBe(pointer);
  });

  it.each([
    ['nothing', undefined, 'text/plain'],
    ['nothing that calls itself JSON', '', 'application/json'],
    ['an empty object', '{}', 'application/json'],
  ])('take %s', async (_, body, type) => {
    // There is no such invoice: the request was read.
    expect((await send(body, type)).status).toBe(404);
  });
});
