import type { Namespace, Server, Socket } from 'socket.io';
import type { Viewer } from '../auth/viewer.ts';
import type { StoredEvent } from '../ingest/stored-event.ts';
import type { Rolled } from '../metering/roller.ts';
import { feedItem, type MeterOf } from '../services/feed.ts';
import type { FeedItem, MeterTotal } from '../services/usage-page.types.ts';
import {
  type ClientToServer,
  type EventsUpdate,
  LIVE_NAMESPACE,
  type LiveSnapshot,
  type ServerToClient,
  type UsageUpdate,
} from './contract.ts';
import { ReplayBuffer } from './replay-buffer.ts';

interface SocketData {
  viewer: Viewer;
  cookie: string | null;
}
type LiveNamespace = Namespace<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, SocketData>;
type Message = { kind: 'usage'; update: UsageUpdate } | { kind: 'events'; update: EventsUpdate };

/** An account that somebody watches. */
interface Watch {
  buffer: ReplayBuffer<Message>;
  snapshot: LiveSnapshot;
  feed: FeedItem[];
  more: number;
  changed: boolean;
  publishedAt: number;
  viewers: number;
  /** When the last viewer left; the stream is kept a while for their return. */
  leftAt: number;
}

export interface LiveParts {
  publicOrigin: string;
  viewerOf: (cookieHeader: string | null) => Promise<Viewer | null>;
  maySee: (viewer: Viewer, accountId: string) => boolean;
  /** The same numbers the page shows; `null` when there is no such account. */
  snapshot: (accountId: string) => Promise<LiveSnapshot | null>;
  meterOf: MeterOf;
  lagMs: () => number;
  now: () => Date;
  onError: (error: unknown) => void;
}

const CHANGED_GAP_MS = 250;
const QUIET_GAP_MS = 1_000;
const FEED_ITEMS = 20;
const REPLAY_MESSAGES = 400;
const KEEP_MS = 60_000;
const RECHECK_SESSION_MS = 30_000;
const MAX_WATCHED = 20;

/** Streams each watched account's numbers and accepted events to the sockets that may see it. */
export class Live {
  private readonly watches = new Map<string, Promise<Watch | null>>();
  private readonly opened = new Map<string, Watch>();
  private readonly namespace: LiveNamespace;
  private readonly timers: NodeJS.Timeout[];
  private publishing = false;
  private closed = false;

  constructor(
    io: Server,
    private readonly parts: LiveParts,
  ) {
    this.namespace = io.of(LIVE_NAMESPACE) as LiveNamespace;
    this.namespace.use((socket, next) => {
      this.admit(socket).then(() => next(), next);
    });
    this.namespace.on('connection', (socket) => this.serve(socket));
    this.timers = [
      setInterval(() => this.namespace.emit('status', { lagMs: parts.lagMs() }), 2_000),
      setInterval(() => void this.recheckSessions().catch(parts.onError), RECHECK_SESSION_MS),
    ];
  }

  /** Events that were just accepted, for the feeds of the accounts that somebody watches. */
  accepted(events: readonly StoredEvent[]): void {
    if (this.opened.size === 0) return;
    for (const event of events) {
      const watch = this.opened.get(event.accountId);
      if (watch === undefined || watch.viewers === 0) continue;
      if (watch.feed.length < FEED_ITEMS) watch.feed.push(feedItem(event, this.parts.meterOf));
      else watch.more++;
    }
  }

  /** A pass of the roller: what changed is sent, and time moves on for what did not. */
  rolled({ accountIds }: Rolled): void {
    for (const accountId of accountIds) {
      const watch = this.opened.get(accountId);
      if (watch !== undefined) watch.changed = true;
    }
    if (this.publishing || this.closed) return;
    this.publishing = true;
    this.publishAll()
      .catch(this.parts.onError)
      .finally(() => {
        this.publishing = false;
      });
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    this.namespace.disconnectSockets(true);
  }

  private async admit(socket: LiveSocket): Promise<void> {
    const { origin, cookie } = socket.handshake.headers;
    if (origin !== undefined && origin !== this.parts.publicOrigin) throw new Error('this origin may not connect');
    const viewer = await this.parts.viewerOf(cookie ?? null);
    if (viewer === null) throw new Error('sign in first');
    socket.data.viewer = viewer;
    socket.data.cookie = cookie ?? null;
  }

  private serve(socket: LiveSocket): void {
    const watched = new Set<string>();
    const leave = (accountId: string) => {
      if (!watched.delete(accountId)) return;
      void socket.leave(room(accountId));
      const watch = this.opened.get(accountId);
      if (watch === undefined) return;
      watch.viewers--;
      watch.leftAt = this.parts.now().getTime();
    };
    const enter = async (accountId: unknown): Promise<Watch | { error: string }> => {
      if (typeof accountId !== 'string') return { error: 'name the account to watch' };
      if (!this.parts.maySee(socket.data.viewer, accountId)) return { error: 'no such account' };
      if (watched.size >= MAX_WATCHED && !watched.has(accountId)) return { error: 'too many accounts watched' };
      const watch = await this.watch(accountId);
      if (watch === null) return { error: 'no such account' };
      if (!socket.connected) return { error: 'disconnected' };
      if (!watched.has(accountId)) {
        watched.add(accountId);
        watch.viewers++;
        await socket.join(room(accountId));
      }
      return watch;
    };
    socket.on('watch', async (question, answer) => {
      if (typeof answer !== 'function') return;
      try {
        const watch = await enter(question?.accountId);
        answer('error' in watch ? watch : { seq: watch.buffer.seq, snapshot: watch.snapshot });
      } catch (error) {
        this.parts.onError(error);
        answer({ error: 'the numbers cannot be read just now; try again shortly' });
      }
    });
    socket.on('resume', async (question, answer) => {
      if (typeof answer !== 'function') return;
      try {
        const watch = await enter(question?.accountId);
        if ('error' in watch) return answer(watch);
        const missed = typeof question.seq === 'number' ? watch.buffer.after(question.seq) : null;
        if (missed === null) return answer({ seq: watch.buffer.seq, snapshot: watch.snapshot });
        answer({ seq: watch.buffer.seq, resumed: true });
        for (const message of missed) send(socket, message);
      } catch (error) {
        this.parts.onError(error);
        answer({ error: 'the numbers cannot be read just now; try again shortly' });
      }
    });
    socket.on('unwatch', (question, answer) => {
      if (typeof question?.accountId === 'string') leave(question.accountId);
      if (typeof answer === 'function') answer();
    });
    socket.on('disconnect', () => {
      for (const accountId of [...watched]) leave(accountId);
    });
  }

  private watch(accountId: string): Promise<Watch | null> {
    const known = this.watches.get(accountId);
    if (known !== undefined) return known;
    const opening = this.open(accountId);
    this.watches.set(accountId, opening);
    opening.then(
      (watch) => {
        if (watch === null) this.watches.delete(accountId);
        else this.opened.set(accountId, watch);
      },
      () => this.watches.delete(accountId),
    );
    return opening;
  }

  private async open(accountId: string): Promise<Watch | null> {
    const snapshot = await this.parts.snapshot(accountId);
    if (snapshot === null) return null;
    const now = this.parts.now().getTime();
    const buffer = new ReplayBuffer<Message>(now, REPLAY_MESSAGES);
    return { buffer, snapshot, feed: [], more: 0, changed: false, publishedAt: now, viewers: 0, leftAt: now };
  }

  private async publishAll(): Promise<void> {
    const now = this.parts.now().getTime();
    for (const [accountId, watch] of this.opened) {
      if (watch.viewers === 0) {
        if (now - watch.leftAt > KEEP_MS) {
          this.opened.delete(accountId);
          this.watches.delete(accountId);
          continue;
        }
      }
      const due = now - watch.publishedAt >= (watch.changed ? CHANGED_GAP_MS : QUIET_GAP_MS);
      if (due) await this.publish(accountId, watch, now);
    }
  }

  private async publish(accountId: string, watch: Watch, now: number): Promise<void> {
    watch.changed = false;
    watch.publishedAt = now;
    const snapshot = await this.parts.snapshot(accountId);
    if (snapshot === null) return;
    const meters = changedMeters(watch.snapshot, snapshot);
    watch.snapshot = snapshot;
    const target = this.namespace.to(room(accountId));
    const usage = watch.buffer.push((seq) => ({ kind: 'usage', update: { accountId, seq, ...snapshot, meters } }));
    if (usage.kind === 'usage') target.emit('usage', usage.update);
    if (watch.feed.length === 0) return;
    const { feed: items, more } = watch;
    watch.feed = [];
    watch.more = 0;
    const events = watch.buffer.push((seq) => ({ kind: 'events', update: { accountId, seq, items, more } }));
    if (events.kind === 'events') target.emit('events', events.update);
  }

  /** A session that ended, or an account that is no longer somebody's, must not go on hearing. */
  private async recheckSessions(): Promise<void> {
    for (const socket of this.namespace.sockets.values()) {
      const viewer = await this.parts.viewerOf(socket.data.cookie);
      const gone = (accountRoom: string) =>
        accountRoom.startsWith('account:') &&
        (viewer === null || !this.parts.maySee(viewer, accountRoom.slice('account:'.length)));
      if (viewer === null || [...socket.rooms].some(gone)) socket.disconnect(true);
      else socket.data.viewer = viewer;
    }
  }
}

function room(accountId: string): string {
  return `account:${accountId}`;
}

function send(socket: LiveSocket, message: Message): void {
  if (message.kind === 'usage') socket.emit('usage', message.update);
  else socket.emit('events', message.update);
}

/** Only the meters that moved; all of them when a new billing period began. */
function changedMeters(before: LiveSnapshot, after: LiveSnapshot): MeterTotal[] {
  if (before.period.key !== after.period.key) return after.meters;
  const quantities = new Map(before.meters.map((meter) => [meter.key, meter.quantity]));
  return after.meters.filter((meter) => !quantities.has(meter.key) || quantities.get(meter.key) !== meter.quantity);
}
