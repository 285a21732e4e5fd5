import { periodOf } from '../../domain/billing-period.ts';
import { payInvoice } from '../../domain/invoice/invoice-totals.ts';
import { addQuantities } from '../../domain/quantity.ts';
import { putAccount } from '../accounts/accounts.ts';
import type { Queries } from '../database.types.ts';
import { payingGrants } from '../invoices/credits.ts';
import { finalizeInvoice } from '../invoices/issued-invoices.ts';

/** An account with periods in UTC, for tests that need someone to be charged. */
export async function openAccount(queries: Queries, id: string, now: Date, currency = 'USD'): Promise<void> {
  const fields = { name: id, kind: 'enterprise' as const, timeZone: 'UTC', anchorDay: 1, taxPercent: '0' };
  await queries.transaction((tx) => putAccount(tx, { id, currency, ...fields }, now));
}

/** Makes an invoice of these lines final, as the closing of a period does: without tax, one charge for each amount. */
export async function issue(tx: Queries, accountId: string, periodKey: string, amounts: readonly string[], now: Date) {
  const period = periodOf(periodKey, { timeZone: 'UTC', anchorDay: 1 });
  const due = addQuantities(amounts);
  const taxed = amounts.map((amount) => ({ taxPercent: '0', amount }));
  const { draws, totals } = payInvoice(await payingGrants(tx, accountId, new Date(period.from / 1000)), taxed, 2);
  return finalizeInvoice(
    tx,
    {
      account: { id: accountId, currency: 'USD' },
      period,
      meteredThroughMicros: period.to,
      versions: { rateCard: { key: 'list', version: 1 } },
      due,
      contentForm: 1,
      minorUnit: 2,
      draws,
      build: (number) => ({
        number,
        draws,
        minorUnit: 2,
        period: { timeZone: 'UTC' },
        lines: amounts.map((amount, at) => ({ chargeId: `${periodKey}.${at}`, priceKey: `price-${at}`, amount })),
        ...totals,
      }),
    },
    now,
  );
}
