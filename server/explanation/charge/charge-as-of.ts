import { frozenMeters, frozenPricing } from '../../billing/invoices/corrections.ts';
import { metersAsOf } from '../../billing/kept/as-known.ts';
import { type Pricing, pricingOf, versionsInForce } from '../../billing/pricing.ts';
import type { Account } from '../../database/accounts/accounts.ts';
import { amendedSince } from '../../database/accounts/amendments.ts';
import type { InvoiceHead } from '../../database/invoices/invoices.ts';
import type { Micros } from '../../domain/instant.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import type { ChargeLine } from '../../domain/pricing/charge-line.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';
import { meterIn } from '../../metering/stretches.ts';
import type { ExplanationDeps } from './find-charge.ts';
import type { FoundCharge } from './found-charge.ts';

/** By which meters, and with the events received by when, a charge of a closed period is computed. */
export interface Known {
  by: Micros;
  meters: readonly RegisteredMeter[];
  /** Amendments written by then are known, too. */
  at: Date;
}

/** What was known when an invoice was made final. */
export async function knownWith(deps: ExplanationDeps, head: InvoiceHead): Promise<Known> {
  return { by: head.meteredThroughMicros, meters: await frozenMeters(deps, head), at: head.finalizedAt };
}

/** What a final invoice was priced by, unless that was amended by an instant: then what was written by then. */
async function pricingKnownBy(deps: ExplanationDeps, account: Account, head: InvoiceHead, at: Date): Promise<Pricing> {
  const { queries } = deps.database;
  const isAmended = await amendedSince(queries, account.id, head, at);
  if (isAmended) return pricingOf(queries, account, at);
  return frozenPricing(deps, await pricingOf(queries, account), head);
}

/** A charge of a final invoice's period by that invoice's prices, as it was or would have been when this was known. */
export async function chargeAsOf(
  deps: ExplanationDeps,
  account: Account,
  { head, line, known }: { head: InvoiceHead; line: ChargeLine; known: Known },
): Promise<FoundCharge | null> {
  const { period } = head;
  const pricing = await pricingKnownBy(deps, account, head, known.at);
  const versions = versionsInForce(pricing, period);
  const price = versions.findLast(({ prices }) => prices.has(line.priceKey))?.prices.get(line.priceKey);
  const meters = metersAsOf(known.meters, known.by);
  const meterThen = price && meters.find(({ key }) => key === price.meter);
  if (price === undefined || meterThen === undefined) return null;
  const meter = meterIn(meterThen, { from: period.from, to: period.to });
  const { timeZone } = period;
  const { currency } = pricing.account;
  return {
    ...{ account: pricing.account, period, pricing, price, meter, meters, issued: null, previousKey: null },
    line: { priceKey: line.priceKey, lineValues: line.lineValues },
    invoice: {
      ...{ id: head.id, number: head.number, state: 'final', currency, minorUnit: pricing.minorUnit },
      period: { key: period.key, from: toRfc3339(period.from), to: toRfc3339(period.to), timeZone },
    },
    meteredThrough: known.by,
    through: Math.min(period.to, known.by),
  };
}
