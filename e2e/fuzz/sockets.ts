import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { LIVE_NAMESPACE } from '../../server/domain/live-namespace.ts';
import type { Case, Intent, SocketCase } from './case.ts';
import { hostileText, hostileValue } from './values/hostile-values.ts';
import { Verbatim } from './values/json-text.ts';
import type { Random } from './values/random.ts';
import type { World } from './world.ts';

/** The messages a page sends. */
export const MESSAGES = ['watch', 'resume', 'unwatch'];
/** Socket.IO's client refuses to send these itself. */
const OTHERS = [
  'usage',
  'events',
  'status',
  'unknown',
  '',
  '__proto__',
  'constructor',
  'error',
  'message',
  '日本',
  'a'.repeat(2_000),
];
const GIANT = 900_000;

/** A message of a page, or what no page sends. */
export function socketCase(
  intent: Intent,
  { world, random, event }: { world: World; random: Random; event: string },
): Case {
  const { people } = world.callers;
  const account = random.pick([world.kept, world.played]).account.id;
  const question = event === 'resume' ? { accountId: account, seq: random.below(50) } : { accountId: account };
  const about = `socket ${event}`;
  const valid: SocketCase = {
    ...{ kind: 'socket', caller: random.pick([people.customer, people.support]), namespace: LIVE_NAMESPACE, event },
    ...{ args: [question], isAsked: true, times: 1 },
  };
  if (intent === 'valid') return { ...valid, about, intent };
  const hostile = () => plain(hostileValue(random));
  const changed = random.pick<() => Partial<SocketCase>>([
    () => ({ args: [] }),
    () => ({ args: [hostile()] }),
    () => ({ args: [{ ...question, accountId: random.chance(0.3) ? world.foreign.account.id : hostile() }] }),
    () => ({ args: [{ ...question, seq: random.pick<unknown>([-1, 1.5, 1e308, 'x', null, [], {}, 2 ** 53]) }] }),
    () => ({ args: [question, hostile()] }),
    () => ({ args: [Array.from({ length: 50 }, hostile)] }),
    () => ({ args: [Buffer.alloc(random.pick([0, 1, 10_000]))] }),
    () => ({ args: [{ accountId: Buffer.from(account) }] }),
    () => ({ args: ['a'.repeat(GIANT)] }),
    () => ({ args: [{ accountId: 'a'.repeat(1_200_000) }] }),
    () => ({ isAsked: false }),
    () => ({ event: random.pick(OTHERS) }),
    () => ({ times: 300 }),
    () => ({
      namespace: random.pick([
        '/',
        '/live/',
        '/LIVE',
        '/none',
        '/__proto__',
        '/constructor',
        `/${hostileText(random).slice(0, 100)}`,
      ]),
    }),
    () => ({ caller: null }),
    () => ({ caller: people.stranger }),
    () => ({
      caller: { name: 'elsewhere', headers: { ...people.customer.headers, origin: 'https://elsewhere.example' } },
    }),
  ])();
  return { ...valid, ...changed, about, intent };
}

/** Sends it. @returns what came of it. @throws when the socket neither answers nor ends */
export async function talk(url: string, asked: SocketCase, withinMs: number): Promise<string> {
  const socket = io(`${url}${asked.namespace}`, {
    ...{ transports: ['websocket'], forceNew: true, reconnection: false },
    extraHeaders: asked.caller?.headers ?? {},
  });
  const late = new AbortController();
  const isLate = sleep(withinMs, null, { signal: late.signal }).then(
    () => {
      throw new Error(`neither an answer nor an end within ${withinMs} ms`);
    },
    () => 'ended',
  );
  const isOver = new Promise<string>((resolve) => {
    socket.once('disconnect', (reason) => resolve(`cut off: ${reason}`));
    socket.once('connect_error', (error) => resolve(`refused: ${error.message}`));
  });
  try {
    const connected = new Promise<null>((resolve) => socket.once('connect', () => resolve(null)));
    const how = await Promise.race([connected, isOver, isLate]);
    if (how !== null) return how;
    // What is still waited for when the connection ends is told by its end.
    const ask = (event: string, args: unknown[]) => socket.emitWithAck(event, ...args).catch(() => isOver);
    const send = (): Promise<unknown> => {
      if (asked.isAsked) return ask(asked.event, asked.args);
      socket.emit(asked.event, ...asked.args);
      return Promise.resolve();
    };
    const answers = Array.from({ length: asked.times }, send);
    // What nobody listens to, and what has not one argument, gets no answer; what comes after it does.
    const still = ask('unwatch', [{}]);
    const isAnswered = MESSAGES.includes(asked.event) && asked.args.length === 1;
    const answer = await Promise.race([isAnswered ? Promise.all(answers) : still, isOver, isLate]);
    await Promise.race([still, isOver, isLate]);
    return typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? 'nothing').slice(0, 300);
  } finally {
    late.abort();
    socket.close();
  }
}

/** What a client's encoder can write. */
function plain(value: unknown): unknown {
  if (value instanceof Verbatim) return value.text.slice(0, 100_000);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([name]) => name !== 'toJSON');
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}
