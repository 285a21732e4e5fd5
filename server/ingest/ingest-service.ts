import type { Micros } from '../domain/instant.ts';
import { toRfc3339 } from '../domain/instant.ts';
import type { ReadBody } from '../events/body.ts';
import { acceptedTimes } from '../events/event-time.ts';
import type { Receipt, UsageEvent } from '../events/receipt.ts';
import type { PreparedEvent } from '../events/stored-event.ts';
import { type EventFault, validateEvent } from '../events/validate-event.ts';
import { extract, unfitTexts } from '../metering/extract.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { type EventWriter, NotStoredError } from './writer.ts';

/** Who sends: a key of one account, or one that serves all. */
export interface Sender {
  accountId: string | null;
}

/** One fault of one event of a request. */
export interface RequestFault extends EventFault {
  index: number;
}

/** An event that was stored now. Times in microseconds since 1970. */
export interface StoredNow {
  receipt: Receipt;
  accountId: string;
  time: Micros;
  receivedAt: Micros;
}

/** What became of a request's events: a receipt for each, what is wrong, and which were stored just now. */
export interface IngestAnswer {
  receipts: Receipt[];
  faults: RequestFault[];
  stored: StoredNow[];
}

type Checked = PreparedEvent | { faults: EventFault[] };

/** Events looked at before whatever else waits gets its turn; about two milliseconds. */
const EVENTS_PER_TURN = 100;
const MOST_REASONS = 10;

/** Where an account ends. */
export interface AccountEnd {
  at: Micros;
  /** It may still turn out that it cannot end there. */
  isPending: boolean;
}

/** What the door asks before it takes an event. */
export interface IngestDeps {
  writer: EventWriter;
  registry: MeterRegistry;
  now: () => Micros;
  /** At once for an account that is known already. */
  accountExists: (accountId: string) => boolean | Promise<boolean>;
  /** Where an account's last billing period ends, if it has ended or is just being ended. */
  endOf: (accountId: string) => AccountEnd | undefined;
}

/** The way of events from a request to their receipts. */
export class IngestService {
  private lastLarge: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: IngestDeps) {}

  /**
   * Checks every event and stores them.
   * @param receivedAt only when history is loaded into an empty store: the receive time of each event
   * @param lenient store the valid ones although others are not; otherwise one invalid event stops the whole request
   * @returns a receipt for each event; when `faults` is not empty and not lenient, nothing was stored
   * @throws NotStoredError when the store does not take them
   */
  async ingest(
    sender: Sender,
    body: Pick<ReadBody, 'events' | 'toText'>,
    lenient: boolean,
    receivedAt?: readonly Micros[],
  ): Promise<IngestAnswer> {
    const large = body.events.length > EVENTS_PER_TURN;
    const check = () => this.check(sender, body, receivedAt);
    // One large request after another: the first is on its way to the store while the next is looked at.
    const checking = large ? this.lastLarge.then(check) : check();
    if (large) this.lastLarge = checking.catch(() => {});
    const { receipts, faults, prepared } = await checking;
    if (prepared.length === 0 || (faults.length > 0 && !lenient)) return { receipts, faults, stored: [] };
    this.requireNoEnd(prepared);
    const results = await this.deps.writer.submit(prepared);
    const stored: StoredNow[] = [];
    let next = 0;
    for (const receipt of receipts) {
      if (receipt.status === 'rejected') continue;
      const { accountId, timeMicros } = prepared[next] as PreparedEvent;
      const { status, receivedAt } = Object.assign(receipt, results[next++]);
      if (status === 'accepted' && receivedAt !== null) {
        stored.push({ receipt, accountId, time: timeMicros ?? receivedAt, receivedAt });
      }
    }
    return { receipts, faults, stored };
  }

  private async check(
    sender: Sender,
    body: Pick<ReadBody, 'events' | 'toText'>,
    receivedAt: readonly Micros[] | undefined,
  ): Promise<Omit<IngestAnswer, 'stored'> & { prepared: PreparedEvent[] }> {
    const receipts: Receipt[] = [];
    const faults: RequestFault[] = [];
    const prepared: PreparedEvent[] = [];
    const times = acceptedTimes(this.deps.now());
    for (let index = 0; index < body.events.length; index++) {
      if (index % EVENTS_PER_TURN === EVENTS_PER_TURN - 1) await new Promise(setImmediate);
      const input = body.events[index];
      const prepare = this.prepare(sender, input, body.toText, times);
      const checked = prepare instanceof Promise ? await prepare : prepare;
      if ('faults' in checked) {
        for (const fault of checked.faults) faults.push({ index, ...fault });
        receipts.push(rejected(index, input, checked.faults));
      } else {
        const receivedAtHint = receivedAt?.[index];
        prepared.push(receivedAtHint === undefined ? checked : { ...checked, receivedAtHint });
        receipts.push({ index, id: checked.id, source: checked.source, status: 'accepted', receivedAt: null });
      }
    }
    return { receipts, faults, prepared };
  }

  /** Waits only for an account that was never seen before. */
  private prepare(
    sender: Sender,
    input: unknown,
    toText: ReadBody['toText'],
    times: { earliest: Micros; latest: Micros },
  ): Checked | Promise<Checked> {
    const checked = validateEvent(input, toText, times);
    if ('faults' in checked) return checked;
    const { event } = checked;
    const fault = this.accountFault(sender, event.account);
    if (fault instanceof Promise) return fault.then((told) => this.extracted(sender, event, told));
    return this.extracted(sender, event, fault);
  }

  private extracted(sender: Sender, event: UsageEvent, accountFault: string | null): Checked {
    const { registry } = this.deps;
    const readers = registry.readersOf(event.type);
    const { extracted, faults } = extract(readers, {
      type: event.type,
      // An event without a time happens when it is received, a little later than now; the roller knows when that was.
      time: event.timeMicros ?? this.deps.now(),
      data: event.data,
    });
    faults.push(...unfitTexts(readers, extracted));
    if (accountFault !== null) faults.push({ pointer: '/account', detail: accountFault });
    const { id, source, type, subject, timeMicros, envelope } = event;
    const accountId = sender.accountId ?? event.account ?? '';
    const end = this.deps.endOf(accountId);
    if (end !== undefined && !end.isPending && (timeMicros ?? this.deps.now()) >= end.at) {
      faults.push({ pointer: '/time', detail: `is not before ${toRfc3339(end.at)}, when the account ended` });
    }
    if (faults.length > 0) return { faults };
    return { accountId, id, source, type, subject, timeMicros, envelope, extracted, revision: registry.revision };
  }

  /**
   * Asked in the same turn in which events are handed to the writer: whoever ends an account knows of all that came before.
   * @throws NotStoredError for events after an end that came while they were looked at; sent again they get their answer
   */
  private requireNoEnd(prepared: readonly PreparedEvent[]): void {
    for (const { accountId, timeMicros } of prepared) {
      const end = this.deps.endOf(accountId);
      if (end !== undefined && (timeMicros ?? this.deps.now()) >= end.at) {
        throw new NotStoredError(`account ${accountId} is just being ended`);
      }
    }
  }

  private accountFault(sender: Sender, named: string | null): string | null | Promise<string | null> {
    if (sender.accountId !== null) {
      const other = named !== null && named !== sender.accountId;
      return other ? 'names another account than the one this key belongs to' : null;
    }
    if (named === null) return 'is missing: this key serves several accounts, so every event must name one';
    const exists = this.deps.accountExists(named);
    return exists instanceof Promise ? exists.then(unlessFound) : unlessFound(exists);
  }
}

function unlessFound(exists: boolean): string | null {
  return exists ? null : 'names no account';
}

/** What is wrong with one event in one line; of an event that is wrong throughout a part, for a request may hold thousands of them. */
function reasonOf(faults: readonly EventFault[]): string {
  const told = faults
    .slice(0, MOST_REASONS)
    .map((fault) => (fault.pointer === '' ? `the event ${fault.detail}` : `${fault.pointer} ${fault.detail}`));
  if (faults.length > MOST_REASONS) told.push(`and ${faults.length - MOST_REASONS} more`);
  return told.join('; ');
}

function rejected(index: number, input: unknown, faults: readonly EventFault[]): Receipt {
  const named = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 512).toWellFormed() : null);
  return {
    index,
    id: text(named.id),
    source: text(named.source),
    status: 'rejected',
    receivedAt: null,
    reason: reasonOf(faults),
  };
}
