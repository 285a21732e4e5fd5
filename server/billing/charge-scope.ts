import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import { instantsOf } from '../domain/license-terms.ts';
import { type ChargeLine, isSameLine } from '../domain/pricing/charge-line.ts';
import type { ChargeUsage, RatingScope } from '../domain/rating/rating.types.ts';
import { windowBounds } from '../domain/windows.ts';
import type { PricedAccount } from './charge-gathering.ts';
import { isPastEnd, isThere, type Pricing, pricesOf, versionsInForce } from './pricing.ts';

/** What an account's usage of a period is rated with. */
export function ratingScope(pricing: Pricing, period: BillingPeriod): RatingScope {
  return {
    accountId: pricing.account.id,
    period,
    days: daysOf(period),
    versions: versionsInForce(pricing, period),
    currency: pricing.account.currency,
    minorUnit: pricing.minorUnit,
    licenses: pricing.licenses,
  };
}

/** The charge, and with it every one that a license of it, or of those, covers too. */
export function chargesWith(
  line: ChargeLine,
  pricing: Pricing,
): { meters: ReadonlySet<string>; isAlone: boolean; includes: (charge: ChargeUsage) => boolean } {
  const { priceKey } = line;
  const keys = new Set([priceKey]);
  for (let before = 0; before < keys.size; ) {
    before = keys.size;
    for (const { weights } of pricing.licenses) {
      const named = Object.keys(weights);
      if (named.some((key) => keys.has(key))) for (const key of named) keys.add(key);
    }
  }
  const meters = new Set(pricesOf(pricing).flatMap(({ key, meter }) => (keys.has(key) ? [meter] : [])));
  const isLicensed = pricing.licenses.some(({ weights }) => priceKey in weights);
  const includes = (charge: ChargeUsage) => (isLicensed ? keys.has(charge.priceKey) : isSameLine(charge, line));
  return { meters, isAlone: !isLicensed, includes };
}

/** What reading an account's usage needs to know of its pricing. */
export function pricedAccount(pricing: Pricing, period: BillingPeriod): PricedAccount {
  return {
    accountId: pricing.account.id,
    versions: versionsInForce(pricing, period),
    isCharged: pricing.rulings.length > 0 && !isPastEnd(pricing.account, period),
    isThere: isThere(pricing.account, period),
    licensed: new Set(pricing.licenses.flatMap(({ weights }) => Object.keys(weights))),
  };
}

/** Bounds of the period's days. */
export function daysOf(period: BillingPeriod): Micros[] {
  return windowBounds(period.from, period.to, 'DAY', period.timeZone);
}

/** The instants at which counted usage must be read apart: versions, license terms, days where they are asked for. */
export function cutsOf(pricing: Pricing, period: BillingPeriod, days: readonly Micros[]): Set<Micros> {
  const terms = pricing.licenses.flatMap(instantsOf);
  const versions = versionsInForce(pricing, period).map(({ from }) => from);
  return new Set([...versions, ...terms, ...days].filter((at) => at > period.from && at < period.to));
}
