import type { Micros } from '../../../../domain/instant.ts';
import type { EventRef } from '../../event-said.ts';
import type { EventsAre } from '../changes.types.ts';

/** An event behind a driver, with what it says. */
export interface Cause extends EventRef {
  at: Micros;
  actor: string | null;
  data: Record<string, unknown>;
}

/** The events behind a driver, the one that bears on it most first. */
export interface Causes {
  are: EventsAre;
  events: readonly Cause[];
  /** Who did it: of the first event; of several that only bear on it, where all name the same. */
  actor: string | null;
  at: Micros | null;
}
