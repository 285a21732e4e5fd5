import type { Aggregation } from '../domain/aggregation.ts';

/** What the usage page asks for; all of it lives in the URL. */
export interface UsagePageQuestion {
  accountId: string;
  /** Billing period as `YYYY-MM`, the month (in the account's zone) it starts in; default the open one. */
  period?: string;
  meterKey?: string;
  /** A dimension of the meter, or `subject`. */
  groupBy?: string;
}

/** A meter's usage of the period. Quantities are exact decimals as text in the meter's unit. */
export interface MeterTotal {
  key: string;
  description: string;
  unit: string;
  aggregation: Aggregation;
  dimensions: string[];
  /** `null` when the meter has no usage in the period: nothing was metered, which is not zero. */
  quantity: string | null;
}

/** One day (or the running part of it) of the chosen meter. */
export interface UsageDay {
  /** RFC 3339 instants, half-open. */
  from: string;
  to: string;
  /** Calendar day in the account's zone, `YYYY-MM-DD`. */
  day: string;
  /** `future` days have no usage yet, `running` is the day metering stands in. */
  state: 'metered' | 'running' | 'future';
  quantity: string | null;
  /** Same order as `groups`; `null` where the group had no usage that day. */
  byGroup: (string | null)[];
}

/** One value of the grouping: an app, a model, a subject. Largest first. */
export interface UsageGroup {
  /** `''` where the event carried no such dimension; `null` is the sum of the groups beyond the named ones. */
  value: string | null;
  quantity: string | null;
  /** How many groups `value: null` stands for, else 1. */
  count: number;
}

/** Everything the usage page shows, at one watermark. */
export interface UsagePage {
  account: { id: string; name: string; timeZone: string; kind: string };
  period: {
    key: string;
    from: string;
    to: string;
    bridging: boolean;
    previous: string | null;
    next: string | null;
    open: boolean;
  };
  /** Every event received up to here is in the numbers. */
  meteredThrough: string;
  meters: MeterTotal[];
  /** `null` when no meter exists. */
  chosen: {
    meter: MeterTotal;
    groupBy: string | null;
    days: UsageDay[];
    groups: UsageGroup[];
  } | null;
}

/** One accepted event in the live feed. */
export interface FeedItem {
  source: string;
  id: string;
  type: string;
  subject: string;
  eventTime: string;
  receivedAt: string;
  /** What it told each meter. */
  quantities: { meter: string; unit: string; kind: FeedKind; value: string }[];
}

/**
 * `added`: a decimal that is summed; `level`: the new level from then on; `reading`: a decimal of which the largest or
 * latest counts; `distinct`: any text, of which different ones are counted.
 */
export type FeedKind = 'added' | 'level' | 'reading' | 'distinct';
