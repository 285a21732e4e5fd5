import type { EventRef } from '../event-said.ts';
import type { DriverKind } from './piece.ts';

/** What events have to do with a driver: they did it, they added most to it, or they began what a license does not cover. */
export type EventsAre = 'cause' | 'largest' | 'uncovered';

/** One exact part of a difference, as it is told: what happened, to what, when, by whom. Exact decimal text. */
export interface ToldDriver {
  kind: DriverKind | 'correction' | 'credit' | 'tax';
  description: string;
  /** How the amount comes about by hand, where it is one product. */
  arithmetic?: string;
  /** When what caused it happened; RFC 3339. */
  at?: string;
  /** Who or what did it, where an event says so. */
  actor?: string;
  /** Where it is of one charge, and of one resource. */
  chargeId?: string;
  resource?: string;
  /** The events behind it, and what they have to do with it. */
  eventRefs?: DriverEvent[];
  eventsAre?: EventsAre;
  amountExact: string;
  /** Values of what was asked to group by. */
  groupBy?: Record<string, string>;
  /** What it is made of, the largest first; together exactly its amount. */
  inside: DriverInside[];
}

/** An event behind a driver: when it happened (RFC 3339), and who or what it says did it. */
export interface DriverEvent extends EventRef {
  at: string;
  actor?: string;
}

/** What a driver makes of one charge, or of one resource of it. */
export interface DriverInside {
  chargeId: string;
  description: string;
  lineValues: Record<string, string>;
  resource: string | null;
  /** How it comes about by hand, where it is one product, and one of the largest parts of several. */
  arithmetic?: string;
  amountExact: string;
}

/** Spans to compare with; of several the one in the middle. */
export type Against = 'previous' | 'usual';

/** A difference, opened. Exact decimal text; `amountExact − compareAmountExact` is `differenceExact`, and all drivers together. */
export interface Changes {
  from: string;
  to: string;
  compareFrom: string;
  compareTo: string;
  currency: string;
  minorUnit: number;
  timeZone: string;
  amountExact: string;
  compareAmountExact: string;
  differenceExact: string;
  /** The spans that `compareAmountExact` is the middle of, where they are several, each with what it came to. */
  compareSpans?: { from: string; to: string; amountExact: string }[];
  /** The largest first. */
  drivers: ToldDriver[];
  meteredThrough: string;
}
