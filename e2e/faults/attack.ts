import { connect } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { io } from 'socket.io-client';
import { LIVE_NAMESPACE } from '../../server/domain/live-namespace.ts';
import { answerParent } from '../bench/child.ts';

/** What somebody who means harm has: a customer's session and read key, a link, and the sign-in page. */
export interface AttackQuestion {
  url: string;
  seconds: number;
  accountId: string;
  cookie: string;
  readKey: string;
  /** Path of a link. */
  link: string;
  meter: string;
}

/** How each kind of request was answered, by status. */
export type AttackAnswer = Record<'queries' | 'openings' | 'signIns', Record<string, number>>;

const SOCKETS = 20;
const SLOW_POSTS = 20;
const QUERIES_A_SECOND = 20;
const SIGN_INS_A_SECOND = 50;
const OPENINGS_A_SECOND = 500;
const DAY_MS = 86_400_000;

// Who means harm has machines of their own: what they do must not take the time of the one that is attacked.
setPriority(19);

answerParent(async (question: AttackQuestion): Promise<AttackAnswer> => {
  const until = performance.now() + question.seconds * 1000;
  const [queries, signIns, openings] = await Promise.all([
    wideQueries(question),
    wrongSignIns(question),
    linkOpenings(question),
    ...Array.from({ length: SOCKETS }, () => socketThatNeverReads(question, until)),
    ...Array.from({ length: SLOW_POSTS }, () => slowPosts(question, until)),
  ]);
  return { queries, signIns, openings };
});

/** Requests at a steady pace. @returns how many were answered with each status */
async function steadily(
  { url, seconds }: AttackQuestion,
  rate: number,
  connections: number,
  request: autocannon.Request,
): Promise<Record<string, number>> {
  const answers = await autocannon({ url, duration: seconds, connections, overallRate: rate, requests: [request] });
  const counted = Object.entries(answers.statusCodeStats ?? {});
  return Object.fromEntries(counted.map(([status, { count }]) => [status, count ?? 0]));
}

/** As many minutes as an answer may have, each time. */
function wideQueries(question: AttackQuestion) {
  const { accountId, readKey, meter } = question;
  const to = new Date();
  const from = new Date(to.getTime() - 34 * DAY_MS);
  const span = `from=${from.toISOString()}&to=${to.toISOString()}`;
  return steadily(question, QUERIES_A_SECOND, QUERIES_A_SECOND, {
    method: 'GET',
    path: `/api/v1/meters/${meter}/query?accountId=${accountId}&windowSize=MINUTE&groupBy=app&groupBy=model&${span}`,
    headers: { authorization: `Bearer ${readKey}`, 'x-forwarded-for': '203.0.113.1' },
  });
}

let others = 0;

/** From ever other networks, for ever other people. */
function wrongSignIns(question: AttackQuestion) {
  return steadily(question, SIGN_INS_A_SECOND, SIGN_INS_A_SECOND, {
    method: 'POST',
    path: '/sign-in',
    headers: { origin: question.url, 'content-type': 'application/x-www-form-urlencoded' },
    setupRequest: (request) => ({
      ...request,
      body: `email=nobody-${others++}%40example.com&password=wrong-password-of-nobody`,
      headers: { ...request.headers, 'x-forwarded-for': `198.51.100.${others % 50}` },
    }),
  });
}

/** A link that went round. */
function linkOpenings(question: AttackQuestion) {
  return steadily(question, OPENINGS_A_SECOND, 50, {
    method: 'GET',
    path: question.link,
    setupRequest: (request) => ({
      ...request,
      headers: { ...request.headers, 'x-forwarded-for': `192.0.2.${others++ % 250}` },
    }),
  });
}

/** What a socket of the client speaks through. */
interface RawSocket {
  on: (name: 'error', hear: () => void) => void;
  _socket?: { pause: () => void };
}

/** Asks for the whole again and again, and never takes what it is sent; comes back when it is dropped. */
async function socketThatNeverReads({ url, cookie, accountId }: AttackQuestion, until: number): Promise<void> {
  while (performance.now() < until) {
    const socket = io(`${url}${LIVE_NAMESPACE}`, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      extraHeaders: { cookie, origin: url, 'x-forwarded-for': '203.0.113.2' },
    });
    await new Promise<void>((settled) => {
      socket.once('connect', () => {
        const { ws } = socket.io.engine.transport as unknown as { ws: RawSocket };
        // The client listens no more once it has let go; that the server cuts it off is what is wanted.
        ws.on('error', () => {});
        ws._socket?.pause();
        settled();
      });
      socket.once('connect_error', () => settled());
    });
    for (let i = 0; i < 200 && socket.connected && performance.now() < until; i++) {
      socket.emit('watch', { accountId }, () => {});
      await sleep(50);
    }
    socket.disconnect();
    await sleep(250);
  }
}

/** A form, byte by byte. */
async function slowPosts({ url }: AttackQuestion, until: number): Promise<void> {
  const { hostname, port } = new URL(url);
  while (performance.now() < until) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(`POST /sign-in HTTP/1.1\r\nHost: ${hostname}\r\nOrigin: ${url}\r\nContent-Length: 16000\r\n\r\n`);
    while (performance.now() < until && !socket.destroyed && socket.writable) {
      socket.write('a');
      await sleep(500);
    }
    socket.destroy();
  }
}
