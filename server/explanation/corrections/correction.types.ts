import type { InvoiceLine, InvoiceView } from '../../billing/invoice.types.ts';
import type { ChargeMark } from '../explanation.types.ts';

/** An invoice as corrections name it. */
export type NamedInvoice = Pick<InvoiceView, 'id' | 'number' | 'state'> & { periodKey: string };

/** A charge of a closed period, or a correction of it, as it was charged. */
export interface ChargedBefore {
  chargeId: string;
  invoice: NamedInvoice;
  amountExact: string;
}

/** An event that came after the invoice was final. Exact decimal text. */
export interface LateEvent {
  source: string;
  id: string;
  resource: string;
  eventTime: string;
  receiveTime: string;
  quantity: string;
  /** What it adds to the charge as it is with the correction. */
  amountExact: string;
}

/** What a resource came to and comes to; `amountExact` is the difference. */
export interface CorrectedResource {
  resource: string;
  before: string;
  now: string;
  amountExact: string;
}

/** A correction opened: what late events changed about a charge of a closed period. */
export interface Correction {
  account: { id: string; name: string; timeZone: string; kind: string };
  /** The invoice the correction is on. */
  invoice: Pick<InvoiceView, 'id' | 'number' | 'state' | 'period' | 'currency' | 'minorUnit'>;
  /** The line of the correction. */
  charge: InvoiceLine;
  /** The charge it corrects; `charged` is false where nothing of it was charged at first. */
  original: { chargeId: string; invoice: NamedInvoice; charged: boolean };
  /** What was charged so far: at first, and by corrections before this one. */
  before: ChargedBefore[];
  chargedBefore: string;
  /** What the charge comes to with the events received by now. */
  now: string;
  /** Those that cost most more or less first; the ones beyond the first are in `others`. */
  resources: CorrectedResource[];
  others: { count: number; amountExact: string };
  /** Of what is due without usage. */
  base: string;
  /** Events that came late, in the order they count; at most some of `eventCount`. */
  events: LateEvent[];
  eventCount: number;
  checks: { sumOfParts: string; line: string; difference: string };
  /** Events received after `receivedAfter` and up to here are what it is about. */
  meteredThrough: string;
  receivedAfter: string;
}

/** What became of a charge of a final invoice since. */
export interface CorrectionsSince {
  corrections: ChargedBefore[];
  /** What late events change that is on no invoice yet; `null` where there is nothing of that. */
  pending: { amountExact: string } | null;
  marks: ChargeMark[];
}
