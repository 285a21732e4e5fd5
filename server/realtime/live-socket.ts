import type { Namespace, Socket } from 'socket.io';
import type { Viewer } from '../access/viewer.ts';
import type { ClientToServer, ServerToClient } from './contract.ts';
import { cutOff } from './cut-off.ts';
import { countOf } from './message-count.ts';
import type { Message, WatchedAccount } from './watched-account.ts';

interface SocketData {
  viewer: Viewer;
  /** When that was asked, of a clock that only goes forward, and how often everybody was asked again before. */
  askedAt: number;
  rechecks: number;
  cookie: string | null;
  /** Where it comes from, as far as it is known. */
  address: string;
}
/** The namespace `/live` with its messages typed. */
export type LiveNamespace = Namespace<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
/** A page's socket on it. */
export type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

/** What a socket asks of who is behind it and of the accounts it watches. */
export interface SocketDeps {
  /** Who a socket's session is of by now; `null` once it has ended. */
  viewerNow: (socket: LiveSocket) => Promise<Viewer | null>;
  /** Counts a message of a person. @returns `false` when it is more than their share */
  mayAsk: (viewer: Viewer) => Promise<boolean>;
  maySee: (viewer: Viewer, accountId: string) => boolean;
  /** `null` when there is no such account. */
  watch: (accountId: string) => Promise<WatchedAccount | null>;
  leave: (accountId: string) => void;
  onError: (error: unknown) => void;
}

const MAX_WATCHED = 20;
/** A page sends one message, and one more each time it comes back. */
const MOST_MESSAGES = 100;
const MESSAGES_WITHIN_MS = 10_000;
const UNREADABLE = { error: 'the numbers cannot be read just now; try again shortly' };

/** Answers what one socket asks: it hears only accounts its person may see, and no more than so many. */
export function serveSocket(socket: LiveSocket, deps: SocketDeps): void {
  const watched = new Set<string>();
  const leave = (accountId: string) => {
    if (!watched.delete(accountId)) return;
    void socket.leave(roomOf(accountId));
    deps.leave(accountId);
  };
  const enter = async (accountId: unknown): Promise<WatchedAccount | { error: string }> => {
    if (typeof accountId !== 'string') return { error: 'name the account to watch' };
    // Signing out holds at once, also where the cut has not come yet.
    const viewer = await deps.viewerNow(socket);
    if (viewer === null) {
      cutOff(socket);
      return { error: 'sign in first' };
    }
    socket.data.viewer = viewer;
    if (!deps.maySee(socket.data.viewer, accountId)) return { error: 'no such account' };
    if (watched.size >= MAX_WATCHED && !watched.has(accountId)) return { error: 'too many accounts watched' };
    const account = await deps.watch(accountId);
    if (account === null) return { error: 'no such account' };
    if (!socket.connected) return { error: 'disconnected' };
    if (!watched.has(accountId)) {
      watched.add(accountId);
      account.viewers++;
      await socket.join(roomOf(accountId));
    }
    return account;
  };
  limitMessages(socket, deps);
  // All that may be asked: a question that nobody answers does not compile.
  const answers: ClientToServer = {
    watch: async (question, answer) => {
      if (typeof answer !== 'function') return;
      try {
        const account = await enter(question?.accountId);
        answer('error' in account ? account : { seq: account.buffer.seq, snapshot: account.snapshot });
      } catch (error) {
        deps.onError(error);
        answer(UNREADABLE);
      }
    },
    resume: async (question, answer) => {
      if (typeof answer !== 'function') return;
      try {
        const account = await enter(question?.accountId);
        if ('error' in account) return answer(account);
        const missed = typeof question.seq === 'number' ? account.buffer.after(question.seq) : null;
        if (missed === null) return answer({ seq: account.buffer.seq, snapshot: account.snapshot });
        answer({ seq: account.buffer.seq, resumed: true });
        for (const message of missed) emitTo(socket, message);
      } catch (error) {
        deps.onError(error);
        answer(UNREADABLE);
      }
    },
    unwatch: (question, answer) => {
      if (typeof question?.accountId === 'string') leave(question.accountId);
      if (typeof answer === 'function') answer();
    },
  };
  for (const [name, answer] of Object.entries(answers)) socket.on(name as keyof ClientToServer, answer);
  socket.on('disconnect', () => {
    for (const accountId of [...watched]) leave(accountId);
  });
}

/** Cuts off a socket that asks more often than a page does, or more than its person's share. */
function limitMessages(socket: LiveSocket, deps: Pick<SocketDeps, 'mayAsk' | 'onError'>): void {
  const messages = countOf(MOST_MESSAGES, MESSAGES_WITHIN_MS);
  socket.use((_packet, next) => {
    if (!messages.isOneMoreAllowed()) cutOff(socket);
    else
      deps.mayAsk(socket.data.viewer).then((may) => {
        if (may) next();
        else cutOff(socket);
      }, deps.onError);
  });
}

/** A socket of somebody whose session ended, or whose account it no longer is, is cut off: of one browser, or of all. */
export async function recheckSessions(
  namespace: LiveNamespace,
  deps: Pick<SocketDeps, 'maySee'> & { viewerOf: (cookie: string | null) => Promise<Viewer | null> },
  cookie: string | null,
): Promise<void> {
  const { viewerOf, maySee } = deps;
  const pairs = pairsOf(cookie);
  for (const socket of namespace.sockets.values()) {
    if (cookie !== null && !pairsOf(socket.data.cookie).some((pair) => pairs.includes(pair))) continue;
    const viewer = await viewerOf(socket.data.cookie);
    const isGone = (room: string) => {
      const accountId = accountOf(room);
      return accountId !== null && (viewer === null || !maySee(viewer, accountId));
    };
    if (viewer === null || [...socket.rooms].some(isGone)) cutOff(socket);
    else socket.data.viewer = viewer;
  }
}

function pairsOf(cookie: string | null): string[] {
  return (cookie ?? '').split(';').map((pair) => pair.trim());
}

/** Sends a message to a socket, or to all of a room. */
export function emitTo(target: Pick<LiveSocket, 'emit'> | ReturnType<LiveNamespace['to']>, message: Message): void {
  switch (message.kind) {
    case 'usage':
      target.emit('usage', message.update);
      break;
    case 'events':
      target.emit('events', message.update);
      break;
    default:
      message satisfies never;
  }
}

const ROOM = 'account:';

/** The room of all sockets that watch an account. */
export function roomOf(accountId: string): string {
  return `${ROOM}${accountId}`;
}

function accountOf(room: string): string | null {
  return room.startsWith(ROOM) ? room.slice(ROOM.length) : null;
}
