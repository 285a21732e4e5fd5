import type { InvoiceLine, InvoiceView, Projection } from '../billing/invoice.types.ts';
import type { FeedItem, MeterTotal } from '../usage/usage.types.ts';

/** What an account's meters stand at, at one watermark; the same numbers the page shows. */
export interface LiveUsage {
  meteredThrough: string;
  period: { key: string; from: string; to: string };
  meters: MeterTotal[];
}

/** A charge of the open period, as the invoice has it at `spend.meteredThrough`. */
export interface LiveCharge
  extends Pick<
    InvoiceLine,
    'chargeId' | 'description' | 'priceKey' | 'lineValues' | 'quantity' | 'unit' | 'amountExact' | 'amount'
  > {
  /**
   * While it runs and adds money: how much a second, exact and rounded down, and until when (RFC 3339) that holds. Absent
   * where nothing runs or no even rate can be told.
   */
  rate?: { perSecond: string; until: string };
}

/** The totals of the open period's invoice, of the same watermark as the charges. */
export interface LiveSpend
  extends Pick<InvoiceView, 'currency' | 'minorUnit' | 'subtotal' | 'credits' | 'tax' | 'total'> {
  /** Of the money: computing it takes longer than counting, so it may stand behind the usage. */
  meteredThrough: string;
  projection: Projection | null;
}

/**
 * `charges` and `spend` belong together and are `null` unless the state is `known`: what is not known is never zero.
 * `pending` until they are computed for the first time, `failed` while they cannot be.
 */
export type LiveMoney =
  | { money: 'known'; charges: LiveCharge[]; spend: LiveSpend }
  | { money: 'pending' | 'failed' | 'no rate card'; charges: null; spend: null };

/** What an account stands at: usage at its watermark, money at its own. */
export type LiveSnapshot = LiveUsage & LiveMoney;

/**
 * What changed: the meters that moved, the charges that are new or changed, and the ids of those that are gone. In a new
 * billing period, and when money becomes known (again), it names all of them.
 */
export type SnapshotChanges = LiveSnapshot & { removedCharges: string[] };

/** What moved of an account since the message numbered `seq` less one. */
export type UsageUpdate = SnapshotChanges & { accountId: string; seq: number };

/** Events of an account as they are received, and how many more there were. */
export interface EventsUpdate {
  accountId: string;
  seq: number;
  items: FeedItem[];
  /** Accepted events that are not in `items`, so that a busy account's feed stays readable. */
  more: number;
}

/** Where the stream stands, with all its numbers; or why it is not to be watched. */
export type WatchAnswer = { seq: number; snapshot: LiveSnapshot } | { error: string };
/** `resumed: true` when the missed updates follow as events, else a fresh snapshot. */
export type ResumeAnswer = { seq: number; resumed: true } | { seq: number; snapshot: LiveSnapshot } | { error: string };

/** What a page may ask. After `watch` or `resume` messages of the account follow. */
export interface ClientToServer {
  watch: (question: { accountId: string }, answer: (a: WatchAnswer) => void) => void;
  resume: (question: { accountId: string; seq: number }, answer: (a: ResumeAnswer) => void) => void;
  unwatch: (question: { accountId: string }, answer?: () => void) => void;
}

/** What a page is told. `lagMs` is how far metering is behind the clock, in milliseconds. */
export interface ServerToClient {
  usage: (update: UsageUpdate) => void;
  events: (update: EventsUpdate) => void;
  status: (status: { lagMs: number }) => void;
}
