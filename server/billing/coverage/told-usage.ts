import { settingHistory } from '../../database/accounts/account-settings.ts';
import type { Queries } from '../../database/database.types.ts';
import { getInvoice, type InvoiceHead } from '../../database/invoices/invoices.ts';
import { versionsOfRateCards } from '../../database/prices/rate-cards.ts';
import { parseQuantity, type Quantity } from '../../domain/money.ts';
import type { InvoiceLine, UnpricedUsage } from '../invoice.types.ts';
import type { ComputedInvoice } from '../invoices/invoices.ts';
import { readInvoice } from '../kept/invoice-content.ts';
import { type Pricing, rulingsIn } from '../pricing.ts';

/** How much of each meter invoices, drafts and the open period tell of each period of an account. */
export type ToldUsage = (periodKey: string, meter: string) => Quantity;

/**
 * Adds up what is told: charges, corrections (of the period they correct) and usage without a price.
 * @param finals every final invoice of the account
 * @param unissued everything of it that is not issued
 */
export async function toldUsage(
  queries: Queries,
  pricing: Pricing,
  finals: readonly InvoiceHead[],
  unissued: readonly ComputedInvoice[],
): Promise<ToldUsage> {
  const accountId = pricing.account.id;
  const meterOf = await metersOfPrices(queries, pricing);
  const periodOf = new Map(finals.map((head) => [head.id, head.period]));
  const told = new Map<string, Quantity>();
  const tell = (
    period: { key: string; from: number; to: number },
    { lines, unpriced }: { lines: readonly InvoiceLine[]; unpriced: readonly UnpricedUsage[] },
  ) => {
    const add = (corrects: { invoiceId: string } | undefined, meter: string | undefined, quantity: string) => {
      const of = corrects === undefined ? period : periodOf.get(corrects.invoiceId);
      if (of === undefined || meter === undefined) return;
      const key = keyOf(of.key, meter);
      told.set(key, (told.get(key) ?? 0n) + parseQuantity(quantity));
    };
    for (const { corrects, priceKey, quantity } of lines) {
      const of = corrects === undefined ? period : periodOf.get(corrects.invoiceId);
      if (of !== undefined) add(corrects, meterOf(priceKey, of), quantity);
    }
    for (const { corrects, meter, quantity } of unpriced) add(corrects, meter, quantity);
  };
  for (const head of finals) {
    const invoice = await getInvoice(queries, accountId, head.id);
    if (invoice !== null) tell(head.period, readInvoice(invoice));
  }
  for (const { period, view } of unissued) tell(period, view);
  return (periodKey, meter) => told.get(keyOf(periodKey, meter)) ?? 0n;
}

const keyOf = (periodKey: string, meter: string) => `${periodKey} ${meter}`;

/** The meter of a price in a period; of one that does not rule there any more, as any of the account's cards ever said. */
async function metersOfPrices(queries: Queries, pricing: Pricing) {
  const written = await settingHistory(queries, pricing.account.id, ['rate_card']);
  const keys = [...new Set(written.map(({ value }) => String(value.key)))];
  const ever = new Map(
    [...(await versionsOfRateCards(queries, keys)).values()]
      .flat()
      .flatMap(({ prices }) => prices.map(({ key, meter }) => [key, meter] as const)),
  );
  return (priceKey: string, period: { from: number; to: number }): string | undefined => {
    const ruling = rulingsIn(pricing, period).flatMap(({ prices }) => prices);
    return ruling.find(({ key }) => key === priceKey)?.meter ?? ever.get(priceKey);
  };
}
