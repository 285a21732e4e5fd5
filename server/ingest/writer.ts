import { type ClickHouse, eventsReceivedAt, findKeys, insertEvents, type KnownKey } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { contentHash, type EventKey, eventKey } from '../events/event-key.ts';
import type { ReceiptStatus } from '../events/receipt.ts';
import { contentOf } from '../events/same-content.ts';
import type { PreparedEvent, StoredEvent } from '../events/stored-event.ts';
import type { KeyFilter } from './key-filter.ts';

/** The store would not take the events; nothing was acknowledged, the sender may try again. */
export class NotStoredError extends Error {}

/** What became of one event once it is durable; `reason` stands with a conflict. */
export interface WriteResult {
  status: Exclude<ReceiptStatus, 'rejected'>;
  /** The first receipt's. */
  receivedAt: Micros;
  reason?: string;
}

/** An event on its way into the store. */
type FreshEvent = StoredEvent & { keyHash: string; contentHash: string };

/** What the writer needs and whom it tells. */
export interface WriterDeps {
  store: ClickHouse;
  filter: KeyFilter;
  /** The last receive time in the store; new ones are later, whatever the clock says. */
  lastReceivedAt: Micros;
  now: () => Micros;
  /** Durable events, in receive order, before anybody is answered. */
  onStored: (events: readonly StoredEvent[]) => void;
  /** An insert failed in a way that may have left events behind: whoever counts must look in the store. */
  onUncertain: (from: Micros, through: Micros) => void;
}

interface Submission {
  events: readonly PreparedEvent[];
  keys: EventKey[];
  contents: string[];
  characters: number;
  settle: (results: WriteResult[]) => void;
  fail: (error: Error) => void;
}

interface Answers {
  results: WriteResult[];
  /** Events that came before with other bytes; called duplicates until they are compared. */
  undecided: Undecided[];
}

interface Undecided {
  at: number;
  event: PreparedEvent;
  earlier: Earlier;
}

/** The event that came first under a key. */
interface Earlier {
  receivedAt: Micros;
  /** `null` while it is in the store only. */
  envelope: string | null;
}

/** Above this a request is refused at once (503) instead of waiting in memory. */
const MAX_WAITING_EVENTS = 100_000;
const MAX_WAITING_CHARACTERS = 256 * 1024 * 1024;
const MAX_FLUSH_EVENTS = 20_000;
/** An insert is one text. */
const MAX_FLUSH_CHARACTERS = 64 * 1024 * 1024;
const MAX_LOOKUP_KEYS = 10_000;
/** Below this an insert costs about the same however many events it holds. */
const SMALL_FLUSH_EVENTS = 500;
const GATHER_MS = 30;
/** Stored events that are held in memory at once to be compared: fewer where they are large. */
const COMPARED_AT_ONCE = 50;
/** Compared before whatever else waits gets its turn. */
const CHARACTERS_PER_TURN = 64 * 1024;

/**
 * The single writer of usage events. It checks keys and inserts, one flush after another, so no two requests can both
 * find an id absent. Requests that arrive during a flush share the next one. A crash at any point leaves an event
 * either absent (a retry inserts it) or present (a retry is a duplicate).
 */
export class EventWriter {
  private waiting: Submission[] = [];
  private waitingEvents = 0;
  private waitingCharacters = 0;
  private flushing: Promise<void> | null = null;
  private flushFrom: Micros | null = null;
  /** `requests`: those it answered and those that waited meanwhile. */
  private lastFlush = { events: 0, endedAt: 0, requests: 0 };
  private onSubmitted: () => void = () => {};
  private last: Micros;
  private closed = false;

  constructor(private readonly deps: WriterDeps) {
    this.last = deps.lastReceivedAt;
  }

  /**
   * Stores a request's events that are new and answers, for each in order, what became of it, once that is durable.
   * @throws NotStoredError when the store refuses or too much is waiting
   */
  submit(events: readonly PreparedEvent[]): Promise<WriteResult[]> {
    if (this.closed) return Promise.reject(new NotStoredError('the server is stopping'));
    if (this.waitingEvents > MAX_WAITING_EVENTS || this.waitingCharacters > MAX_WAITING_CHARACTERS) {
      return Promise.reject(new NotStoredError('more events are waiting than the store takes in; try again shortly'));
    }
    return new Promise((settle, fail) => {
      const keys: EventKey[] = [];
      const contents: string[] = [];
      let characters = 0;
      for (const event of events) {
        characters += event.envelope.length;
        keys.push(eventKey(event.accountId, event.source, event.id));
        contents.push(contentHash(event.envelope));
      }
      this.waiting.push({ events, keys, contents, characters, settle, fail });
      this.waitingEvents += events.length;
      this.waitingCharacters += characters;
      this.onSubmitted();
      this.flushing ??= this.flushAll();
    });
  }

  /**
   * Every event with a receive time up to here has been handed to `onStored` or `onUncertain`.
   * @param laterThan asks for a later instant than this, which there is unless an insert is under way
   */
  settledThrough(laterThan: Micros = 0): Micros {
    const through = this.flushFrom === null ? Math.max(this.last, this.deps.now(), laterThan + 1) : this.flushFrom - 1;
    // A receive time handed out later must be later than what was called settled.
    if (this.flushFrom === null) this.last = through;
    return through;
  }

  /** Waits until everything submitted so far is durable. @throws NotStoredError when it is not */
  async flushed(): Promise<void> {
    await this.submit([]);
  }

  /** Waits until everything accepted so far is durable; refuses what comes later. */
  async close(): Promise<void> {
    this.closed = true;
    await this.flushing;
  }

  private async flushAll(): Promise<void> {
    // Requests that are being read in this turn of the loop join the first flush.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      await this.gather();
      const batch: Submission[] = [];
      let count = 0;
      let characters = 0;
      for (const next of this.waiting) {
        const isTooMuch =
          count + next.events.length > MAX_FLUSH_EVENTS || characters + next.characters > MAX_FLUSH_CHARACTERS;
        if (batch.length > 0 && isTooMuch) break;
        batch.push(next);
        count += next.events.length;
        characters += next.characters;
      }
      this.waiting.splice(0, batch.length);
      this.waitingEvents -= count;
      this.waitingCharacters -= characters;
      await this.flush(batch);
      this.lastFlush = { events: count, endedAt: performance.now(), requests: batch.length + this.waiting.length };
    }
    this.flushing = null;
  }

  /** After a small flush those who shared it get a moment to come back, or two halves of all senders would take turns. */
  private async gather(): Promise<void> {
    const { requests, events, endedAt } = this.lastFlush;
    const left = endedAt + GATHER_MS - performance.now();
    const enough = () => this.waiting.length >= requests || this.closed;
    if (events >= SMALL_FLUSH_EVENTS || left <= 0 || enough()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      this.onSubmitted = () => {
        if (!enough()) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.onSubmitted = () => {};
  }

  private async flush(batch: Submission[]): Promise<void> {
    try {
      const known = await this.knownAmong(batch);
      const fresh = new Map<string, FreshEvent>();
      this.flushFrom = Math.max(this.last + 1, this.deps.now());
      let next = this.flushFrom;
      const answers: Answers[] = [];
      const firsts = new Map<string, Earlier>();
      const firstOf = (hash: string, receivedAt: Micros, envelope: string | null) => {
        const first = firsts.get(hash) ?? { receivedAt, envelope };
        firsts.set(hash, first);
        return first;
      };
      for (const { events, keys, contents } of batch) {
        const answer: Answers = { results: [], undecided: [] };
        answers.push(answer);
        for (let i = 0; i < events.length; i++) {
          const event = events[i] as PreparedEvent;
          const key = keys[i] as EventKey;
          const content = contents[i] as string;
          const earlier = known.get(key.hash);
          if (earlier !== undefined) {
            answer.results.push({ status: 'duplicate', receivedAt: earlier.receivedAt });
            if (content !== earlier.contentHash)
              answer.undecided.push({ at: i, event, earlier: firstOf(key.hash, earlier.receivedAt, null) });
            continue;
          }
          const sibling = fresh.get(key.hash);
          if (sibling !== undefined) {
            const { receivedAt, envelope } = sibling;
            answer.results.push({ status: 'duplicate', receivedAt });
            if (content !== sibling.contentHash)
              answer.undecided.push({ at: i, event, earlier: firstOf(key.hash, receivedAt, envelope) });
            continue;
          }
          const receivedAt = Math.max(next, event.receivedAtHint ?? 0);
          next = receivedAt + 1;
          fresh.set(key.hash, received(event, receivedAt, key.hash, content));
          this.deps.filter.add(key.high, key.low);
          answer.results.push({ status: 'accepted', receivedAt });
        }
      }
      if (fresh.size > 0) await this.insert([...fresh.values()], next - 1);
      this.flushFrom = null;
      for (let i = 0; i < batch.length; i++) this.answer(batch[i] as Submission, answers[i] as Answers);
    } catch (error) {
      this.flushFrom = null;
      const failure = new NotStoredError(error instanceof Error ? error.message : String(error));
      for (const submission of batch) submission.fail(failure);
    }
  }

  /** Answers once it is known of every event that came before with other bytes whether it says the same. */
  private answer(submission: Submission, { results, undecided }: Answers): void {
    if (undecided.length === 0) {
      submission.settle(results);
      return;
    }
    this.decide(results, undecided).then(
      () => submission.settle(results),
      (error) => submission.fail(new NotStoredError(String(error))),
    );
  }

  /**
   * Reads each first event once and asks once what it says, however many came after it under its key: thousands of small events
   * under the key of one of megabytes would else cost megabytes each.
   */
  private async decide(results: WriteResult[], undecided: readonly Undecided[]): Promise<void> {
    const byFirst = new Map<Earlier, Undecided[]>();
    for (const each of undecided) push(byFirst, each.earlier, each);
    const stored = new Map<string, Earlier[]>();
    let looked = 0;
    const compare = async (first: Earlier, envelope: string | undefined) => {
      let said: string | null = null;
      for (const { at, event } of byFirst.get(first) ?? []) {
        if (looked > CHARACTERS_PER_TURN) {
          await new Promise(setImmediate);
          looked = 0;
        }
        looked += event.envelope.length + (said === null ? (envelope?.length ?? 0) : 0);
        if (envelope === event.envelope) continue;
        said ??= envelope === undefined ? '' : contentOf(envelope);
        if (said !== contentOf(event.envelope)) results[at] = conflict(first.receivedAt);
      }
    };
    for (const [first, [one]] of byFirst) {
      const accountId = one?.event.accountId ?? '';
      if (first.envelope !== null) await compare(first, first.envelope);
      else push(stored, accountId, first);
    }
    for (const [accountId, firsts] of stored) {
      for (let rest = firsts; rest.length > 0; ) {
        const some = rest.slice(0, COMPARED_AT_ONCE);
        const receivedAt = some.map((first) => first.receivedAt);
        const { events, left } = await eventsReceivedAt(this.deps.store.read, accountId, receivedAt);
        const isLeft = (first: Earlier) => left.includes(first.receivedAt);
        for (const first of some) if (!isLeft(first)) await compare(first, events.get(first.receivedAt)?.envelope);
        rest = [...some.filter(isLeft), ...rest.slice(COMPARED_AT_ONCE)];
      }
    }
  }

  private async insert(fresh: readonly FreshEvent[], last: Micros): Promise<void> {
    const from = this.flushFrom as Micros;
    this.last = last;
    try {
      await insertEvents(this.deps.store.write, fresh);
    } catch (error) {
      this.deps.onUncertain(from, last);
      throw error;
    }
    // Settled before anybody is told: who asks in between would take these events for ones that are still to come.
    this.flushFrom = null;
    this.deps.onStored(fresh);
  }

  /** What the store already has of these keys; asked only about those the filter cannot call new. */
  private async knownAmong(batch: readonly Submission[]): Promise<Map<string, KnownKey>> {
    const perhaps = new Map<string, Set<string>>();
    for (const { events, keys } of batch) {
      for (let i = 0; i < events.length; i++) {
        const key = keys[i] as EventKey;
        if (!this.deps.filter.mayHave(key.high, key.low)) continue;
        const accountId = (events[i] as PreparedEvent).accountId;
        const hashes = perhaps.get(accountId) ?? new Set<string>();
        perhaps.set(accountId, hashes.add(key.hash));
      }
    }
    const known = new Map<string, KnownKey>();
    for (const [accountId, hashes] of perhaps) {
      const list = [...hashes];
      for (let at = 0; at < list.length; at += MAX_LOOKUP_KEYS) {
        const keys = await findKeys(this.deps.store.write, accountId, list.slice(at, at + MAX_LOOKUP_KEYS));
        for (const key of keys) known.set(key.keyHash, key);
      }
    }
    return known;
  }
}

/** Written out field by field: spreading objects cost more than storing them. */
function received(event: PreparedEvent, receivedAt: Micros, keyHash: string, contentHash: string): FreshEvent {
  const { accountId, id, source, type, subject, timeMicros, envelope, extracted, revision } = event;
  return {
    accountId,
    id,
    source,
    type,
    subject,
    timeMicros,
    envelope,
    extracted,
    revision,
    receivedAt,
    time: timeMicros ?? receivedAt,
    keyHash,
    contentHash,
  };
}

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function conflict(receivedAt: Micros): WriteResult {
  return {
    status: 'conflict',
    receivedAt,
    reason: 'this source and id came before with other content; the first one counts, this one does not',
  };
}
