import { HOUR, isoFromMicros } from './calendar.ts';
import { hash, hexId, textHash } from './random.ts';

/** A CloudEvents 1.0 envelope as a plain object. */
export interface CloudEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  data: Record<string, unknown>;
}

/** One thing that happens in the demo, and how long its event takes to arrive. */
export interface DemoEvent {
  accountId: string;
  /** Event time in microseconds since 1970. */
  timeMicros: number;
  receiveDelayMillis: number;
  event: CloudEvent;
}

/** What a source says of one event; the rest follows from the seed. */
export interface Happening {
  accountId: string;
  /** Milliseconds since 1970. */
  at: number;
  /** 0 to 999, added to `at`. */
  micros?: number;
  source: string;
  type: string;
  subject: string;
  data: Record<string, unknown>;
  /** Tells events of one subject apart that may share their microsecond. */
  n?: number;
}

/** What every source gets: the seed and where history starts (ms since 1970). */
export interface DemoWorld {
  seed: number;
  anchor: number;
}

/** Produces the events that begin on a UTC day; they may reach `spanDays` days beyond it. A pure function of the world and the day. */
export interface EventSource {
  spanDays: number;
  eventsOf: (day: number) => DemoEvent[];
}

/** No event takes longer to arrive, except the few that are called stragglers. */
export const MAX_RECEIVE_DELAY = 8 * HOUR;
/** One event in this many arrives hours late, as from a host that was cut off. */
const LATE_ONE_IN = 1500;

/** Completes an event: its id and its delay depend on the seed and on what it says of itself, on nothing else. */
export function demoEvent(seed: number, h: Happening): DemoEvent {
  const timeMicros = h.at * 1000 + (h.micros ?? 0);
  const subject = textHash(h.subject);
  const type = textHash(h.type);
  const n = h.n ?? 0;
  const chance = hash(seed, 0xde1a, subject, type, timeMicros, n);
  const late = chance % LATE_ONE_IN === 0;
  const spread = hash(chance);
  return {
    accountId: h.accountId,
    timeMicros,
    receiveDelayMillis: late ? HOUR + (spread % (MAX_RECEIVE_DELAY - HOUR)) : 200 + (spread % 1800),
    event: {
      specversion: '1.0',
      id: hexId(seed, subject, type, timeMicros, n),
      source: h.source,
      type: h.type,
      subject: h.subject,
      time: isoFromMicros(timeMicros),
      data: h.data,
    },
  };
}

/** When an event arrives, in milliseconds since 1970. */
export function receivedAt(event: DemoEvent): number {
  return Math.ceil(event.timeMicros / 1000) + event.receiveDelayMillis;
}

/** Whether an event takes days to arrive. */
export function isStraggler({ receiveDelayMillis }: DemoEvent): boolean {
  return receiveDelayMillis > MAX_RECEIVE_DELAY;
}

/** The order of usage events everywhere: event time, then source, then id. */
export function byEventTime(a: DemoEvent, b: DemoEvent): number {
  if (a.timeMicros !== b.timeMicros) return a.timeMicros - b.timeMicros;
  if (a.event.source !== b.event.source) return a.event.source < b.event.source ? -1 : 1;
  if (a.event.id !== b.event.id) return a.event.id < b.event.id ? -1 : 1;
  return 0;
}
