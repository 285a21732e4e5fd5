import type { IncomingMessage, Server } from 'node:http';
import { Server as SocketServer } from 'socket.io';
import { maySee } from '../access/may-see.ts';
import type { Auth } from '../auth/auth.ts';
import { isShareLeft, type Shares } from '../fairness/shares.ts';
import type { Measuring } from '../measuring.ts';
import { meterIn } from '../metering/stretches.ts';
import { mayOpenSocket } from '../realtime/connections.ts';
import { Live } from '../realtime/live.ts';
import { createLiveMoney } from '../realtime/live-money.ts';
import { createLiveUsage } from '../realtime/live-usage.ts';
import type { Stores } from '../stores.ts';
import type { Rooms } from './rooms.ts';

/** What the sockets are put together from. */
export interface SocketsDeps {
  /** Listening already; the sockets share it. */
  http: Server;
  publicUrl: string;
  database: Stores['database'];
  measuring: Measuring;
  rooms: Rooms;
  auth: Auth;
  shares: Shares;
  /** The address of who asks. */
  clientOf: (request: IncomingMessage) => string;
  lagMs: () => number;
  now: () => Date;
  onError: (error: unknown) => void;
}

/** Live numbers over sockets. `close` closes the HTTP server too, once the requests in work are answered. */
export function createSockets({ http, publicUrl, database, measuring, rooms, ...deps }: SocketsDeps): {
  live: Live;
  close: () => Promise<void>;
} {
  const { auth, shares, clientOf, lagMs, now, onError } = deps;
  const { registry, read, watermark: readings } = measuring;
  const { queries } = database;
  const io = new SocketServer(http, {
    ...{ serveClient: false, maxHttpBufferSize: 16_384, connectTimeout: 10_000 },
    allowRequest: (request, answer) => {
      mayOpenSocket(shares, request, clientOf(request)).then(
        (may) => answer(may ? null : 'too many connections', may),
        (error: unknown) => {
          onError(error);
          answer('not just now', false);
        },
      );
    },
  });
  const live = new Live(io, {
    publicOrigin: new URL(publicUrl).origin,
    viewerOf: async (cookie) => (await auth.viewerOf(cookie)).viewer,
    addressOf: clientOf,
    maySee,
    mayAsk: ({ userId }) => isShareLeft(shares.take('socket', userId)),
    usage: createLiveUsage({ queries, registry, read, readings, now }),
    money: createLiveMoney({ queries, invoices: rooms.invoices }),
    meterOf: (key, at) => {
      const meter = registry.current(key);
      return meter && meterIn(meter, { from: at, to: at + 1 });
    },
    lagMs,
    now,
    onError,
  });
  return {
    live,
    close: async () => {
      live.close();
      await io.close();
    },
  };
}
