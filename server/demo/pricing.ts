import { RATE_CARD } from '../catalog/catalog.ts';
import type { Database } from '../database/database.types.ts';
import { grantCredit, listGrants } from '../database/invoices/credits.ts';
import { putAllocation } from '../database/prices/license-allocations.ts';
import { putLicense } from '../database/prices/licenses.ts';
import { addRateCardVersion, putAccountRateCard, rateCardVersionsOf } from '../database/prices/rate-cards.ts';
import { type BillingPeriod, type PeriodRule, periodAt } from '../domain/billing-period.ts';
import { microsOf } from '../domain/instant.ts';
import type { Price } from '../domain/pricing/price.ts';
import { DEMO_ACCOUNTS, ENTERPRISE, PERSONAL } from './accounts.ts';
import { ALLOCATIONS, LICENSES, UNITS } from './licenses.ts';
import { KIM } from './situations/customers.ts';

/** From the middle of last month on one partner's plan costs more. */
const DEARER: Record<string, string> = { 'addon.logtrail.fixed': '69.00' };

/**
 * Prices, licenses and credits of the demo, as an operator would have written them over its months. Safe to repeat.
 * @param anchor where its history starts
 */
export async function putDemoPricing(database: Database, anchor: Date, now: Date): Promise<void> {
  const utc: PeriodRule = { timeZone: 'UTC', anchorDay: 1 };
  const lastMonth = before(periodAt(microsOf(now), utc), utc);
  const middle = new Date(lastMonth.from / 1000 + 15 * 86_400_000);
  await database.serializable(async (tx) => {
    if ((await rateCardVersionsOf(tx, RATE_CARD.key)).length > 0) return;
    const { key, currency, prices, effectiveFrom } = RATE_CARD;
    await addRateCardVersion(tx, { key, currency, prices, effectiveFrom: new Date(effectiveFrom) }, anchor);
    await addRateCardVersion(tx, { key, currency, prices: prices.map(dearer), effectiveFrom: middle }, middle);
  });
  for (const { account } of DEMO_ACCOUNTS) {
    const assigned = { accountId: account.id, key: RATE_CARD.key, discountPercent: '0' };
    await database.serializable((tx) => putAccountRateCard(tx, assigned, anchor));
  }
  const term = {
    from: new Date(Date.UTC(anchor.getUTCFullYear(), anchor.getUTCMonth(), 1)),
    to: new Date(Date.UTC(anchor.getUTCFullYear() + 1, anchor.getUTCMonth(), 1)),
  };
  for (const { accountId, ...license } of LICENSES) {
    await database.serializable((tx) => putLicense(tx, accountId, { ...license, ...term }, anchor));
  }
  for (const [teamId, quantity] of Object.entries(ALLOCATIONS)) {
    await database.serializable((tx) =>
      putAllocation(tx, ENTERPRISE, { id: 'dyno-units', quantity: UNITS }, { teamId, quantity }, anchor),
    );
  }
  await grantOnce(database, ENTERPRISE, [
    { at: anchor, amount: '100.00', reason: 'Goodwill for the incident of the search cluster', expiresAt: null },
  ]);
  await grantOnce(database, PERSONAL, studentCredits(now));
  await grantOnce(database, KIM, [
    {
      ...{ at: new Date(before(lastMonth, utc).from / 1000), amount: '8.00', reason: 'Welcome credit' },
      expiresAt: new Date(lastMonth.from / 1000),
    },
  ]);
}

function before({ from }: BillingPeriod, rule: PeriodRule): BillingPeriod {
  return periodAt(from - 1, rule);
}

/** Twenty dollars a month, each for its own month and more than its bill: what is not used lapses. */
function studentCredits(now: Date) {
  const rule = DEMO_ACCOUNTS.find(({ account }) => account.id === PERSONAL)?.account as PeriodRule;
  let period = periodAt(microsOf(now), rule);
  const grants = [];
  for (let i = 0; i < 4; i++) {
    grants.unshift({
      at: new Date(period.from / 1000),
      amount: '20.00',
      reason: `Student credit, ${period.key}`,
      expiresAt: new Date(period.to / 1000),
    });
    period = before(period, rule);
  }
  return grants;
}

async function grantOnce(
  database: Database,
  accountId: string,
  grants: readonly { at: Date; amount: string; reason: string; expiresAt: Date | null }[],
): Promise<void> {
  await database.serializable(async (tx) => {
    if ((await listGrants(tx, accountId, { before: null, limit: 1 })).length > 0) return;
    for (const { at, ...grant } of grants) await grantCredit(tx, accountId, { ...grant, currency: 'USD' }, at);
  });
}

function dearer(price: Price): Price {
  const amount = DEARER[price.key];
  if (amount === undefined || price.model !== 'per_time') return price;
  return { ...price, amount, maximum: { amount, scope: 'slot' } };
}
