import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SocketServer } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../events/stored-event.ts';
import type { ClientToServer, ServerToClient } from './contract.ts';
import { Live } from './live.ts';

/** The clock stands still unless a test moves it: numbers of two runs are as alike as they can be. */
let clock: number;
let running: { live: Live; http: Server; url: string; passes: NodeJS.Timeout };
let clients: Viewer[];

/** A browser's side: what it was told of the feed, and through which number. */
interface Viewer {
  socket: Socket<ServerToClient, ClientToServer>;
  seq: number;
  feed: string[];
}

async function run() {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const live = new Live(new SocketServer(http), {
    publicOrigin: url,
    viewerOf: async () => ({ userId: 'u', name: '', email: '', platformRole: 'customer', accountIds: ['acme'] }),
    mayAsk: async () => true,
    addressOf: () => '127.0.0.1',
    maySee: () => true,
    usage: async () => ({ meteredThrough: '', period: { key: '2026-11', from: '', to: '' }, meters: [] }),
    money: async () => ({ periodKey: null, money: { money: 'no rate card', charges: null, spend: null } }),
    meterOf: () => undefined,
    lagMs: () => 0,
    now: () => new Date(clock),
    onError: (error) => {
      throw error;
    },
  });
  // A pass of the roller comes a second after the one before, however long that takes here.
  const passes = setInterval(() => {
    clock += 1_000;
    live.rolled({ changed: new Map([['acme', new Set<string>()]]), meteredThrough: 0 });
  }, 20);
  return { live, http, url, passes };
}

async function end() {
  const { live, http, passes } = running;
  clearInterval(passes);
  live.close();
  http.closeAllConnections();
  await new Promise((done) => http.close(done));
}

beforeEach(async () => {
  clock = Date.parse('2026-11-28T12:00:00Z');
  clients = [];
  running = await run();
});
afterEach(async () => {
  for (const { socket } of clients) socket.disconnect();
  await end();
});

async function come(): Promise<Viewer> {
  const socket: Viewer['socket'] = io(`${running.url}/live`, { transports: ['websocket'], forceNew: true });
  const viewer: Viewer = { socket, seq: 0, feed: [] };
  socket.on('usage', ({ seq }) => {
    viewer.seq = seq;
  });
  socket.on('events', ({ seq, items }) => {
    viewer.seq = seq;
    viewer.feed.push(...items.map(({ id }) => id));
  });
  clients.push(viewer);
  await once(socket as never, 'connect');
  return viewer;
}

const accept = (id: string) =>
  running.live.accepted([
    {
      ...{ accountId: 'acme', id, source: 's', type: 't', subject: 'app', timeMicros: null, envelope: '{}' },
      ...{ extracted: [], revision: 1, receivedAt: clock * 1000, time: clock * 1000 },
    } satisfies StoredEvent,
  ]);
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
async function leave({ socket }: Viewer): Promise<void> {
  await new Promise<void>((done) => socket.emit('unwatch', { accountId: 'acme' }, done));
  socket.disconnect();
}
const watched = async (): Promise<Viewer> => {
  const viewer = await come();
  const answer = await viewer.socket.emitWithAck('watch', { accountId: 'acme' });
  if ('error' in answer) throw new Error(answer.error);
  viewer.seq = answer.seq;
  return viewer;
};

describe.each([0, 1])('who comes back, with %i others watching meanwhile,', (others) => {
  it('gets each event that was accepted meanwhile', async () => {
    const viewer = await watched();
    for (let i = 0; i < others; i++) await watched();
    accept('seen');
    await until(() => viewer.feed.length === 1);
    await leave(viewer);
    accept('missed-1');
    const before = clock;
    await until(() => clock > before + 3_000);
    accept('missed-2');

    const back = await come();
    const answer = await back.socket.emitWithAck('resume', { accountId: 'acme', seq: viewer.seq });
    expect(answer).toMatchObject({ resumed: true });
    await until(() => back.feed.length === 2);
    expect([...viewer.feed, ...back.feed]).toEqual(['seen', 'missed-1', 'missed-2']);
  });
});

describe('who comes back too late', () => {
  it('gets a snapshot, since nobody listened for so long', async () => {
    const viewer = await watched();
    await leave(viewer);
    const before = clock;
    await until(() => clock > before + 70_000);
    accept('missed');
    const back = await come();
    expect(await back.socket.emitWithAck('resume', { accountId: 'acme', seq: viewer.seq })).toHaveProperty('snapshot');
  });

  it('gets a snapshot when so much was missed that it is not kept', async () => {
    const viewer = await watched();
    await watched();
    const { seq } = viewer;
    await leave(viewer);
    for (let i = 0; i < 200; i++) {
      const before = clock;
      accept(`missed-${i}`);
      await until(() => clock > before + 1_000);
    }
    const back = await come();
    expect(await back.socket.emitWithAck('resume', { accountId: 'acme', seq })).toHaveProperty('snapshot');
  }, 60_000);

  it('gets a snapshot from a server that was started again, though all stands as it did when they left', async () => {
    const started = clock;
    clearInterval(running.passes);
    const viewer = await watched();
    const { seq } = viewer;
    await leave(viewer);
    await end();
    clock = started;
    running = await run();
    clearInterval(running.passes);
    const answer = await (await come()).socket.emitWithAck('resume', { accountId: 'acme', seq });
    expect(answer).toHaveProperty('snapshot');
  });
});
