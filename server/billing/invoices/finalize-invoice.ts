import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import { type Stamp, stampsOf } from '../../database/accounts/stamps.ts';
import type { Database, Queries } from '../../database/database.types.ts';
import { getInvoice, type Invoice } from '../../database/invoices/invoices.ts';
import { finalizeInvoice } from '../../database/invoices/issued-invoices.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf } from '../../domain/instant.ts';
import { parseAmount } from '../../domain/money.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import type { InvoiceLine, InvoiceView } from '../invoice.types.ts';
import { INVOICE_FORM } from '../kept/invoice-content.ts';
import { versionsToKeep } from '../kept/invoice-versions.ts';
import { pricesThen } from '../kept/pricing-then.ts';
import { invoiceView } from './invoice-view.ts';
import type { ComputedInvoice } from './invoices.ts';
import { storedView } from './stored-invoice.ts';

/** What makes an invoice final; it begins its own transaction. */
export interface FinalizeDeps {
  database: Database;
  registry: MeterRegistry;
  now: () => Date;
}

/** The period is not over, or not everything received in it has been metered yet. */
export class PeriodOpenError extends Error {}

/** The pricing kept changing while the invoice was being computed. */
export class PricingChangedError extends Error {}

const TRIES = 5;

/** An invoice to be, and the stamp of its account from before anything of it was read. */
export interface Prepared {
  stamp: Stamp;
  computed: ComputedInvoice;
}

/**
 * Makes a period's invoice final, once: whoever comes later, or at the same time on another node, gets the same invoice.
 * Measured outside the transaction; inside it the account's stamp must still be what it was before.
 * @param compute the draft as it stands; asked again when the account changed meanwhile
 * @param how `prepared` serves the first try; `isByItself`: not where an invoice of the period was taken back
 * @returns `null` when there is no such account or nothing to charge: no number is spent on an empty invoice
 * @throws PeriodOpenError, PricingChangedError
 */
export async function finalize(
  deps: FinalizeDeps,
  accountId: string,
  compute: (account: Account) => Promise<ComputedInvoice>,
  { prepared = null, isByItself = false }: { prepared?: Prepared | null; isByItself?: boolean } = {},
): Promise<{ invoice: InvoiceView; created: boolean } | null> {
  const { database } = deps;
  let next = prepared;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { stamp, computed } = next ?? (await prepare(database, accountId, compute)) ?? {};
    next = null;
    if (stamp === undefined || computed === undefined) return null;
    const { period, material } = computed;
    const ofPeriod = stamp.invoices.filter(({ periodKey }) => periodKey === period.key);
    const issued = ofPeriod.find(({ state }) => state === 'final');
    if (issued !== undefined) {
      const stored = await getInvoice(database.queries, accountId, issued.id);
      if (stored !== null) return { invoice: storedView(stored), created: false };
    }
    if (!hasEnded(computed, deps.now())) {
      throw new PeriodOpenError(`the period ${period.key} is not over, or not metered to its end yet`);
    }
    if (!hasAnythingToCharge(material.lines)) return null;
    // Taken back since it was due; a void after the stamp changes that.
    if (isByItself && ofPeriod.length > 0) return null;
    const result = await database.serializable((tx) => issue(tx, deps, stamp, computed));
    if (result !== null) return { invoice: storedView(result.invoice), created: result.created };
  }
  throw new PricingChangedError('the prices or licenses of the account kept changing; try again in a moment');
}

/** The stamp first: what changes while the rest is read is then found out. */
async function prepare(
  database: Database,
  accountId: string,
  compute: (account: Account) => Promise<ComputedInvoice>,
): Promise<Prepared | null> {
  const stamp = (await stampsOf(database.queries, [accountId])).get(accountId);
  const account = await getAccount(database.queries, accountId);
  return stamp === undefined || account === null ? null : { stamp, computed: await compute(account) };
}

/** @returns `null` when what the invoice depends on changed since the stamp */
async function issue(
  tx: Queries,
  { registry, now }: FinalizeDeps,
  stamp: Stamp,
  { period, pricing, material }: ComputedInvoice,
): Promise<{ invoice: Invoice; created: boolean } | null> {
  const { account } = pricing;
  const stampNow = (await stampsOf(tx, [account.id])).get(account.id);
  if (stampNow === undefined) return null;
  const isIssued = stampNow.invoices.some(({ periodKey, state }) => periodKey === period.key && state === 'final');
  if (stampNow.text !== stamp.text && !isIssued) return null;
  const lines = material.lines.map((line) => ({ ...line, estimated: false }));
  const view = invoiceView({ ...material, state: 'final', lines });
  return finalizeInvoice(
    tx,
    {
      account,
      period,
      meteredThroughMicros: material.meteredThrough,
      versions: { ...versionsToKeep(pricesThen(pricing, period, registry.currentMeters())) },
      due: view.subtotal,
      contentForm: INVOICE_FORM,
      minorUnit: material.minorUnit,
      draws: view.creditDraws,
      build: (number) => ({ ...view, number }),
    },
    now(),
  );
}

/** Late usage that changes no amount is told with what else there is: for it alone no number is spent. */
function hasAnythingToCharge(lines: readonly InvoiceLine[]): boolean {
  const isNothing = ({ amount }: { amount: string }) => parseAmount(amount) === 0n;
  return lines.some((line) => line.corrects === undefined || !isNothing(line) || !(line.taxed ?? []).every(isNothing));
}

function hasEnded({ period, material }: ComputedInvoice, now: Date): boolean {
  const watermark: Micros = material.meteredThrough;
  return period.to <= microsOf(now) && period.to <= watermark;
}
