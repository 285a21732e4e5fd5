import type { FeedItem, MeterTotal } from '../services/usage-page.types.ts';

/** Socket.IO namespace. Both sides import this file, so neither can drift from it. */
export const LIVE_NAMESPACE = '/live';

/** What an account's meters stand at, at one watermark; the same numbers the page shows. */
export interface LiveSnapshot {
  meteredThrough: string;
  period: { key: string; from: string; to: string };
  meters: MeterTotal[];
  /** Charges join when rating does. */
  charges: never[];
}

export interface UsageUpdate extends LiveSnapshot {
  accountId: string;
  seq: number;
}

export interface EventsUpdate {
  accountId: string;
  seq: number;
  items: FeedItem[];
  /** Accepted events that are not in `items`, so that a busy account's feed stays readable. */
  more: number;
}

export type WatchAnswer = { seq: number; snapshot: LiveSnapshot } | { error: string };
/** `resumed: true` when the missed updates follow as events, else a fresh snapshot. */
export type ResumeAnswer = { seq: number; resumed: true } | { seq: number; snapshot: LiveSnapshot } | { error: string };

export interface ClientToServer {
  watch: (question: { accountId: string }, answer: (a: WatchAnswer) => void) => void;
  resume: (question: { accountId: string; seq: number }, answer: (a: ResumeAnswer) => void) => void;
  unwatch: (question: { accountId: string }, answer?: () => void) => void;
}

export interface ServerToClient {
  usage: (update: UsageUpdate) => void;
  events: (update: EventsUpdate) => void;
  status: (status: { lagMs: number }) => void;
}
