import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CloudEvent, cloudEvent } from './support/events/cloud-event.ts';
import { type AnsweredReceipts, lastReceived, post, problemOf, receiptsOf } from './support/events/event-door.ts';
import { defineMeters, usageOf } from './support/events/usage.ts';
import { Operator, type TestAccount } from './support/people/operator.ts';
import { RestartableServer } from './support/servers/restartable-server.ts';
import { mountSmallDisk } from './support/servers/small-disk.ts';

// Machines differ; what is waited for are conditions.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

const HOUR = 3_600_000;
/** An hour's start, two days ago. */
const START = Math.floor(Date.now() / HOUR) * HOUR - 48 * HOUR;
const at = (hours: number) => new Date(START + hours * HOUR).toISOString();

let server: RestartableServer;
let operator: Operator;
beforeAll(async () => {
  server = await RestartableServer.start();
  operator = new Operator(server);
  await defineMeters(operator);
});
afterAll(() => server?.remove());

async function customer(): Promise<{ account: TestAccount; key: string }> {
  const account = await operator.createAccount();
  return { account, key: await operator.createKey(account) };
}

/** Three requests, and a disk of 2.5 GB for an hour, then 4 GB for two. */
function someEvents(withTime: boolean): CloudEvent[] {
  const request = (id: string, tokens: unknown, hours: number) =>
    cloudEvent({ id, type: 'app.request', data: { app: 'web', tokens }, ...(withTime && { time: at(hours) }) });
  const level = (id: string, gigabytes: unknown, hours: number) =>
    cloudEvent({ id, type: 'disk.level', subject: 'disk-1', time: at(hours), data: { gigabytes } });
  return [
    request('r1', 1.5, 0.5),
    request('r2', '2', 0.5),
    request('r3', 0.25, 3),
    level('l1', 2.5, 0),
    level('l2', '4', 1),
    level('l3', 0, 3),
  ];
}

const ONCE = { requests: '3', tokens: '3.75', disk: '37800' };
const statuses = ({ receipts }: AnsweredReceipts) => receipts.map(({ status }) => status);
const times = ({ receipts }: AnsweredReceipts) => receipts.map(({ receivedAt }) => receivedAt);
const all = (status: string) => Array.from({ length: 6 }, () => status);

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[]): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
}

describe.each([
  ['with time', true],
  ['without time', false],
])('events %s are counted once', (_, withTime) => {
  it('when the same batch comes twice', async () => {
    const { account, key } = await customer();
    const first = await receiptsOf(server.url, key, someEvents(withTime));
    expect(statuses(first)).toEqual(all('accepted'));
    const second = await receiptsOf(server.url, key, someEvents(withTime));
    expect(statuses(second)).toEqual(all('duplicate'));
    expect(times(second)).toEqual(times(first));
    expect(await post(server.url, key, someEvents(withTime))).toMatchObject({ status: 204 });
    expect(await usageOf(operator, account, lastReceived(first))).toEqual(ONCE);
  });

  it('when an id comes twice within a batch: the same is a duplicate, other content a conflict', async () => {
    const { account, key } = await customer();
    const events = someEvents(withTime);
    const other = events.map((event) => ({ ...event, data: { app: 'web', tokens: 1000, gigabytes: 1000 } }));
    const receipts = await receiptsOf(server.url, key, [...events, ...events, ...other]);
    expect(statuses(receipts)).toEqual([...all('accepted'), ...all('duplicate'), ...all('conflict')]);
    expect(receipts).toMatchObject({ accepted: 6, duplicates: 6, conflicts: 6, rejected: 0 });
    expect(receipts.receipts[12]?.reason).toMatch(/other content/);
    expect(await usageOf(operator, account, lastReceived(receipts))).toEqual(ONCE);
  });

  it('when an id comes in two batches', async () => {
    const { account, key } = await customer();
    const events = someEvents(withTime);
    await receiptsOf(server.url, key, events.slice(0, 4));
    const second = await receiptsOf(server.url, key, events.slice(1));
    expect(statuses(second)).toEqual(['duplicate', 'duplicate', 'duplicate', 'accepted', 'accepted']);
    expect(await usageOf(operator, account, lastReceived(second))).toEqual(ONCE);
  });

  it.each([
    ['a graceful restart', () => server.stop()],
    ['kill -9', () => server.kill()],
  ])('when a batch comes again after %s', async (_end, end) => {
    const { account, key } = await customer();
    const events = someEvents(withTime);
    const first = await receiptsOf(server.url, key, events.slice(0, 5));
    await end();
    await server.startAgain();
    const second = await receiptsOf(server.url, key, events);
    expect(statuses(second)).toEqual([...all('duplicate').slice(1), 'accepted']);
    expect(times(second).slice(0, 5)).toEqual(times(first));
    const [changed] = events;
    const conflict = await receiptsOf(server.url, key, [{ ...changed, data: { app: 'web', tokens: 7 } }]);
    expect(statuses(conflict)).toEqual(['conflict']);
    expect(await usageOf(operator, account, lastReceived(second))).toEqual(ONCE);
  });

  it('when 32 senders post overlapping batches in random order at once', async () => {
    const { account, key } = await customer();
    const events = Array.from({ length: 400 }, (_event, i) =>
      cloudEvent({
        id: `e${i}`,
        type: 'app.request',
        data: { app: `app-${i % 7}`, tokens: `${i}.001` },
        ...(withTime && { time: new Date(START + (i % 50) * 60_000).toISOString() }),
      }),
    );
    const sender = async () => {
      const answers: AnsweredReceipts[] = [];
      const mixed = shuffled(events);
      for (let from = 0; from < mixed.length; from += 40) {
        answers.push(await receiptsOf(server.url, key, mixed.slice(from, from + 60)));
      }
      return answers;
    };
    const answers = (await Promise.all(Array.from({ length: 32 }, sender))).flat();
    const sum = (name: 'accepted' | 'conflicts') => answers.reduce((total, answer) => total + answer[name], 0);
    expect(sum('accepted')).toBe(400);
    expect(sum('conflicts')).toBe(0);
    const receivedAt = new Map<string | null, Set<string | null>>();
    for (const receipt of answers.flatMap(({ receipts }) => receipts)) {
      receivedAt.set(receipt.id, (receivedAt.get(receipt.id) ?? new Set()).add(receipt.receivedAt));
    }
    expect([...receivedAt.values()].every((seen) => seen.size === 1)).toBe(true);
    const last = answers.map(lastReceived).sort().at(-1) ?? '';
    // 0 + 1 + … + 399, and 400 thousandths.
    expect(await usageOf(operator, account, last)).toEqual({ requests: '400', tokens: '79800.4', disk: null });
  });

  it('when the order of keys or the spelling of numbers and escapes changes', async () => {
    const { account, key } = await customer();
    const time = withTime ? `,"time":"${at(1)}"` : '';
    const spelled = (id: string, tokens: string) =>
      `{"specversion":"1.0","id":"${id}","source":"/test","type":"app.request","subject":"a"${time},"data":{"app":"web","tokens":${tokens},"more":{"a":[1,2],"b":null}}}`;
    const respelled = (id: string, tokens: string) =>
      `{ "data": {"more":{"b":null,"a":[1.0,2e0]}, "tokens": ${tokens}, "app":"\\u0077eb"}${time}, "subject":"a","type":"app.request","source":"\\/test","id":"${id}","specversion":"1.0"}`;
    const first = await receiptsOf(server.url, key, `[${spelled('n1', '1')},${spelled('n2', '0.100000000000')}]`);
    expect(statuses(first)).toEqual(['accepted', 'accepted']);
    const again = [respelled('n1', '1.0'), respelled('n1', '10e-1'), respelled('n2', '0.1'), respelled('n2', '1E-1')];
    expect(statuses(await receiptsOf(server.url, key, `[${again.join(',')}]`))).toEqual(all('duplicate').slice(2));
    const within = `[${spelled('n3', '2')},${respelled('n3', '2.000000000000000000000')}]`;
    const second = await receiptsOf(server.url, key, within);
    expect(statuses(second)).toEqual(['accepted', 'duplicate']);
    const other = [respelled('n1', '1.0000000000000000001'), respelled('n2', '"0.1"')];
    const changed = await receiptsOf(server.url, key, `[${other.join(',')}]`, {
      prefer: 'handling=lenient, return=representation',
    });
    expect(statuses(changed)).toEqual(['rejected', 'conflict']);
    expect(await usageOf(operator, account, lastReceived(second))).toMatchObject({ requests: '3', tokens: '3.1' });
  });
});

describe('the first one counts', () => {
  it('an id with other content answers 409 and is not counted, the rest of the batch is', async () => {
    const { account, key } = await customer();
    const events = someEvents(true);
    await receiptsOf(server.url, key, events.slice(0, 3));
    const changed = { ...events[1], data: { app: 'web', tokens: 500 } };
    const answer = await post(server.url, key, [events[3], changed, ...events.slice(4)]);
    expect(answer.status).toBe(409);
    const problem = problemOf(answer);
    expect(problem.errors).toEqual([{ pointer: '#/1/id', detail: expect.stringContaining('other content') }]);
    expect(problem.detail).toMatch(/1 of 4 .*others are stored/);
    expect(await post(server.url, key, [changed], { prefer: 'handling=lenient' })).toMatchObject({ status: 204 });
    const receipts = await receiptsOf(server.url, key, events);
    expect(statuses(receipts)).toEqual(all('duplicate'));
    expect(await usageOf(operator, account, lastReceived(receipts))).toEqual(ONCE);
  });

  it.each([
    ['another time', { time: at(5) }],
    ['no time', { time: undefined }],
    ['another subject', { subject: 'other' }],
    ['another type', { type: 'other' }],
    ['one more attribute', { traceid: 'abc' }],
  ])('also with %s', async (_, change) => {
    const { account, key } = await customer();
    const [event] = someEvents(true);
    const receipts = await receiptsOf(server.url, key, [event]);
    expect(statuses(await receiptsOf(server.url, key, [{ ...event, ...change }]))).toEqual(['conflict']);
    expect(await usageOf(operator, account, lastReceived(receipts))).toMatchObject({ requests: '1', tokens: '1.5' });
  });

  it('another source is another event', async () => {
    const { account, key } = await customer();
    const [event] = someEvents(true);
    const receipts = await receiptsOf(server.url, key, [event, { ...event, source: '/elsewhere' }]);
    expect(statuses(receipts)).toEqual(['accepted', 'accepted']);
    expect(await usageOf(operator, account, lastReceived(receipts))).toMatchObject({ requests: '2', tokens: '3' });
  });
});

describe('at one instant', () => {
  it.each([
    ['millisecond', '.123Z'],
    ['microsecond', '.123456Z'],
  ])('events of the same %s all count, also across batches', async (_, fraction) => {
    const { account, key } = await customer();
    const time = at(2).replace('.000Z', fraction);
    const events = Array.from({ length: 60 }, (_event, i) =>
      cloudEvent({ id: `i${i}`, type: 'app.request', time, data: { app: 'web', tokens: 2 } }),
    );
    await receiptsOf(server.url, key, events.slice(0, 40));
    const receipts = await receiptsOf(server.url, key, events.slice(20));
    expect(receipts).toMatchObject({ accepted: 20, duplicates: 20 });
    expect(await usageOf(operator, account, lastReceived(receipts))).toMatchObject({ requests: '60', tokens: '120' });
  });

  it('of two levels at one instant the one with the later id lasts, in whatever order they come', async () => {
    const level = (id: string, gigabytes: number, hours: number) =>
      cloudEvent({ id, type: 'disk.level', subject: 'disk-1', time: at(hours), data: { gigabytes } });
    const events = [level('a', 7, 0), level('b', 2, 0), level('c', 0, 1)];
    for (const order of [events, [...events].reverse()]) {
      const { account, key } = await customer();
      for (const event of order.slice(0, 2)) await receiptsOf(server.url, key, [event]);
      const receipts = await receiptsOf(server.url, key, order);
      expect(receipts).toMatchObject({ accepted: 1, duplicates: 2 });
      expect(await usageOf(operator, account, lastReceived(receipts))).toMatchObject({ disk: '7200' });
    }
  });

  it('levels without time run from one receive time to the other', async () => {
    const { account, key } = await customer();
    const level = (id: string, gigabytes: number) =>
      cloudEvent({ id, type: 'disk.level', subject: 'disk-1', data: { gigabytes } });
    const opened = await receiptsOf(server.url, key, [level('open', 4)]);
    const closed = await receiptsOf(server.url, key, [level('open', 4), level('close', 0)]);
    expect(statuses(closed)).toEqual(['duplicate', 'accepted']);
    const micros = microsOf(lastReceived(closed)) - microsOf(lastReceived(opened));
    const { disk } = await usageOf(operator, account, lastReceived(closed));
    expect(Math.round(Number(disk) * 1_000_000)).toBe(4 * micros);
  });
});

function microsOf(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`) * 1000 + Number(time.slice(23, 26));
}

const disk = mountSmallDisk(400);
describe.skipIf(disk === null)('when the disk is full', () => {
  let full: RestartableServer;
  let boss: Operator;
  beforeAll(async () => {
    full = await RestartableServer.start(disk?.path);
    boss = new Operator(full);
    await defineMeters(boss);
  });
  afterAll(async () => {
    await full?.remove();
    disk?.remove();
  });

  it.each([
    ['with time', true],
    ['without time', false],
  ])('a failed insert of events %s is not acknowledged or counted, and its retry counts once', async (_, withTime) => {
    const account = await boss.createAccount();
    const key = await boss.createKey(account);
    const events = someEvents(withTime);
    const before = await receiptsOf(full.url, key, events.slice(0, 2));
    const usage = await usageOf(boss, account, lastReceived(before));
    expect(usage).toEqual({ requests: '2', tokens: '3.5', disk: null });

    await disk?.fill();
    for (let attempt = 0; attempt < 3; attempt++) {
      const answer = await post(full.url, key, events, { prefer: 'return=representation' });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(problemOf(answer).detail).toContain('not stored');
    }
    expect((await fetch(`${full.url}/healthz`)).status).toBe(200);
    expect(await boss.request('GET', `/api/v1/events?accountId=${account.id}`)).toMatchObject({
      data: [{ event: { id: 'r2' } }, { event: { id: 'r1' } }],
    });
    disk?.free();

    const retried = await receiptsOf(full.url, key, events);
    expect(statuses(retried)).toEqual(['duplicate', 'duplicate', ...all('accepted').slice(2)]);
    expect(statuses(await receiptsOf(full.url, key, events))).toEqual(all('duplicate'));
    expect(await usageOf(boss, account, lastReceived(retried))).toEqual(ONCE);

    await full.kill();
    await full.startAgain();
    expect(statuses(await receiptsOf(full.url, key, events))).toEqual(all('duplicate'));
    expect(await usageOf(boss, account, lastReceived(retried))).toEqual(ONCE);
  });
});
