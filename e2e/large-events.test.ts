import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cloudEvent } from './support/events/cloud-event.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { RestartableServer } from './support/servers/restartable-server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Each nearly as large as a request may be: together more than is read at once, by whomever. */
const EVENTS = 18;
const PADDING = 'x'.repeat(4 * 1024 * 1024);

let server: RestartableServer;
let operator: Operator;
let account: TestAccount;
beforeAll(async () => {
  server = await RestartableServer.start();
  operator = new Operator(server);
  account = await operator.createAccount();
  const counted = { description: 'Calls', eventType: 'call', aggregation: 'count', dimensions: {}, unit: 'calls' };
  await operator.defineMeter('calls', counted);
  await operator.request('POST', '/api/v1/rate-cards/large/versions', {
    ...{ effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD' },
    prices: [{ key: 'calls', meter: 'calls', description: 'Calls', model: 'per_unit', unitAmount: '1' }],
  });
  await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: 'large' });
  const key = await operator.createKey(account);
  const sent = Array.from({ length: EVENTS }, async (_, i) => {
    const event = cloudEvent({ id: `large-${i}`, type: 'call', data: { padding: PADDING } });
    const answer = await fetch(`${server.url}/api/v1/events`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${key}`, 'content-type': 'application/cloudevents+json' },
        'content-encoding': 'gzip',
      },
      body: gzipSync(JSON.stringify(event)),
    });
    return answer.status;
  });
  expect(new Set(await Promise.all(sent))).toEqual(new Set([204]));
});
afterAll(() => server?.remove());

interface Page {
  data: { event: { id: string } }[];
  nextCursor: string | null;
}

/** All of a list, page by page. @returns the ids, and how many pages it took */
async function listed(path: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const next: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await operator.request('GET', `${path}limit=200${next}`)) as Page;
    ids.push(...page.data.map(({ event }) => event.id));
    cursor = page.nextCursor;
  }
  return { ids, pages };
}

const counted = async () => {
  const answer = await operator.request('GET', `/api/v1/meters/calls/query?accountId=${account.id}`);
  return (answer as { data: { value: number }[] }).data[0]?.value ?? 0;
};
const every = Array.from({ length: EVENTS }, (_, i) => `large-${i}`).sort();

it('are all counted, and listed in pages that hold fewer of them', async () => {
  await expect.poll(counted, { timeout: 120_000 }).toBe(EVENTS);
  const events = await listed(`/api/v1/events?accountId=${account.id}&`);
  expect(events.ids.toSorted()).toEqual(every);
  expect(events.pages).toBeGreaterThan(4);
});

it('are all behind their charge, in pages that hold fewer of them', async () => {
  const { lines } = (await operator.request('GET', `/api/v1/accounts/${account.id}/invoices/current`)) as {
    lines: { chargeId: string; quantity: string }[];
  };
  const path = `/api/v1/accounts/${account.id}/charges/${lines[0]?.chargeId}/explanation/events?`;
  const events = await listed(path);
  expect(events.ids.toSorted()).toEqual(every);
  expect(events.pages).toBeGreaterThan(4);
});

it('do not keep the server from starting again, nor a meter from being read in another way', async () => {
  await server.kill();
  await server.startAgain();
  operator = new Operator(server);
  await expect.poll(counted, { timeout: 120_000 }).toBe(EVENTS);
  await operator.defineMeter('calls', {
    ...{ description: 'Calls', eventType: 'call', aggregation: 'count', dimensions: { app: '$.app' }, unit: 'calls' },
  });
  await expect.poll(counted, { timeout: 120_000 }).toBe(EVENTS);
});
