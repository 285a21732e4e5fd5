import { type AccountSettings, settingsOfAccounts } from '../database/accounts/account-settings.ts';
import type { Account } from '../database/accounts/accounts.ts';
import type { Queries } from '../database/database.types.ts';
import { licensesOfAccounts } from '../database/prices/licenses.ts';
import { versionsOfRateCards } from '../database/prices/rate-cards.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { minorUnitOf } from '../domain/currencies.ts';
import type { Micros } from '../domain/instant.ts';
import { microsOf } from '../domain/instant.ts';
import type { License, Price, RateCardVersion } from '../domain/pricing/price.ts';
import type { VersionInForce } from '../domain/rating/rating.types.ts';
import { rulingAt } from '../domain/timeline.ts';

/** What prices an account's usage from an instant on, until the next ruling. */
export interface PriceRuling {
  /** `-Infinity` for what holds from the beginning. */
  from: Micros;
  rateCard: string;
  version: number;
  prices: readonly Price[];
  discountPercent: string;
  taxPercent: string;
}

/** What an account's usage is priced by, at any time. */
export interface Pricing {
  account: Account;
  /** In the order in which they rule; empty when the account is on no rate card: nothing is charged. */
  rulings: readonly PriceRuling[];
  licenses: readonly License[];
  minorUnit: number;
}

/**
 * Reads the pricing as it stands, in one transaction with whatever depends on it.
 * @param by as it was written by then
 */
export async function pricingOf(queries: Queries, account: Account, by?: Date): Promise<Pricing> {
  const [pricing] = await pricingsOf(queries, [account], by);
  return pricing as Pricing;
}

/** The same of many accounts, in their order; each rate card is read once. */
export async function pricingsOf(queries: Queries, accounts: readonly Account[], by?: Date): Promise<Pricing[]> {
  const ids = accounts.map(({ id }) => id);
  const settings = await settingsOfAccounts(queries, ids, by);
  const licenses = await licensesOfAccounts(queries, ids, by);
  const keys = new Set([...settings.values()].flatMap(({ rate_card }) => rate_card.map(({ value }) => value.key)));
  const cards = await versionsOfRateCards(queries, [...keys], by);
  return accounts.map((account) => ({
    account,
    rulings: upToEnd(rulingsOfSettings(settings.get(account.id), cards), account),
    licenses: licenses.get(account.id) ?? [],
    minorUnit: minorUnitOf(account.currency),
  }));
}

/** What the settings of an account and the versions of its cards say together, from each instant at which either changes. */
function rulingsOfSettings(
  settings: AccountSettings | undefined,
  cards: ReadonlyMap<string, readonly RateCardVersion[]>,
): PriceRuling[] {
  if (settings === undefined) return [];
  const { rate_card: assignments, discount, tax } = settings;
  const rulings: PriceRuling[] = [];
  for (const { from, to, value } of assignments) {
    const versions = (cards.get(value.key) ?? []).map((version) => ({
      ...version,
      at: microsOf(version.effectiveFrom),
    }));
    const changes = [...versions.map(({ at }) => at), ...discount.map((each) => each.from), ...tax.map((t) => t.from)];
    const instants = new Set([from, ...changes.filter((at) => at > from && at < to)]);
    for (const at of [...instants].sort((a, b) => a - b)) {
      const version = versions.findLast((each) => each.at <= at);
      rulings.push({
        from: at,
        rateCard: value.key,
        // Before a card's first version there are no prices yet: usage then is unpriced.
        version: version?.version ?? 0,
        prices: version?.prices ?? [],
        discountPercent: rulingAt(discount, at)?.value.discountPercent ?? '0',
        taxPercent: rulingAt(tax, at)?.value.taxPercent ?? '0',
      });
    }
  }
  return rulings;
}

/** After an account's end nothing has a price: nothing is due then. */
function upToEnd(rulings: PriceRuling[], { endedAt }: Account): PriceRuling[] {
  if (!endedAt) return rulings;
  const end = microsOf(endedAt);
  const before = rulings.filter(({ from }) => from < end);
  const last = before.at(-1);
  return last === undefined ? [] : [...before, { ...last, from: end, version: 0, prices: [] }];
}

/** Whether the period lies after the account's end: only corrections of earlier ones stand on its invoice. */
export function isPastEnd({ endedAt }: Account, { from }: Pick<BillingPeriod, 'from'>): boolean {
  return endedAt != null && from >= microsOf(endedAt);
}

/**
 * Whether anything is due in a period although nothing was used: from the period on in which the account was created, to
 * that in which it ended, where a price says so.
 */
export function isDueWithoutUsage(
  pricing: Pick<Pricing, 'account' | 'rulings'>,
  period: Pick<BillingPeriod, 'from' | 'to'>,
): boolean {
  const isPriced = ({ prices }: PriceRuling) => prices.some(({ flatAtZero }) => flatAtZero);
  return isThere(pricing.account, period) && rulingsIn(pricing, period).some(isPriced);
}

/** Whether the account was there at any time of the period. */
export function isThere(account: Account, { from, to }: Pick<BillingPeriod, 'from' | 'to'>): boolean {
  const isBefore = account.createdAt !== undefined && to <= microsOf(account.createdAt);
  return !isBefore && !isPastEnd(account, { from });
}

/** The rulings of a period: each from the instant it does. Time before the first one has no prices: usage then is unpriced. */
export function rulingsIn(
  { rulings }: Pick<Pricing, 'rulings'>,
  period: Pick<BillingPeriod, 'from' | 'to'>,
): PriceRuling[] {
  const first = rulings.findLastIndex(({ from }) => from <= period.from);
  return rulings
    .slice(Math.max(first, 0))
    .filter(({ from }) => from < period.to)
    .map((ruling) => ({ ...ruling, from: Math.max(ruling.from, period.from) }));
}

/** The prices that rule a period, each from the instant they do. */
export function versionsInForce(pricing: Pick<Pricing, 'rulings'>, period: BillingPeriod): VersionInForce[] {
  const inForce = rulingsIn(pricing, period).map(
    ({ from, version, prices, discountPercent }): VersionInForce => ({
      ...{ from, version, discountPercent },
      prices: new Map(prices.map((price) => [price.key, price])),
    }),
  );
  if (inForce[0]?.from === period.from) return inForce;
  return [{ from: period.from, version: 0, prices: new Map(), discountPercent: '0' }, ...inForce];
}

/** Every price of these rulings; those of one key one after another. */
export function pricesOf({ rulings }: Pick<Pricing, 'rulings'>): Price[] {
  return rulings.flatMap(({ prices }) => prices);
}
