import type { InvoiceState } from '../domain/invoice/invoice-state.ts';
import type { Step } from '../domain/rating/rating.types.ts';

/** A charge on an invoice. Decimals as text; `amount` is rounded, `amountExact` is not. */
export interface InvoiceLine {
  chargeId: string;
  description: string;
  priceKey: string;
  /** Values of the price's line dimensions: which app, which process. */
  lineValues: Record<string, string>;
  quantity: string;
  unit: string;
  amountExact: string;
  amount: string;
  /** The period is not over, or late events may still come: the amount may change. */
  estimated: boolean;
  steps: Step[];
  /** For a correction: the charge of a final invoice that late events changed. */
  corrects?: { invoiceId: string; number: string; chargeId: string };
  /** Why a period that had ended was amended, where this corrects that. */
  amended?: string;
  /** Where it is not all taxed at the invoice's `taxPercent`: what of `amount` is taxed at which rate. */
  taxed?: { taxPercent: string; amount: string }[];
}

/** Usage that no price of the account's rate card covers: not charged, and not zero. */
export interface UnpricedUsage {
  meter: string;
  description: string;
  dimensions: Record<string, string>;
  quantity: string;
  unit: string;
  /** Of the period of a final invoice: by how much more, or less, it is than was told of it. */
  corrects?: { invoiceId: string; number: string };
}

/** Where the open period is heading. Totals including credits and tax, as rounded text. */
export interface Projection {
  low: string;
  expected: string;
  high: string;
  /** In words, for people. */
  method: string;
}

/** An invoice of one account and period: the same object for page, API, socket, PDF and CSV. */
export interface InvoiceView {
  /** `current` for the open period, the period's key for a draft, else the invoice's id. */
  id: string;
  accountId: string;
  accountName: string;
  number: string | null;
  state: InvoiceState;
  /** `bridging`: between an old rhythm of the account and a new one, shorter or longer than a month. */
  period: { key: string; from: string; to: string; timeZone: string; bridging?: true };
  currency: string;
  minorUnit: number;
  meteredThrough: string;
  lines: InvoiceLine[];
  unpriced: UnpricedUsage[];
  subtotal: string;
  /** What is drawn from credit grants, each; together `credits`. What pays the total is drawn after tax. */
  creditDraws: { grantId: string; reason: string; amount: string; pays?: 'total' }[];
  credits: string;
  /** The rate at the end of the period. */
  taxPercent: string;
  tax: string;
  /** Where not all is taxed at one rate: what is taxed at which, after credits; together `tax`. */
  taxes?: { taxPercent: string; base: string; tax: string }[];
  total: string;
  /** Only while the period is open. */
  projection?: Projection;
  /** When it becomes final, for a draft; RFC 3339. */
  finalAt?: string;
  finalizedAt?: string;
  voided?: { at: string; reason: string };
  /** SHA-256 of the content of a final invoice. */
  contentSha256?: string;
}

/** An invoice in a list. */
export type InvoiceHeadView = Pick<
  InvoiceView,
  'id' | 'number' | 'state' | 'period' | 'currency' | 'minorUnit' | 'total' | 'meteredThrough' | 'finalizedAt'
>;

/** A page of invoices; the cursor continues among those that were issued. */
export interface InvoiceList {
  data: InvoiceHeadView[];
  nextCursor: string | null;
}
