import { randomInt } from 'node:crypto';
import type { Micros } from '../domain/instant.ts';
import type { StoredEvent } from '../events/stored-event.ts';
import { feedItem, type MeterOf } from '../usage/feed.ts';
import type { FeedItem } from '../usage/usage.types.ts';
import { changesBetween } from './changes.ts';
import type { EventsUpdate, LiveMoney, LiveSnapshot, LiveUsage, UsageUpdate } from './contract.ts';
import type { KnownMoney } from './money-rounds.ts';
import { ReplayBuffer } from './replay-buffer.ts';

/** A message of an account's stream. */
export type Message = { kind: 'usage'; update: UsageUpdate } | { kind: 'events'; update: EventsUpdate };

/** What was read of an account's usage, and which of its meters changed since then, by a watermark. */
export interface KnownUsage {
  usage: LiveUsage;
  changed: ReadonlySet<string>;
  meteredThrough: Micros;
}

const CHANGED_GAP_MS = 250;
const QUIET_GAP_MS = 1_000;
const FEED_ITEMS = 20;
const REPLAY_MESSAGES = 400;
/** Charges, meters and events that are kept for those who come back: an account may have thousands of charges. */
const REPLAY_ITEMS = 20_000;
/**
 * A stream begins to count anywhere below this: what another one said, dropped meanwhile or from before a restart, is no
 * number of its own. Of the numbers it knows one in 2³⁸ could be.
 */
const FIRST_SEQ = 2 ** 47;
const PENDING: LiveMoney = { money: 'pending', charges: null, spend: null };

/** An account that somebody watches: what it stands at, and the stream of its changes. */
export class WatchedAccount {
  readonly buffer: ReplayBuffer<Message>;
  snapshot: LiveSnapshot;
  viewers = 0;
  /** When the last viewer left; the stream is kept a while for their return. */
  leftAt: number;
  private usage: LiveUsage | null;
  private isChanged = false;
  private changedMeters = new Set<string>();
  private publishedAt: number;
  private known: KnownMoney | null = null;
  private feed: FeedItem[] = [];
  private more = 0;

  constructor(
    readonly accountId: string,
    usage: LiveUsage,
    now: number,
  ) {
    this.buffer = new ReplayBuffer(randomInt(FIRST_SEQ), REPLAY_MESSAGES, REPLAY_ITEMS, itemsIn);
    this.usage = usage;
    this.snapshot = { ...usage, ...PENDING };
    this.publishedAt = now;
    this.leftAt = now;
  }

  /** An event that was just accepted, for the feed. */
  accepted(event: StoredEvent, meterOf: MeterOf): void {
    if (this.feed.length < FEED_ITEMS) this.feed.push(feedItem(event, meterOf));
    else this.more++;
  }

  isDue(now: number): boolean {
    return now - this.publishedAt >= (this.isChanged ? CHANGED_GAP_MS : QUIET_GAP_MS);
  }

  /** Something came, and with it these meters stand at something else. */
  changed(meters: Iterable<string>): void {
    this.isChanged = true;
    for (const meter of meters) this.changedMeters.add(meter);
  }

  /**
   * The usage is about to be read: what changes from here on is for the next time.
   * @param meteredThrough by when it was told what changed
   * @returns what was read last, and what changed since; `null` when all of it is to be read
   */
  reading(now: number, meteredThrough: Micros): KnownUsage | null {
    const known = this.usage && { usage: this.usage, changed: this.changedMeters, meteredThrough };
    // Known anew once it was read; if it cannot be, all of it is read the next time.
    this.usage = null;
    this.isChanged = false;
    this.changedMeters = new Set();
    this.publishedAt = now;
    return known;
  }

  /** @returns the messages that tell of it */
  takeUsage(usage: LiveUsage): Message[] {
    this.usage = usage;
    const told = [this.told({ ...usage, ...this.moneyOf(usage.period.key) })];
    if (this.feed.length === 0) return told;
    const { accountId, feed: items, more } = this;
    this.feed = [];
    this.more = 0;
    return [...told, this.buffer.push((seq) => ({ kind: 'events', update: { accountId, seq, items, more } }))];
  }

  /** @returns the message that tells of it */
  takeMoney(known: KnownMoney): Message {
    this.known = known;
    const { meteredThrough, period, meters } = this.snapshot;
    return this.told({ meteredThrough, period, meters, ...this.moneyOf(period.key) });
  }

  private told(after: LiveSnapshot): Message {
    const changes = changesBetween(this.snapshot, after);
    this.snapshot = after;
    return this.buffer.push((seq) => ({ kind: 'usage', update: { ...changes, accountId: this.accountId, seq } }));
  }

  /** Money of a period that is over stands beside no usage of the next one. */
  private moneyOf(periodKey: string): LiveMoney {
    if (this.known === null) return PENDING;
    return this.known.periodKey === null || this.known.periodKey === periodKey ? this.known.money : PENDING;
  }
}

function itemsIn(message: Message): number {
  if (message.kind === 'events') return message.update.items.length;
  return message.update.meters.length + (message.update.charges?.length ?? 0);
}
