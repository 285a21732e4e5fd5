import { ADDON_PLANS } from '../catalog/addons.ts';
import { DYNO_SIZES } from '../catalog/dynos.ts';
import { RATE_CARD } from '../catalog.ts';
import type { Database } from '../database/connect.ts';
import { grantCredit, listGrants } from '../database/credits.ts';
import { putAllocation } from '../database/license-allocations.ts';
import { putLicense } from '../database/licenses.ts';
import { addRateCardVersion, putAccountRateCard, rateCardVersionsOf } from '../database/rate-cards.ts';
import { neighbourOf, type PeriodRule, periodAt } from '../domain/billing-period.ts';
import type { License, Price } from '../domain/price.ts';
import { DEMO_ACCOUNTS, ENTERPRISE, PERSONAL } from './accounts.ts';

type DemoLicense = Omit<License, 'version' | 'from' | 'to'>;

/** Fewer than its formations take on average, about 145: a month's units run out around the 22nd. */
const UNITS = '108';

/** What the enterprise customer has bought, for a year. Quantities are the demo's own. */
const LICENSES: DemoLicense[] = [
  {
    id: 'dyno-units',
    product: 'Dyno units',
    quantity: UNITS,
    unit: 'units',
    measure: 'unit_months',
    weights: Object.fromEntries(
      DYNO_SIZES.flatMap(({ size, monthly, dynoUnits }): [string, string][] =>
        monthly === null || dynoUnits === null ? [] : [[`dyno.${size}`, dynoUnits]],
      ),
    ),
  },
  {
    id: 'addon-credit',
    product: 'Add-on credit',
    quantity: '1500.00',
    unit: 'USD',
    measure: 'sum',
    weights: Object.fromEntries(ADDON_PLANS.map(({ service, plan }) => [`addon.${service}.${plan}`, '1'])),
  },
  {
    id: 'connect-rows',
    product: 'Connect rows',
    quantity: '1500000',
    unit: 'rows',
    measure: 'max',
    weights: { 'connect.rows': '1' },
  },
  {
    id: 'private-spaces',
    product: 'Private Spaces',
    quantity: '1',
    unit: 'spaces',
    measure: 'max',
    weights: { 'space.private': '1' },
  },
];

const ALLOCATIONS: Record<string, string> = { storefront: '40', platform: '35', data: '20', labs: '10' };

/** From the middle of last month on one partner's plan costs more. */
const DEARER: Record<string, string> = { 'addon.logtrail.fixed': '69.00' };

/**
 * Prices, licenses and credits of the demo, as an operator would have written them over its months. Safe to repeat.
 * @param anchor where its history starts
 */
export async function putDemoPricing(database: Database, anchor: Date, now: Date): Promise<void> {
  const utc: PeriodRule = { timeZone: 'UTC', anchorDay: 1 };
  const lastMonth = neighbourOf(periodAt(now.getTime() * 1000, utc), -1, utc);
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
  for (const license of LICENSES) {
    await database.serializable((tx) => putLicense(tx, ENTERPRISE, { ...license, ...term }, anchor));
  }
  for (const [teamId, quantity] of Object.entries(ALLOCATIONS)) {
    await database.serializable((tx) =>
      putAllocation(tx, ENTERPRISE, { id: 'dyno-units', quantity: UNITS }, { teamId, quantity }, anchor),
    );
  }
  await grantOnce(
    database,
    ENTERPRISE,
    [{ amount: '100.00', reason: 'Goodwill for the incident of the search cluster', expiresAt: null }],
    anchor,
  );
  await grantOnce(database, PERSONAL, studentCredits(now), anchor);
}

/** Twenty dollars a month, each for its own month and more than its bill: what is not used lapses. */
function studentCredits(now: Date) {
  const rule = DEMO_ACCOUNTS.find(({ account }) => account.id === PERSONAL)?.account as PeriodRule;
  let period = periodAt(now.getTime() * 1000, rule);
  const grants = [];
  for (let i = 0; i < 4; i++) {
    grants.unshift({ amount: '20.00', reason: `Student credit, ${period.key}`, expiresAt: new Date(period.to / 1000) });
    period = neighbourOf(period, -1, rule);
  }
  return grants;
}

async function grantOnce(
  database: Database,
  accountId: string,
  grants: readonly { amount: string; reason: string; expiresAt: Date | null }[],
  at: Date,
): Promise<void> {
  await database.serializable(async (tx) => {
    if ((await listGrants(tx, accountId, { before: null, limit: 1 })).length > 0) return;
    for (const grant of grants) await grantCredit(tx, accountId, { ...grant, currency: 'USD' }, at);
  });
}

function dearer(price: Price): Price {
  const amount = DEARER[price.key];
  if (amount === undefined || price.model !== 'per_time') return price;
  return { ...price, amount, maximum: { amount, scope: 'slot' } };
}
