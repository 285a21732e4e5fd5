import type { Micros } from '../domain/instant.ts';

/** What one event adds to one meter version, before it has a place in the receive order. */
export interface Extracted {
  meter: string;
  meterVersion: number;
  dimensions: string[];
  value: string;
  textValue: string;
}

/** An event that passed the door: its account, its key, and what it adds to the meters of `revision`. */
export interface PreparedEvent {
  accountId: string;
  id: string;
  source: string;
  type: string;
  subject: string;
  timeMicros: Micros | null;
  envelope: string;
  /** Only when history is loaded into an empty store: the receive time to keep, if no later one was given out before. */
  receivedAtHint?: Micros;
  /** What it adds, read under the meter definitions of this registry revision. */
  extracted: Extracted[];
  revision: number;
}

/** An event that is durable, in its place in the receive order. */
export interface StoredEvent extends PreparedEvent {
  receivedAt: Micros;
  time: Micros;
}
