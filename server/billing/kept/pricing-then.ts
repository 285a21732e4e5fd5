import type { Account } from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { licensesAtVersions } from '../../database/prices/licenses.ts';
import { metersAtVersions } from '../../database/prices/meters.ts';
import { versionsOfRateCards } from '../../database/prices/rate-cards.ts';
import type { BillingPeriod } from '../../domain/billing-period.ts';
import type { Micros } from '../../domain/instant.ts';
import { microsOf, readEventTime, toRfc3339 } from '../../domain/instant.ts';
import { licensesOf, versionsOf } from '../../domain/license-terms.ts';
import type { License } from '../../domain/pricing/price.ts';
import { compileMeter } from '../../metering/extract.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';
import { type Pricing, rulingsIn } from '../pricing.ts';
import type { LicenseThen, MeterThen, PricesThen, PriceThen } from './prices-then.ts';

/** The names of what a period is priced and metered by, to be kept. */
export function pricesThen(pricing: Pricing, period: BillingPeriod, meters: readonly MeterThen[]): PricesThen {
  const ruling = rulingsIn(pricing, period).filter(({ version }) => version > 0);
  return {
    prices: ruling.map(({ from, rateCard, version, discountPercent, taxPercent }) => ({
      ...{ from: toRfc3339(from), rateCard, version, discountPercent, taxPercent },
    })),
    licenses: pricing.licenses
      .flatMap(versionsOf)
      .filter(({ from }) => microsOf(from) < period.to)
      .map(({ id, version, from, to }) => ({ id, version, from, to })),
    meters: meters.map(({ key, version }) => ({ key, version })),
  };
}

/** What the account's usage was priced by, from the names that were kept. @throws when one of them names nothing */
export async function pricingThen(
  queries: Queries,
  account: Account,
  then: PricesThen & { minorUnit: number },
): Promise<Pricing> {
  const { minorUnit } = then;
  const rulings = await rulingsThen(queries, account, then.prices);
  return { account, rulings, licenses: await licensesThen(queries, account.id, then.licenses), minorUnit };
}

/** Meters as they were defined then. @throws when one of the names names nothing */
export async function metersAt(queries: Queries, then: readonly MeterThen[]): Promise<RegisteredMeter[]> {
  const definitions = await metersAtVersions(queries, then);
  for (const { key, version } of then) {
    if (!definitions.some((each) => each.key === key && each.version === version)) throw gone('meter', key, version);
  }
  return definitions.map((meter) => ({ ...compileMeter(meter), state: 'current' }));
}

/** An instant as it was kept. @throws RangeError when it is none */
export function keptInstant(text: string): Micros {
  const at = readEventTime(text);
  if (at === null) throw new RangeError(`"${text}" was kept as an instant, and is none`);
  return at;
}

async function rulingsThen(
  queries: Queries,
  account: Account,
  then: readonly PriceThen[],
): Promise<Pricing['rulings']> {
  const cards = await versionsOfRateCards(queries, [...new Set(then.map(({ rateCard }) => rateCard))]);
  return then
    .map(({ from, rateCard, version, discountPercent, taxPercent = account.taxPercent }) => {
      const card = cards.get(rateCard)?.find((each) => each.version === version);
      if (card === undefined) throw gone('rate card', rateCard, version);
      const at = keptInstant(from ?? card.effectiveFrom);
      return { from: at, rateCard, version, prices: card.prices, discountPercent, taxPercent };
    })
    .sort((a, b) => a.from - b.from);
}

async function licensesThen(queries: Queries, accountId: string, then: readonly LicenseThen[]): Promise<License[]> {
  const licenses = await licensesAtVersions(queries, accountId, then);
  const said = then.map(({ id, version, from, to }) => {
    const license = licenses.find((each) => each.id === id && each.version === version);
    if (license === undefined) throw gone('license', id, version);
    return from === null || to === null ? license : { ...license, from, to };
  });
  return licensesOf(said);
}

function gone(what: string, key: string, version: number): Error {
  return new Error(`version ${version} of ${what} ${key} was charged by, and is not there any more`);
}
