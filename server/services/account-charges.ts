import { createHash } from 'node:crypto';
import type { ClickHouse, Micros } from '../../clickhouse/index.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { AccountRater } from '../domain/rating/account-rater.ts';
import type { ChargeUsage, RatedPart, Rating } from '../domain/rating/rating.types.ts';
import { windowBounds } from '../domain/windows.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import type { GatheredUsage, PricedAccount, Span } from './charge-gathering.ts';
import { gatherUsage } from './charge-usage.ts';
import type { UnpricedUsage } from './invoice.types.ts';
import { type Pricing, versionsInForce } from './pricing.ts';

/** An account's charges of a period, rated. */
export interface AccountCharges {
  rating: Rating;
  unpriced: UnpricedUsage[];
  /** What was rated. */
  usage: GatheredUsage;
  /** Where rating stands after it: what comes later goes on from a fork of this. */
  rater: AccountRater;
  /** Bounds of the days of the period. */
  days: Micros[];
}

export interface ChargesQuestion {
  pricing: Pricing;
  period: BillingPeriod;
  /** Open intervals run to here. */
  through: Micros;
  /** Whether each charge's amounts by day are wanted. */
  byDay?: boolean;
  /** Whether counted usage is read day by day, though amounts by day are not wanted. */
  readByDay?: boolean;
  /** Read already, with the cuts of `cutsOf`; else it is read. */
  usage?: GatheredUsage;
  onPart?: (charge: ChargeUsage, part: RatedPart) => void;
}

/** Computes an account's charges. The one function behind every surface that shows money. */
export type ChargesReader = (question: ChargesQuestion) => Promise<AccountCharges>;

const DAY: Micros = 86_400_000_000;
const HOUR: Micros = 3_600_000_000;
const MINUTE: Micros = 60_000_000;

export function createChargesReader(store: ClickHouse, registry: MeterRegistry): ChargesReader {
  return async (question) => {
    const { pricing, period, through, byDay = false, readByDay = byDay } = question;
    const days = daysOf(pricing, period);
    const account = pricedAccount(pricing, period);
    const cuts = cutsOf(pricing, period, readByDay ? days : []);
    const singleEvents: Span[] = [];
    const read = async (meters: readonly RegisteredMeter[]) => {
      const scope = { period, through, cuts: [...cuts], singleEvents };
      return (await gatherUsage(store, meters, [account], scope)).get(account.accountId) as GatheredUsage;
    };
    const { onPart, ...quiet } = question;
    let usage = question.usage ?? (await read(registry.currentMeters()));
    for (;;) {
      const rater = rateUsage(quiet, usage, days);
      const rating = rater.result();
      const coarse = coarseExhaustion(rating, usage, pricing, singleEvents);
      if (coarse === null) {
        // Parts are told of the last reading only.
        if (onPart !== undefined) rateUsage(question, usage, days);
        return { rating, unpriced: usage.unpriced, usage, rater, days };
      }
      // A pool ran out somewhere among many events: read that stretch more finely, at last event by event.
      const { from, to } = coarse;
      const unit = to - from > DAY ? DAY : to - from > HOUR ? HOUR : to - from > MINUTE ? MINUTE : null;
      if (unit === null) singleEvents.push({ from, to });
      else for (let at = from + unit - (from % unit); at < to; at += unit) cuts.add(at);
      cuts.add(from).add(to);
      const meters = registry.currentMeters().filter(({ key }) => coarse.meters.has(key));
      const finer = await read(meters);
      const others = usage.charges.filter(({ priceKey }) => !coarse.meters.has(meterOf(account, priceKey)));
      usage = {
        charges: [...others, ...finer.charges.filter((c) => coarse.meters.has(meterOf(account, c.priceKey)))],
        unpriced: usage.unpriced,
      };
    }
  };
}

function rateUsage(
  { pricing, period, byDay, onPart }: ChargesQuestion,
  { charges }: GatheredUsage,
  days: readonly Micros[],
): AccountRater {
  const rater = new AccountRater({
    period,
    days,
    versions: versionsInForce(pricing.rateCard?.versions ?? [], period),
    discountPercent: pricing.rateCard?.discountPercent ?? '0',
    currency: pricing.account.currency,
    minorUnit: pricing.minorUnit,
    licenses: pricing.licenses,
    ...(byDay ? { byDay: true } : {}),
    ...(onPart === undefined ? {} : { onPart }),
  });
  rater.rate(charges);
  return rater;
}

/** What reading an account's usage needs to know of its pricing. */
export function pricedAccount(pricing: Pricing, period: BillingPeriod): PricedAccount {
  return {
    accountId: pricing.account.id,
    versions: versionsInForce(pricing.rateCard?.versions ?? [], period),
    licensed: new Set(pricing.licenses.flatMap(({ weights }) => Object.keys(weights))),
  };
}

/** Bounds of the period's days in the account's zone. */
function daysOf({ account }: Pricing, period: BillingPeriod): Micros[] {
  return windowBounds(period.from, period.to, 'DAY', account.timeZone);
}

/** The instants at which counted usage must be read apart: versions, license terms, days where they are asked for. */
export function cutsOf(pricing: Pricing, period: BillingPeriod, days: readonly Micros[]): Set<Micros> {
  const terms = pricing.licenses.flatMap(({ from, to }) => [Date.parse(from) * 1000, Date.parse(to) * 1000]);
  const versions = versionsInForce(pricing.rateCard?.versions ?? [], period).map(({ from }) => from);
  return new Set([...versions, ...terms, ...days].filter((at) => at > period.from && at < period.to));
}

/**
 * A bucket of events inside which a pool ran out, so that it is not known which of them it still covered.
 * @param finest what was read event by event already: a maximum or a latest value stays a bucket even then
 */
function coarseExhaustion(
  rating: Rating,
  usage: GatheredUsage,
  pricing: Pricing,
  finest: readonly Span[],
): { from: Micros; to: Micros; meters: ReadonlySet<string> } | null {
  for (const { licenseId, exhaustedAt } of rating.licenses) {
    const weights = pricing.licenses.find(({ id }) => id === licenseId)?.weights ?? {};
    if (exhaustedAt === null) continue;
    for (const charge of usage.charges) {
      if (weights[charge.priceKey] === undefined) continue;
      for (const { kind, from, to } of charge.contributions) {
        if (kind !== 'bucket' || from > exhaustedAt || exhaustedAt >= to) continue;
        if (finest.some((span) => span.from === from && span.to === to)) continue;
        const prices = pricing.rateCard?.versions.flatMap((version) => version.prices) ?? [];
        return {
          from,
          to,
          meters: new Set(prices.flatMap(({ key, meter }) => (weights[key] === undefined ? [] : [meter]))),
        };
      }
    }
  }
  return null;
}

/** The meter a price is for: prices keep it from version to version or have another key. */
function meterOf({ versions }: PricedAccount, priceKey: string): string {
  return versions.findLast(({ prices }) => prices.has(priceKey))?.prices.get(priceKey)?.meter ?? '';
}

/** A charge's id: the same for the same price and line of an account's period, however often it is computed. */
export function chargeIdOf(periodKey: string, priceKey: string, lineValues: Readonly<Record<string, string>>): string {
  const line = Object.entries(lineValues).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256')
    .update(JSON.stringify([priceKey, line]))
    .digest('hex');
  return `${periodKey}-${digest.slice(0, 20)}`;
}
