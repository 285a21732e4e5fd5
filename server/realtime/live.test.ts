import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SocketServer } from 'socket.io';
import { io, Manager, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientToServer, ServerToClient, UsageUpdate } from './contract.ts';
import { Live } from './live.ts';
import type { KnownMoney } from './money-rounds.ts';

const known = (total: string): KnownMoney => ({
  periodKey: '2026-11',
  money: {
    money: 'known',
    charges: [
      {
        chargeId: 'c',
        description: 'Dynos',
        priceKey: 'dyno',
        lineValues: {},
        quantity: '1',
        unit: 's',
        amountExact: total,
        amount: total,
      },
    ],
    spend: {
      meteredThrough: '2026-11-24T14:03:06Z',
      currency: 'USD',
      minorUnit: 2,
      subtotal: total,
      credits: '0.00',
      tax: '0.00',
      total,
      projection: null,
    },
  },
});

let http: Server;
let sockets: SocketServer;
let live: Live;
let url: string;
let client: Socket<ServerToClient, ClientToServer>;
let passes: NodeJS.Timeout;
let updates: UsageUpdate[];
let errors: unknown[];
/** How the account's money is computed; a test sets it. */
let money: (accountId: string) => Promise<KnownMoney>;
/** How often it was asked who somebody is. */
let asked: number;

beforeEach(async () => {
  updates = [];
  asked = 0;
  errors = [];
  http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  let reading = 0;
  sockets = new SocketServer(http);
  live = new Live(sockets, {
    publicOrigin: url,
    viewerOf: async () => {
      asked++;
      return {
        userId: 'u',
        name: '',
        email: '',
        platformRole: 'customer',
        accountIds: ['acme', 'other'],
      };
    },
    mayAsk: async () => true,
    addressOf: () => '127.0.0.1',
    maySee: ({ accountIds }, accountId) => accountIds.includes(accountId),
    usage: async (accountId) => ({
      meteredThrough: `2026-11-24T14:03:07.${String(++reading).padStart(6, '0')}Z`,
      period: { key: '2026-11', from: '', to: '' },
      meters: [],
      ...(accountId === 'other' ? { period: { key: 'x'.repeat(500_000), from: '', to: '' } } : {}),
    }),
    money: (accountId) => money(accountId),
    meterOf: () => undefined,
    lagMs: () => 0,
    now: () => new Date(),
    onError: (error) => errors.push(error),
  });
  passes = setInterval(() => live.rolled({ changed: new Map([['acme', new Set<string>()]]), meteredThrough: 0 }), 20);
  client = io(`${url}/live`, { transports: ['websocket'], forceNew: true });
  client.on('usage', (update) => updates.push(update));
  await once(client as never, 'connect');
});
afterEach(async () => {
  clearInterval(passes);
  client.disconnect();
  live.close();
  http.closeAllConnections();
  await new Promise((done) => http.close(done));
});

const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
};
const moneys = () => updates.map((update) => update.money);

describe('money beside the stream of usage', () => {
  it('is pending, then known, and comes with its own watermark', async () => {
    money = async () => known('1.00');
    const answer = await client.emitWithAck('watch', { accountId: 'acme' });
    expect(answer).toMatchObject({ snapshot: { money: 'pending', charges: null, spend: null } });
    await until(() => moneys().includes('known'));
    const first = updates.find((update) => update.money === 'known');
    expect(first?.spend).toMatchObject({ total: '1.00', meteredThrough: '2026-11-24T14:03:06Z' });
    expect(first?.charges).toHaveLength(1);
    const numbers = updates.map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
  });

  it('holds usage up neither while it is computed nor when it fails, and says that it is missing', async () => {
    let fail: (error: Error) => void = () => {};
    money = () => new Promise((_, reject) => (fail = reject));
    await client.emitWithAck('watch', { accountId: 'acme' });
    await until(() => updates.length >= 3);
    expect(new Set(moneys())).toEqual(new Set(['pending']));
    fail(new Error('the store is out'));
    await until(() => moneys().includes('failed'));
    const soFar = updates.length;
    await until(() => updates.length >= soFar + 2);
    expect(updates.at(-1)).toMatchObject({ money: 'failed', charges: null, spend: null });
    expect(errors.map(String)).toEqual(['Error: the store is out']);
    money = async () => known('2.00');
    await until(() => moneys().includes('known'));
    expect(updates.at(-1)?.spend?.total).toBe('2.00');
  });

  it('is computed for nobody once nobody watches', async () => {
    const computed = { acme: 0, other: 0 };
    money = async (accountId) => {
      computed[accountId as keyof typeof computed]++;
      return known('1.00');
    };
    await client.emitWithAck('watch', { accountId: 'acme' });
    await until(() => computed.acme === 1);
    await new Promise<void>((done) => client.emit('unwatch', { accountId: 'acme' }, done));
    const { acme } = computed;
    await client.emitWithAck('watch', { accountId: 'other' });
    // Whoever waits longest comes first, so that would have been the one nobody watches.
    await until(() => computed.other === 3);
    expect(computed.acme).toBe(acme);
  });
});

describe('who does not read what is sent', () => {
  const connections = () => new Promise<number>((tell) => http.getConnections((_error, count) => tell(count)));
  const connected = () => sockets.of('/live').sockets.size;
  /** Asks for half a megabyte each time: 20 MB are more than any buffer on the way holds. */
  const askMuch = async (of: typeof client, wait: boolean) => {
    for (let i = 0; i < 40; i++) {
      const answer = of.emitWithAck('watch', { accountId: 'other' });
      if (wait) await answer;
      else answer.catch(() => {});
    }
  };

  it('is cut off; who reads as much is not, and may come again', async () => {
    money = async () => known('1.00');
    await askMuch(client, true);
    const other = io(`${url}/live`, { transports: ['websocket'], forceNew: true, reconnection: false });
    await once(other as never, 'connect');
    expect(connected()).toBe(2);
    const { ws } = other.io.engine.transport as unknown as { ws: { _socket: { pause: () => void } } };
    ws._socket.pause();
    await askMuch(other, false);
    await until(() => connected() === 1);
    // Nor is what it was sent kept for it: a handshake would wait half a minute for its answer.
    await until(async () => (await connections()) === 1);
    expect(client.connected).toBe(true);
    expect(await client.emitWithAck('watch', { accountId: 'acme' })).toMatchObject({ seq: expect.any(Number) });
    other.disconnect();
    const again = io(`${url}/live`, { transports: ['websocket'], forceNew: true, reconnection: false });
    await once(again as never, 'connect');
    again.disconnect();
  });
});

it('cuts off who asks to join again and again, and is asked about no more than a few times', async () => {
  const { engine } = await new Promise<Manager>((open) => {
    const stranger = new Manager(url, { transports: ['websocket'], reconnection: false });
    stranger.on('open', () => open(stranger));
  });
  const before = asked;
  const closed = once(engine as never, 'close');
  for (let i = 0; i < 1_000; i++) engine.write('0/live,');
  await closed;
  expect(asked - before).toBeLessThan(10);
  // Nor may who has joined say what nobody listens to.
  const joined = once(client.io.engine as never, 'close');
  for (let i = 0; i < 1_000; i++) client.io.engine.write('0/nothing-here,');
  await joined;
  expect(errors).toEqual([]);
});
