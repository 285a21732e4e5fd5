import type { Micros } from '../../clickhouse/index.ts';
import type { Extracted } from '../metering/extract.ts';

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
