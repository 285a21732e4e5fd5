import type { Micros } from '../../clickhouse/index.ts';
import { type Account, getAccount } from '../database/accounts.ts';
import type { Database } from '../database/connect.ts';
import { finalizeInvoice, finalPeriods, getInvoice } from '../database/invoices.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { addQuantities } from '../domain/quantity.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { frozenVersions } from './corrections.ts';
import type { InvoiceView } from './invoice.types.ts';
import { invoiceView } from './invoice-view.ts';
import { type ComputedInvoice, storedView } from './invoices.ts';
import { pricingOf } from './pricing.ts';

export interface FinalizeParts {
  database: Database;
  registry: MeterRegistry;
  now: () => Date;
}

/** The period is not over, or not everything received in it has been metered yet. */
export class PeriodOpenError extends Error {}

/** The pricing kept changing while the invoice was being computed. */
export class PricingChangedError extends Error {}

const TRIES = 5;

/**
 * Makes a period's invoice final, once: whoever comes later, or at the same time on another node, gets the same invoice.
 * Measured outside the transaction; inside it the pricing must still be what it was computed with.
 * @param compute the draft as it stands; asked again when the pricing changed meanwhile
 * @returns `null` when there is no such account or nothing to charge: no number is spent on an empty invoice
 * @throws PeriodOpenError, PricingChangedError
 */
export async function finalize(
  { database, registry, now }: FinalizeParts,
  accountId: string,
  compute: (account: Account) => Promise<ComputedInvoice>,
): Promise<{ invoice: InvoiceView; created: boolean } | null> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const finalsBefore = await finalIds(database, accountId);
    const account = await getAccount(database.queries, accountId);
    if (account === null) return null;
    const computed = await compute(account);
    const { period, pricing, material } = computed;
    const issued = finalsBefore.find((final) => final.key === period.key);
    if (issued !== undefined) {
      const stored = await getInvoice(database.queries, accountId, issued.id);
      if (stored !== null) return { invoice: storedView(stored), created: false };
    }
    if (!hasEnded(computed, now())) {
      throw new PeriodOpenError(`the period ${period.key} is not over, or not metered to its end yet`);
    }
    if (material.lines.length === 0) return null;
    const result = await database.serializable(async (tx) => {
      const accountNow = await getAccount(tx, accountId);
      if (accountNow === null) return null;
      const finals = (await finalPeriods(tx, accountId)).map(({ id, period: { key } }) => ({ id, key }));
      const pricingNow = await pricingOf(tx, accountNow);
      const same = canonicalJson([pricingNow, finals]) === canonicalJson([pricing, finalsBefore]);
      if (!same && !finals.some(({ key }) => key === period.key)) return null;
      return finalizeInvoice(
        tx,
        {
          account: accountNow,
          period,
          meteredThroughMicros: material.meteredThrough,
          versions: { ...frozenVersions(pricing, registry) },
          due: addQuantities(material.lines.map(({ amount }) => amount)),
          build: (number, draws) => ({
            ...invoiceView({
              ...material,
              state: 'final',
              lines: material.lines.map((line) => ({ ...line, estimated: false })),
              grants: draws.map(({ grantId, reason, amount }) => ({ id: grantId, reason, balance: amount })),
            }),
            number,
          }),
        },
        now(),
      );
    });
    if (result !== null) return { invoice: storedView(result.invoice), created: result.created };
  }
  throw new PricingChangedError('the prices or licenses of the account kept changing; try again in a moment');
}

function hasEnded({ period, material }: ComputedInvoice, now: Date): boolean {
  const watermark: Micros = material.meteredThrough;
  return period.to <= now.getTime() * 1000 && period.to <= watermark;
}

async function finalIds(database: Database, accountId: string): Promise<{ id: string; key: string }[]> {
  return (await finalPeriods(database.queries, accountId)).map(({ id, period }) => ({ id, key: period.key }));
}
