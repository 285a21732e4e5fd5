import type { Micros } from '../../../clickhouse/index.ts';
import type { Account } from '../../database/accounts.ts';
import type { InvoiceHead } from '../../database/invoices.ts';
import { toRfc3339 } from '../../ingest/event-time.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';
import type { ChargeLine } from '../charge-line.ts';
import { frozenMeters, frozenPricing } from '../corrections.ts';
import { pricingOf, versionsInForce } from '../pricing.ts';
import type { ExplanationParts, FoundCharge } from './find-charge.ts';
import { metersThen } from './standing-still.ts';

/** By which meters, and with the events received by when, a charge of a closed period is computed. */
export interface Known {
  by: Micros;
  meters: readonly RegisteredMeter[];
}

/** What was known when an invoice was made final. */
export async function knownWith(parts: ExplanationParts, head: InvoiceHead): Promise<Known> {
  return { by: head.meteredThroughMicros, meters: await frozenMeters(parts, head) };
}

/** A charge of a final invoice's period by that invoice's prices, as it was or would have been when this was known. */
export async function chargeAsOf(
  parts: ExplanationParts,
  account: Account,
  { head, line, known }: { head: InvoiceHead; line: ChargeLine; known: Known },
): Promise<FoundCharge | null> {
  const { period } = head;
  const pricing = await frozenPricing(parts, await pricingOf(parts.database.queries, account), head);
  const versions = versionsInForce(pricing.rateCard?.versions ?? [], period);
  const price = versions.findLast(({ prices }) => prices.has(line.priceKey))?.prices.get(line.priceKey);
  const meters = metersThen(known.meters, known.by);
  const meter = price && meters.find(({ key }) => key === price.meter);
  if (price === undefined || meter === undefined) return null;
  const { timeZone, currency } = account;
  return {
    ...{ account, period, pricing, price, meter, meters, issued: null },
    line: { priceKey: line.priceKey, lineValues: line.lineValues },
    invoice: {
      ...{ id: head.id, number: head.number, state: 'final', currency, minorUnit: pricing.minorUnit },
      period: { key: period.key, from: toRfc3339(period.from), to: toRfc3339(period.to), timeZone },
    },
    meteredThrough: known.by,
    through: Math.min(period.to, known.by),
  };
}
