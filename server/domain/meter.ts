import type { Aggregation } from './aggregation.ts';
import type { Micros } from './instant.ts';

/** What the operator says a meter is; `PUT /api/v1/meters/{key}` takes exactly this. */
export interface MeterDefinition {
  description: string;
  eventType: string;
  aggregation: Aggregation;
  /** Where in `data` the value stands, as `$.a.b`. Absent for `count` only. */
  valuePath?: string;
  /** For `time_weighted`: whole slots that open and close one by one, or one amount. */
  levels?: 'slots' | 'amount';
  /** Dimension name → where in `data` its value stands, as `$.a.b`. */
  dimensions: Record<string, string>;
  unit: string;
}

/** What a meter is in `[from, to)`; `null` stands for no such bound, since this is kept as JSON, too. */
export interface MeterRuling<Definition = MeterDefinition> {
  from: Micros | null;
  to: Micros | null;
  /** `null` where it takes no part: it is archived. */
  definition: Definition | null;
}

/**
 * One immutable version of a meter: what it is after the first `version` writings of it. Its own fields are the definition
 * that rules last.
 */
export interface Meter extends MeterDefinition {
  key: string;
  version: number;
  createdAt: string;
  /** What rules when, rising and without a gap. Absent where one definition rules for all time. */
  rulings?: readonly MeterRuling[];
}

/** Whether an instant lies in a ruling. */
export function rulesAt({ from, to }: MeterRuling<unknown>, at: Micros): boolean {
  return (from === null || from <= at) && (to === null || at < to);
}

/** The types of the events a meter reads, at one time or another. */
export function eventTypesOf({ eventType, rulings }: Pick<Meter, 'eventType' | 'rulings'>): string[] {
  if (rulings === undefined) return [eventType];
  return [...new Set(rulings.flatMap(({ definition }) => definition?.eventType ?? []))];
}
