import type { InvoiceLine, InvoiceView } from '../../billing/invoice.types.ts';
import type { Pricing } from '../../billing/pricing.ts';
import type { Account } from '../../database/accounts/accounts.ts';
import type { BillingPeriod } from '../../domain/billing-period.ts';
import type { Micros } from '../../domain/instant.ts';
import type { ChargeLine } from '../../domain/pricing/charge-line.ts';
import type { Price } from '../../domain/pricing/price.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';

/** A charge that was asked for, and what it is computed from. */
export interface FoundCharge {
  account: Account;
  period: BillingPeriod;
  /** Key of the period before it; `null` for the account's first. */
  previousKey: string | null;
  pricing: Pricing;
  line: ChargeLine;
  /** The line as it was issued, on a final invoice; `null` while it is computed. */
  issued: InvoiceLine | null;
  invoice: Pick<InvoiceView, 'id' | 'number' | 'state' | 'period' | 'currency' | 'minorUnit'>;
  meter: RegisteredMeter;
  /** Of a charge that stands still: the meters as they stood then; `null` while it moves, by those in force. */
  meters: readonly RegisteredMeter[] | null;
  /** The price as customers are shown it: of the last version that has it. */
  price: Price;
  /** Every event received up to here is in the numbers. */
  meteredThrough: Micros;
  /** Open intervals run to here. */
  through: Micros;
}
