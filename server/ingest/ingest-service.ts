import type { Micros } from '../../clickhouse/index.ts';
import { extract } from '../metering/extract.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { ReadBody } from './body.ts';
import { acceptedTimes } from './event-time.ts';
import type { Receipt } from './receipt.ts';
import type { PreparedEvent } from './stored-event.ts';
import { type EventFault, validateEvent } from './validate-event.ts';
import type { EventWriter } from './writer.ts';

/** Who sends: a key of one account, or one that serves all. */
export interface Sender {
  accountId: string | null;
}

/** One fault of one event of a request. */
export interface RequestFault extends EventFault {
  index: number;
}

export interface IngestAnswer {
  receipts: Receipt[];
  faults: RequestFault[];
}

type Checked = PreparedEvent | { faults: EventFault[] };

/** Events looked at before other requests get their turn. */
const EVENTS_PER_TURN = 500;

export interface IngestParts {
  writer: EventWriter;
  registry: MeterRegistry;
  now: () => Micros;
  /** At once for an account that is known already. */
  accountExists: (accountId: string) => boolean | Promise<boolean>;
}

/** The way of events from a request to their receipts. */
export class IngestService {
  constructor(private readonly parts: IngestParts) {}

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
    const receipts: Receipt[] = [];
    const faults: RequestFault[] = [];
    const prepared: { index: number; event: PreparedEvent }[] = [];
    const times = acceptedTimes(this.parts.now());
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
        prepared.push({ index, event: receivedAtHint === undefined ? checked : { ...checked, receivedAtHint } });
        receipts.push({ index, id: checked.id, source: checked.source, status: 'accepted', receivedAt: null });
      }
    }
    if (prepared.length === 0 || (faults.length > 0 && !lenient)) return { receipts, faults };
    const results = await this.parts.writer.submit(prepared.map(({ event }) => event));
    prepared.forEach(({ index }, i) => {
      receipts[index] = { ...(receipts[index] as Receipt), ...results[i] };
    });
    return { receipts, faults };
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
    const { registry } = this.parts;
    const { extracted, faults } = extract(registry.readersOf(event.type), event.data);
    const { id, source, type, subject, timeMicros, envelope } = event;
    const accountId = sender.accountId ?? event.account ?? '';
    const done = (accountFault: string | null): Checked => {
      if (accountFault !== null) faults.push({ pointer: '/account', detail: accountFault });
      if (faults.length > 0) return { faults };
      return { accountId, id, source, type, subject, timeMicros, envelope, extracted, revision: registry.revision };
    };
    if (sender.accountId !== null) {
      const other = event.account !== null && event.account !== sender.accountId;
      return done(other ? 'names another account than the one this key belongs to' : null);
    }
    if (event.account === null) {
      return done('is missing: this key serves several accounts, so every event must name one');
    }
    const exists = this.parts.accountExists(accountId);
    const answer = (found: boolean) => done(found ? null : 'names no account');
    return exists instanceof Promise ? exists.then(answer) : answer(exists);
  }
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
    reason: faults
      .map((fault) => (fault.pointer === '' ? `the event ${fault.detail}` : `${fault.pointer} ${fault.detail}`))
      .join('; '),
  };
}
