import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { InvoiceView } from '../server/billing/invoice.types.ts';
import { LIVE_NAMESPACE } from '../server/domain/live-namespace.ts';
import type { ClientToServer, ServerToClient } from '../server/realtime/contract.ts';
import { cloudEvent, sendEvents } from './support/events/cloud-event.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { cookieOf } from './support/people/session.ts';
import { RestartableServer } from './support/servers/restartable-server.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Watermarks that must have been read more than once, by each kind of reading. */
const ENOUGH = 6;

let server: RestartableServer;
let operator: Operator;
let account: TestAccount;
/** What was read, by kind of reading and watermark. */
const read = new Map<string, Map<string, Set<string>>>();

beforeAll(async () => {
  server = await RestartableServer.start();
  operator = new Operator(server);
  account = await operator.createAccount();
  const counted = {
    description: 'Requests',
    eventType: 'request',
    aggregation: 'sum',
    dimensions: {},
    unit: 'requests',
  };
  const levels = { aggregation: 'time_weighted', valuePath: '$.n', levels: 'slots', dimensions: {} };
  await operator.defineMeter('requests', { ...counted, valuePath: '$.n' });
  await operator.defineMeter('dynos', { ...levels, description: 'Dynos', eventType: 'dyno', unit: 'dyno-seconds' });
  const versions = '/api/v1/rate-cards/one-state/versions';
  await operator.request('POST', versions, {
    ...{ effectiveFrom: '2025-01-01T00:00:00Z', currency: 'USD' },
    prices: [
      { key: 'requests', meter: 'requests', description: 'Requests', model: 'per_unit', unitAmount: '0.01' },
      { key: 'dynos', meter: 'dynos', description: 'Dynos', model: 'per_time', amount: '1', perSeconds: '3600' },
    ],
  });
  await operator.request('PUT', `/api/v1/accounts/${account.id}/rate-card`, { key: 'one-state' });
});
afterAll(() => server?.remove());

function note(kind: string, meteredThrough: string, said: unknown): void {
  const of = read.get(kind) ?? new Map<string, Set<string>>();
  read.set(kind, of.set(meteredThrough, (of.get(meteredThrough) ?? new Set()).add(JSON.stringify(said))));
}

const periodStart = () => `${new Date().toISOString().slice(0, 7)}-01T00:00:00Z`;
const at = (path: string) => operator.request('GET', path);
const invoice = () => at(`/api/v1/accounts/${account.id}/invoices/current`) as Promise<InvoiceView>;

/** Each kind of reading that names a watermark, and what is the same whoever reads it. */
const readings: Record<string, () => Promise<void>> = {
  invoice: async () => {
    const { meteredThrough, lines, subtotal, projection } = await invoice();
    note('invoice', meteredThrough, [lines, subtotal, projection]);
    for (const { priceKey, quantity } of lines) note(`quantity of ${priceKey}`, meteredThrough, Number(quantity));
    for (const { priceKey, amountExact } of lines) note(`amount of ${priceKey}`, meteredThrough, amountExact);
  },
  'meter query': async () => {
    for (const key of ['requests', 'dynos']) {
      const answer = await at(`/api/v1/meters/${key}/query?accountId=${account.id}&from=${periodStart()}`);
      const { meteredThrough, data } = answer as { meteredThrough: string; data: { valueExact: string }[] };
      if (data[0] !== undefined) note(`quantity of ${key}`, meteredThrough, Number(data[0].valueExact));
    }
  },
  explanation: async () => {
    for (const { chargeId, priceKey } of (await invoice()).lines) {
      const answer = await at(`/api/v1/accounts/${account.id}/charges/${chargeId}/explanation`);
      const { checks, meteredThrough } = answer as {
        checks: { line: string; difference: string };
        meteredThrough: string;
      };
      note(`amount of ${priceKey}`, meteredThrough, checks.line);
      expect(Number(checks.difference)).toBe(0);
    }
  },
};

/** Notes what each message of the account's stream says its meters stand at. @returns how to end it */
async function listen(): Promise<() => void> {
  const cookie = await cookieOf(server.url, await operator.createUser([account]));
  const socket: Socket<ServerToClient, ClientToServer> = io(`${server.url}${LIVE_NAMESPACE}`, {
    transports: ['websocket'],
    extraHeaders: { cookie, origin: server.url },
  });
  const stands = new Map<string, number>();
  const noteAll = (meteredThrough: string, meters: readonly { key: string; quantity: string | null }[]) => {
    for (const { key, quantity } of meters) if (quantity !== null) stands.set(key, Number(quantity));
    for (const [key, quantity] of stands) note(`quantity of ${key}`, meteredThrough, quantity);
  };
  // A message names what changed; what it does not name stands as before.
  socket.on('usage', ({ meteredThrough, meters }) => noteAll(meteredThrough, meters));
  await new Promise<void>((connected) => socket.once('connect', connected));
  const answer = await socket.emitWithAck('watch', { accountId: account.id });
  if ('error' in answer) throw new Error(answer.error);
  noteAll(answer.snapshot.meteredThrough, answer.snapshot.meters);
  return () => socket.disconnect();
}

/** Counted events that were acknowledged. */
let requests = 0;

/** Sends counted events and levels, each resource running for a while, until told to stop. */
async function pump(key: string, sender: number, isOver: () => boolean): Promise<number> {
  let sent = 0;
  while (!isOver()) {
    const time = new Date(Date.parse(periodStart()) + (sent % 600) * 1000).toISOString();
    const later = new Date(Date.parse(periodStart()) + ((sent % 600) + 10) * 1000).toISOString();
    const subject = `dyno-${sender}-${sent}`;
    await sendEvents(server.url, key, [
      ...Array.from({ length: 20 }, () => cloudEvent({ type: 'request', time, data: { n: 1, other: 2 } })),
      cloudEvent({ type: 'dyno', subject, time, data: { n: 1 } }),
      cloudEvent({ type: 'dyno', subject, time: later, data: { n: 0 } }),
    ]);
    sent++;
    requests += 20;
  }
  return sent;
}

/** Reads while events come in, until each kind has named enough watermarks more than once. */
async function readUnderIngestion(meanwhile: () => Promise<void>): Promise<void> {
  read.clear();
  const key = await operator.createKey(account);
  const seen = new Map<string, Map<string, number>>();
  const isEnough = () =>
    Object.keys(readings).every((kind) => [...(seen.get(kind)?.values() ?? [])].filter((n) => n > 1).length >= ENOUGH);
  let isOver = false;
  const pumps = [0, 1, 2].map((sender) => pump(key, sender, () => isOver));
  const readers = Object.entries(readings).flatMap(([kind, reading]) =>
    [0, 1].map(async () => {
      while (!isOver) {
        const before = (await invoice()).meteredThrough;
        await reading();
        const counts = seen.get(kind) ?? new Map<string, number>();
        seen.set(kind, counts.set(before, (counts.get(before) ?? 0) + 1));
        isOver = isEnough();
      }
    }),
  );
  const hangUp = await listen();
  await Promise.all([...readers, ...pumps, meanwhile()]);
  hangUp();
}

const differing = () =>
  [...read].flatMap(([kind, byWatermark]) =>
    [...byWatermark].flatMap(([through, said]) => (said.size > 1 ? [{ kind, through, said: [...said] }] : [])),
  );
const watermarks = () => [...new Set([...read.values()].flatMap((of) => [...of.keys()]))].sort();

it('readings that name the same watermark are equal while events come in: invoice, meter query, explanation and socket', async () => {
  await readUnderIngestion(async () => {});
  expect(differing()).toEqual([]);
  // The roller went on though somebody read all the time.
  expect(watermarks().length).toBeGreaterThanOrEqual(ENOUGH);
});

it('and while a meter is read in another way from now on, its history rolled again', async () => {
  await readUnderIngestion(() =>
    operator.defineMeter('requests', {
      ...{ description: 'Requests', eventType: 'request', aggregation: 'sum', dimensions: {}, unit: 'requests' },
      valuePath: '$.other',
    }),
  );
  expect(differing()).toEqual([]);
  const of = (all: InvoiceView['lines']) => Number(all.find(({ priceKey }) => priceKey === 'requests')?.quantity);
  // What happened before the change is read as it was: one of each, however late it comes.
  await expect.poll(async () => of((await invoice()).lines), { timeout: 60_000 }).toBe(requests);
});

it('after a crash no watermark is named again, and the numbers are what they were', async () => {
  const sentBy = new Date().toISOString();
  let before = await invoice();
  while (before.meteredThrough < sentBy) before = await invoice();
  await server.kill();
  await server.startAgain();
  operator = new Operator(server);
  const after = await invoice();
  expect(after.meteredThrough > before.meteredThrough).toBe(true);
  const quantities = ({ lines }: InvoiceView) => lines.map(({ priceKey, quantity }) => [priceKey, quantity]);
  expect(quantities(after)).toEqual(quantities(before));
});
