import type { Account } from '../../database/accounts/accounts.ts';
import type { InvoiceHead } from '../../database/invoices/invoices.ts';
import type { BillingPeriod } from '../../domain/billing-period.ts';
import type { Micros } from '../../domain/instant.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';
import type { AccountCharges } from '../account-charges.ts';
import { metersAsOf, readAsKnown } from '../kept/as-known.ts';
import { KeptReads } from '../kept/kept-reads.ts';
import { pricingOf } from '../pricing.ts';
import type { ChargingDeps } from './charged-period.ts';
import { frozenMeters, frozenPricing } from './corrections.ts';

/** A period's charges by day. */
export interface ChargesByDay {
  period: BillingPeriod;
  charges: Pick<AccountCharges, 'rating' | 'days'>;
  /** They are known up to here. */
  through: Micros;
}

/** Reads what an invoice's period came to when it was issued: by what was known then, whatever came or was amended since. */
export type IssuedChargesReader = (account: Account, head: InvoiceHead) => Promise<ChargesByDay>;

/** So many charges are kept, with their days: some 30 MB. */
const MOST_KEPT = 20_000;

/** What was issued stands, so it is read once; the last asked for are kept. */
export function createIssuedCharges(deps: ChargingDeps): IssuedChargesReader {
  const kept = new KeptReads<ChargesByDay>(MOST_KEPT, ({ charges }) => charges.rating.charges.length + 1);
  return (account, head) => kept.get(head.id, () => readIssued(deps, account, head));
}

async function readIssued(deps: ChargingDeps, account: Account, head: InvoiceHead): Promise<ChargesByDay> {
  const { period } = head;
  const pricing = await frozenPricing(deps, await pricingOf(deps.database.queries, account), head);
  const meters = metersAsOf(await frozenMeters(deps, head), head.meteredThroughMicros);
  const through = Math.min(period.to, head.meteredThroughMicros);
  const read = (known: readonly RegisteredMeter[] | null) =>
    deps.charges({ pricing, period, through, byDay: true, ...(known === null ? {} : { meters: known }) });
  const { rating, days } = await readAsKnown(deps.store, account.id, { meters, ...period, to: through }, read);
  return { period, charges: { rating, days }, through };
}
