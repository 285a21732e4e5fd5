import type { Account } from '../database/accounts.ts';
import type { Queries } from '../database/connect.ts';
import { licensesOfAccounts } from '../database/licenses.ts';
import { rateCardsOfAccounts, rateCardVersionsOf } from '../database/rate-cards.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { minorUnitOf } from '../domain/currencies.ts';
import type { License, RateCardVersion } from '../domain/price.ts';
import type { VersionInForce } from '../domain/rating/rating.types.ts';

/** What an account's usage of a period is priced by. */
export interface Pricing {
  account: Account;
  /** `null` when the account is on no rate card: nothing is charged. */
  rateCard: { key: string; discountPercent: string; versions: readonly RateCardVersion[] } | null;
  licenses: readonly License[];
  minorUnit: number;
}

/** Reads the pricing as it stands, in one transaction with whatever depends on it. */
export async function pricingOf(queries: Queries, account: Account): Promise<Pricing> {
  const [pricing] = await pricingsOf(queries, [account]);
  return pricing as Pricing;
}

/** The same of many accounts, in their order; each rate card is read once. */
export async function pricingsOf(queries: Queries, accounts: readonly Account[]): Promise<Pricing[]> {
  const ids = accounts.map(({ id }) => id);
  const assigned = await rateCardsOfAccounts(queries, ids);
  const licenses = await licensesOfAccounts(queries, ids);
  const cards = new Map<string, RateCardVersion[]>();
  for (const key of new Set([...assigned.values()].map((card) => card.key))) {
    cards.set(key, await rateCardVersionsOf(queries, key));
  }
  return accounts.map((account) => {
    const card = assigned.get(account.id);
    return {
      account,
      rateCard: card
        ? { key: card.key, discountPercent: card.discountPercent, versions: cards.get(card.key) ?? [] }
        : null,
      licenses: licenses.get(account.id) ?? [],
      minorUnit: minorUnitOf(account.currency),
    };
  });
}

/**
 * The rate card versions that rule a period, each from the instant it does. Time before the first version takes effect
 * has no prices: usage then is unpriced.
 */
export function versionsInForce(versions: readonly RateCardVersion[], period: BillingPeriod): VersionInForce[] {
  const inForce: VersionInForce[] = [{ from: period.from, version: 0, prices: new Map() }];
  const rising = [...versions].sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  for (const { version, effectiveFrom, prices } of rising) {
    const from = Math.max(period.from, Date.parse(effectiveFrom) * 1000);
    if (from >= period.to) break;
    const ruling = { from, version, prices: new Map(prices.map((price) => [price.key, price])) };
    if (inForce.at(-1)?.from === from) inForce.pop();
    inForce.push(ruling);
  }
  return inForce;
}
