import type { InvoiceLine } from '../../billing/invoice.types.ts';
import { metersAsOf } from '../../billing/kept/as-known.ts';
import { readInvoice } from '../../billing/kept/invoice-content.ts';
import { keptInstant, metersAt, pricesThen, pricingThen } from '../../billing/kept/pricing-then.ts';
import { versionsInForce } from '../../billing/pricing.ts';
import { getAccount } from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { getInvoice } from '../../database/invoices/invoices.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { Basis } from './basis.ts';

/** What is kept of a charge that stands still, for the levels below it. */
export function basisOf(charge: FoundCharge, chargeId: string, secret: string): Basis {
  const { account, period, pricing, line, invoice, meters, meteredThrough, through } = charge;
  const { id, number, state } = invoice;
  return {
    ...{ accountId: account.id, chargeId, line, period: invoice.period, invoice: { id, number, state } },
    ...pricesThen(pricing, period, meters ?? []),
    ...{ currency: invoice.currency, minorUnit: invoice.minorUnit, taxPercent: account.taxPercent },
    ...{ meteredThrough: toRfc3339(meteredThrough), through: toRfc3339(through), secret },
  };
}

/** The charge as it was found then. @throws when what it names is not there any more */
export async function chargeOf(queries: Queries, basis: Basis): Promise<FoundCharge> {
  const { accountId, line, currency, minorUnit, taxPercent } = basis;
  const now = await getAccount(queries, accountId);
  if (now === null) throw new Error(`account ${accountId} has an explanation, and is not there any more`);
  // What was charged was due, also for a month before the account was there: earlier versions charged it.
  const { createdAt: _, ...known } = now;
  const account = { ...known, currency, taxPercent, timeZone: basis.period.timeZone };
  const { key, from, to, timeZone } = basis.period;
  const period = { key, from: keptInstant(from), to: keptInstant(to), timeZone };
  const meteredThrough = keptInstant(basis.meteredThrough);
  const [pricing, definitions, issued] = await Promise.all([
    pricingThen(queries, account, basis),
    metersAt(queries, basis.meters),
    issuedLine(queries, basis),
  ]);
  const meters = metersAsOf(definitions, meteredThrough);
  const versions = versionsInForce(pricing, period);
  const price = versions.findLast(({ prices }) => prices.has(line.priceKey))?.prices.get(line.priceKey);
  const meter = meters.find(({ key }) => key === price?.meter);
  if (price === undefined || meter === undefined) {
    throw new Error(`the price "${line.priceKey}" of charge ${basis.chargeId}, or its meter, was not kept`);
  }
  return {
    ...{ account, period, pricing, line, issued, price, meter, meters, meteredThrough, previousKey: null },
    invoice: { ...basis.invoice, period: basis.period, currency, minorUnit },
    through: keptInstant(basis.through),
  };
}

/** The line of a charge that was issued when it was frozen; a void invoice says what it said. */
async function issuedLine(queries: Queries, { accountId, chargeId, invoice }: Basis): Promise<InvoiceLine | null> {
  if (invoice.state === 'projected' || invoice.state === 'draft') return null;
  const stored = await getInvoice(queries, accountId, invoice.id);
  return stored && (readInvoice(stored).lines.find((line) => line.chargeId === chargeId) ?? null);
}
