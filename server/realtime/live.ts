import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import type { Viewer } from '../access/viewer.ts';
import type { Micros } from '../domain/instant.ts';
import { LIVE_NAMESPACE } from '../domain/live-namespace.ts';
import type { StoredEvent } from '../events/stored-event.ts';
import type { Rolled } from '../metering/roller.ts';
import type { MeterOf } from '../usage/feed.ts';
import { dropSlowReaders, mayConnect } from './connections.ts';
import type { LiveUsage } from './contract.ts';
import { emitTo, type LiveNamespace, type LiveSocket, recheckSessions, roomOf, serveSocket } from './live-socket.ts';
import { type KnownMoney, MoneyRounds } from './money-rounds.ts';
import { limitPackets } from './packets.ts';
import { type KnownUsage, type Message, WatchedAccount } from './watched-account.ts';

/** What the stream is made of, and who may hear it. */
export interface LiveDeps {
  publicOrigin: string;
  viewerOf: (cookieHeader: string | null) => Promise<Viewer | null>;
  /** The network address a connection comes from. */
  addressOf: (request: IncomingMessage) => string;
  maySee: (viewer: Viewer, accountId: string) => boolean;
  /** Counts a message of a person. @returns `false` when it is more than their share */
  mayAsk: (viewer: Viewer) => Promise<boolean>;
  /**
   * The same numbers the page shows; `null` when there is no such account.
   * @param unchanged what was read last, when no event of the account was rolled since
   */
  usage: (accountId: string, before: KnownUsage | null) => Promise<LiveUsage | null>;
  /** The open period's charges and totals, as the invoice has them. */
  money: (accountId: string) => Promise<KnownMoney>;
  meterOf: MeterOf;
  lagMs: () => number;
  now: () => Date;
  onError: (error: unknown) => void;
}

const KEEP_MS = 60_000;
const RECHECK_SESSION_MS = 30_000;
const LOOK_FOR_SLOW_MS = 500;
/** For so long nobody asks again whether a session has ended elsewhere. */
const TRUST_MS = 1_000;

/** Streams each watched account's numbers and accepted events to the sockets that may see it. */
export class Live {
  private readonly watches = new Map<string, Promise<WatchedAccount | null>>();
  private readonly opened = new Map<string, WatchedAccount>();
  private readonly namespace: LiveNamespace;
  private readonly timers: NodeJS.Timeout[];
  private readonly rounds: MoneyRounds;
  private rechecks = 0;
  private publishing = false;
  /** By when it was told whose usage changed. */
  private toldThrough: Micros = 0;
  private closed = false;

  constructor(
    io: Server,
    private readonly deps: LiveDeps,
  ) {
    this.rounds = new MoneyRounds({
      watched: () => this.watched(),
      compute: deps.money,
      tell: (accountId, money) => {
        const account = this.opened.get(accountId);
        if (account !== undefined) this.send(accountId, [account.takeMoney(money)]);
      },
      onError: deps.onError,
    });
    // There is nothing to hear outside of it.
    io.of('/').use((_socket, next) => next(new Error('there is nothing here')));
    this.namespace = io.of(LIVE_NAMESPACE) as LiveNamespace;
    limitPackets(io, this.namespace);
    this.namespace.use((socket, next) => {
      this.admit(socket).then(() => next(), next);
    });
    this.namespace.on('connection', (socket) =>
      serveSocket(socket, {
        maySee: deps.maySee,
        mayAsk: deps.mayAsk,
        viewerNow: (socket) => this.viewerNow(socket),
        watch: (accountId) => this.watch(accountId),
        leave: (accountId) => this.leave(accountId),
        onError: deps.onError,
      }),
    );
    this.timers = [
      setInterval(() => this.namespace.emit('status', { lagMs: deps.lagMs() }), 2_000),
      setInterval(() => dropSlowReaders(this.namespace), LOOK_FOR_SLOW_MS),
      setInterval(() => this.recheck(), RECHECK_SESSION_MS),
    ];
  }

  /**
   * A session ended, or an account is somebody's no more: who it is about is cut off.
   * @param cookie of the browser that signed out: only its sockets are looked at, however many there are of others
   */
  recheck(cookie: string | null = null): void {
    this.rechecks++;
    void recheckSessions(this.namespace, this.deps, cookie).catch(this.deps.onError);
  }

  /** Events that were just accepted, for the feeds of the accounts that somebody watches, or did until just now. */
  accepted(events: readonly StoredEvent[]): void {
    if (this.opened.size === 0) return;
    // Also while nobody is there: whoever comes back in time is told what they missed.
    for (const event of events) this.opened.get(event.accountId)?.accepted(event, this.deps.meterOf);
  }

  /** A pass of the roller: what changed is sent, and time moves on for what did not. */
  rolled({ changed, meteredThrough }: Rolled): void {
    this.toldThrough = meteredThrough;
    for (const [accountId, meters] of changed) this.opened.get(accountId)?.changed(meters);
    this.rounds.look();
    if (this.publishing || this.closed) return;
    this.publishing = true;
    this.publishAll()
      .catch(this.deps.onError)
      .finally(() => {
        this.publishing = false;
      });
  }

  close(): void {
    this.closed = true;
    this.rounds.close();
    for (const timer of this.timers) clearInterval(timer);
    this.namespace.disconnectSockets(true);
  }

  private async admit(socket: LiveSocket): Promise<void> {
    const { origin, cookie } = socket.handshake.headers;
    if (origin !== undefined && origin !== this.deps.publicOrigin) throw new Error('this origin may not connect');
    const viewer = await this.askWho(socket, cookie ?? null);
    if (viewer === null) throw new Error('sign in first');
    const address = this.deps.addressOf(socket.request);
    if (!mayConnect(this.namespace, viewer.userId, address)) throw new Error('too many connections');
    socket.data.cookie = cookie ?? null;
    socket.data.address = address;
  }

  /** Not asked anew for each of many messages, unless somebody signed out since. */
  private async viewerNow(socket: LiveSocket): Promise<Viewer | null> {
    const { viewer, askedAt, rechecks } = socket.data;
    if (rechecks === this.rechecks && performance.now() - askedAt < TRUST_MS) return viewer;
    return this.askWho(socket, socket.data.cookie);
  }

  private async askWho(socket: LiveSocket, cookie: string | null): Promise<Viewer | null> {
    // As it was before it was asked: who signs out meanwhile is asked about again.
    const asked = { askedAt: performance.now(), rechecks: this.rechecks };
    const viewer = await this.deps.viewerOf(cookie);
    if (viewer !== null) Object.assign(socket.data, { viewer, ...asked });
    return viewer;
  }

  private watch(accountId: string): Promise<WatchedAccount | null> {
    const known = this.watches.get(accountId);
    const account = this.opened.get(accountId);
    // Whoever is coming is no viewer yet; the stream is not dropped under them.
    if (account !== undefined) account.leftAt = this.deps.now().getTime();
    if (known !== undefined) return known;
    const opening = this.open(accountId);
    this.watches.set(accountId, opening);
    opening.then(
      (account) => {
        if (account === null) this.watches.delete(accountId);
        else this.opened.set(accountId, account);
      },
      () => this.watches.delete(accountId),
    );
    return opening;
  }

  private async open(accountId: string): Promise<WatchedAccount | null> {
    const usage = await this.deps.usage(accountId, null);
    return usage && new WatchedAccount(accountId, usage, this.deps.now().getTime());
  }

  private leave(accountId: string): void {
    const account = this.opened.get(accountId);
    if (account === undefined) return;
    account.viewers--;
    account.leftAt = this.deps.now().getTime();
  }

  private *watched(): Iterable<string> {
    for (const [accountId, { viewers }] of this.opened) if (viewers > 0) yield accountId;
  }

  private async publishAll(): Promise<void> {
    const now = this.deps.now().getTime();
    for (const [accountId, account] of this.opened) {
      if (account.viewers === 0 && now - account.leftAt > KEEP_MS) {
        this.opened.delete(accountId);
        this.watches.delete(accountId);
        this.rounds.forget(accountId);
      } else if (account.isDue(now)) {
        const usage = await this.deps.usage(accountId, account.reading(now, this.toldThrough));
        if (usage !== null) this.send(accountId, account.takeUsage(usage));
      }
    }
  }

  private send(accountId: string, messages: readonly Message[]): void {
    const target = this.namespace.to(roomOf(accountId));
    for (const message of messages) emitTo(target, message);
  }
}
