import type { Micros } from '../../clickhouse/index.ts';
import type { Account } from '../database/accounts.ts';
import type { Queries } from '../database/connect.ts';
import { licensesAtVersions } from '../database/licenses.ts';
import { metersAtVersions } from '../database/meters.ts';
import { rateCardVersionsOf } from '../database/rate-cards.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { License, RateCardVersion } from '../domain/price.ts';
import { readEventTime, toRfc3339 } from '../ingest/event-time.ts';
import { compileMeter } from '../metering/extract.ts';
import type { RegisteredMeter } from '../metering/registry.ts';
import type { LicenseThen, MeterThen, PricesThen, PriceThen } from './kept/prices-then.ts';
import { type Pricing, versionsInForce } from './pricing.ts';

/** The names of what a period is priced and metered by, to be kept. */
export function pricesThen(
  { rateCard, licenses }: Pricing,
  period: BillingPeriod,
  meters: readonly MeterThen[],
): PricesThen {
  const ruling = versionsInForce(rateCard?.versions ?? [], period).filter(({ version }) => version > 0);
  return {
    prices: ruling.map(({ from, version }) => ({
      ...{ from: toRfc3339(from), rateCard: rateCard?.key ?? '', version },
      discountPercent: rateCard?.discountPercent ?? '0',
    })),
    licenses: licenses.map(({ id, version, from, to }) => ({ id, version, from, to })),
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
  const rateCard = await rateCardThen(queries, then.prices);
  return { account, rateCard, licenses: await licensesThen(queries, account.id, then.licenses), minorUnit };
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

async function rateCardThen(queries: Queries, then: readonly PriceThen[]): Promise<Pricing['rateCard']> {
  const [first] = then;
  if (first === undefined) return null;
  const { rateCard: key, discountPercent } = first;
  if (then.some((each) => each.rateCard !== key || each.discountPercent !== discountPercent)) {
    throw new Error(`rate card ${key} ruled beside another, or with two discounts, and this version rates by one`);
  }
  const all = await rateCardVersionsOf(queries, key);
  const versions = then.map(({ version, from }): RateCardVersion => {
    const found = all.find((each) => each.version === version);
    if (found === undefined) throw gone('rate card', key, version);
    return from === null ? found : { ...found, effectiveFrom: from };
  });
  return { key, discountPercent, versions };
}

async function licensesThen(queries: Queries, accountId: string, then: readonly LicenseThen[]): Promise<License[]> {
  const found = await licensesAtVersions(queries, accountId, then);
  return then.map(({ id, version, from, to }) => {
    const license = found.find((each) => each.id === id && each.version === version);
    if (license === undefined) throw gone('license', id, version);
    return from === null || to === null ? license : { ...license, from, to };
  });
}

function gone(what: string, key: string, version: number): Error {
  return new Error(`version ${version} of ${what} ${key} was charged by, and is not there any more`);
}
