import type { InvoiceLine, InvoiceView } from '../billing/invoice.types.ts';
import type { FrozenExplanation, Redaction } from '../database/support/frozen-explanations.ts';
import type { Aggregation } from '../domain/aggregation.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { Step } from '../domain/rating/rating.types.ts';

/**
 * Opens a charge, or a difference (`domain/change-id.ts`), by its id and freezes what is inside; `null` when the account has none such.
 */
export type Freeze = (accountId: string, chargeId: string, redaction: Redaction) => Promise<FrozenExplanation | null>;

/** A step of the calculation, and where the charge stands after it: what a waterfall draws. Exact decimal text. */
export interface ExplainedStep extends Step {
  /** Quantity still to be charged after this step; only of steps of quantities. */
  quantityAfter?: string;
  /** Amount after this step; only from the charge model on. */
  amountAfter?: string;
}

/** A resource of a charge with what it adds. Exact decimal text. */
export interface ExplainedResource {
  /** The events' subject. */
  resource: string;
  quantity: string;
  /** Covered by licenses in quantities, in the meter's unit. */
  covered: string;
  /** Free by the price's allowance. */
  included: string;
  /** What it adds to the line's exact amount; all resources, `base` and corrections add up to it. */
  amountExact: string;
  /** Level events or metered events. */
  events: number;
}

/** Something that changed what usage costs, at its instant. */
export interface ChargeMark {
  kind: 'price' | 'tier' | 'allowance' | 'license' | 'cap' | 'minimum' | 'resize' | 'correction';
  at: string;
  /** In words. */
  text: string;
  /** The resource it happened to, where it is of one. */
  resource: string | null;
  licenseId?: string;
  /** Who or what did it, where the event says so. */
  by?: string;
}

/** Why the charge differs from that of the period before, as earlier versions told it: signed exact amounts that add up to the difference. */
export interface ChargeComparison {
  previous: { chargeId: string; periodKey: string; amountExact: string };
  difference: string;
  drivers: {
    /** `base` is what is due without usage; `other` are resources that are not named. */
    kind: 'price' | 'discount' | 'license' | 'new resource' | 'gone resource' | 'usage' | 'base' | 'other';
    resource: string | null;
    amountExact: string;
    text: string;
  }[];
}

/** The sums that were made on the server to see that nothing is missing. */
export interface ExplanationChecks {
  /** Of all parts and what is due without usage. */
  sumOfParts: string;
  /** The line's exact amount. */
  line: string;
  /** `0` or the explanation is wrong, which is then said. */
  difference: string;
  /** From the exact to the rounded line. */
  rounding: string;
  /** How many parts were summed, and of how many events they are made. */
  parts: number;
  events: number;
  milliseconds: number;
}

/** A price as it was in force during some of the period. */
export interface PriceInForce {
  version: number;
  from: string;
  to: string;
  price: Price;
  /** Where the price changed: how much was charged by this one. What was kept before that was told has none. */
  charged?: string;
}

/** When something of a charge ran, for drawing it. */
export interface RunLane {
  resource: string;
  /** From 1; 0 where there are none. */
  slot: number;
  quantity: string;
  amountExact: string;
  stretches: {
    from: string;
    to: string;
    level: string;
    /** Whether anything of it was charged: not what a license covered, what was included, and what was beyond a cap. */
    isCharged: boolean;
  }[];
  /** Whether that is every stretch; otherwise short pauses are left out. */
  isWhole: boolean;
}

/** When the slots and resources of a charge ran that cost most. */
export interface ExplainedRuns {
  lanes: RunLane[];
  /** How many more ran. */
  others: number;
}

/** The rows of a charge that cost most, or are largest, those first, and what all others come to. */
export interface FirstRows<Row> {
  rows: Row[];
  /** What they are first by: of counted usage its quantity. */
  by: 'amount' | 'quantity';
  others: number;
  othersAmountExact: string;
  /** How many more cost nothing, where that is told. */
  free: number;
}

/** An event of a charge with what it cost, without what it contains. */
export type CostingEvent = Pick<
  ExplainedEvent,
  'source' | 'id' | 'resource' | 'eventTime' | 'quantity' | 'amountExact' | 'said'
>;

/** A charge opened: the first level; resources, intervals and events come in pages. */
export interface Explanation {
  account: { id: string; name: string; timeZone: string; kind: string };
  /** The invoice the charge is on; `id` as in addresses. */
  invoice: Pick<InvoiceView, 'id' | 'number' | 'state' | 'period' | 'currency' | 'minorUnit'>;
  /** With the steps as on the invoice. */
  charge: InvoiceLine;
  meter: { key: string; version: number; description: string; aggregation: Aggregation; unit: string; levels?: string };
  /** What happened, in one or two plain sentences. */
  sentence: string;
  steps: ExplainedStep[];
  prices: PriceInForce[];
  discountPercent: string;
  licenses: {
    id: string;
    version: number;
    product: string;
    unit: string;
    /** How many of its units one of this charge takes. */
    weight: string;
    exhaustedAt: string | null;
  }[];
  /** Due without usage; of no resource. Exact. */
  base: string;
  /** How many resources there are; the first page of them, those that cost most first. */
  resourceCount: number;
  resources: ExplainedResource[];
  nextResources: string | null;
  /** Of levels: when they ran. Of this and the next two what was kept before they were told has none, nor have pages after the first. */
  ran?: ExplainedRuns;
  firstIntervals?: FirstRows<ExplainedInterval>;
  firstEvents?: FirstRows<CostingEvent>;
  marks: ChargeMark[];
  /** Only in what earlier versions kept; since then a charge has changes of its own (`why/changes/`). */
  comparison?: ChargeComparison | null;
  checks: ExplanationChecks;
  meteredThrough: string;
  versions: { rateCard: { key: string; versions: number[] } | null; meter: number; licenses: Record<string, number> };
}

/** Which charge a page inside an explanation is of, and what it comes to. */
export type ExplanationHead = Pick<Explanation, 'account' | 'invoice' | 'charge' | 'meteredThrough'>;

/** A page of something inside an explanation. */
export interface ExplanationPage<Row> {
  data: Row[];
  /** Exact sum of this page's amounts. */
  pageTotal: string;
  nextCursor: string | null;
  /** Of the page before; `null` where that is the first, or this is. Absent of lists that tell none. */
  previousCursor?: string | null;
}

/** What an event says happened, and who did it. */
export interface EventSaid {
  /** What it is about: `formation`. */
  what: string;
  /** What it went from and to: `1 → 5`, `standard-1x → performance-l`; `to 5` where it does not say from what; `''` where neither. */
  change: string;
  /** Who or what did it. */
  by: string | null;
  /** Why, where it says that beside who. */
  cause?: string;
}

/** A stretch of one slot at one level, as far as it was charged alike. */
export interface ExplainedInterval {
  resource: string;
  slot: number;
  from: string;
  to: string;
  seconds: string;
  level: string;
  dimensions: Record<string, string>;
  /** Whether it goes on past what is metered. */
  open: boolean;
  /** The event that began it. */
  source: string;
  eventId: string;
  /** What that event says; absent where it is not known, or kept back. */
  begun?: EventSaid;
  /** The event that ended it; `null` while it goes on, and where a price, a license or the period cuts it. */
  endedBy: { source: string; id: string; said?: EventSaid } | null;
  quantity: string;
  covered: string;
  included: string;
  amountExact: string;
}

/** An hour or a day of a resource's counted usage. */
export interface ExplainedWindow {
  from: string;
  to: string;
  events: number;
  quantity: string;
  amountExact: string;
}

/** An event with what it cost. */
export interface ExplainedEvent {
  source: string;
  id: string;
  resource: string;
  eventTime: string;
  receiveTime: string;
  /** The envelope as it was received; `null` where it is kept back. */
  event: Record<string, unknown> | null;
  /** What it says in words; absent where it is not known, or kept back. */
  said?: EventSaid;
  /** What it adds to the meter. */
  quantity: string;
  /** The charge's quantity including it; of a maximum, what it stands at. */
  runningQuantity: string;
  /** Which tier it fell in, from 1; `null` where the price has none. */
  tier: number | null;
  covered: string;
  included: string;
  amountExact: string;
}

/** What became of one event. */
export interface EventReceiptPage {
  source: string;
  id: string;
  accountId: string;
  /** `late` when the invoice of its period was final before it was received. */
  status: 'accepted' | 'late';
  eventTime: string;
  receiveTime: string;
  event: Record<string, unknown>;
  /** The period it counts in, and the rule that put it there, in words. */
  period: { key: string; from: string; to: string };
  periodRule: string;
  /**
   * The meters it feeds with what it adds, and the charge that is part of; `null` for usage without a price. Of a late event it is
   * the charge whose correction it is in, without an amount: that of the charge was final before.
   */
  meters: {
    key: string;
    description: string;
    aggregation: Aggregation;
    /** Of counts and sums what it adds; of all others what the resource stands at from then on, or a value seen. */
    value: string;
    unit: string;
    charge: { chargeId: string; description: string; amountExact: string | null } | null;
  }[];
}
