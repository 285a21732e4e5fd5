import type { ClickHouse } from '../../clickhouse/index.ts';
import { addsUp } from '../domain/aggregation.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import { DAY, HOUR, MINUTE } from '../domain/instant.ts';
import { instantsOf, isPoolOf } from '../domain/license-terms.ts';
import { AccountRater } from '../domain/rating/account-rater.ts';
import type { ChargeUsage, RatedPart, Rating, RatingScope } from '../domain/rating/rating.types.ts';
import { windowBounds } from '../domain/windows.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';
import type { GatheredUsage, PricedAccount, Span } from './charge-gathering.ts';
import { type ChargeLine, lineText } from './charge-line.ts';
import { gatherUsage } from './charge-usage.ts';
import type { UnpricedUsage } from './invoice.types.ts';
import { isPastEnd, isThere, type Pricing, pricesOf, versionsInForce } from './pricing.ts';
import { changesOf } from './running-changes.ts';
import { pricesInOrder } from './usage-order.ts';

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
  /** Only this charge, and those that draw from its licenses. */
  only?: ChargeLine;
  /** The meters as they stood then, of a charge that stands still; else those in force. */
  meters?: readonly RegisteredMeter[];
  /** More instants at which counted usage is read apart, and spans in which it is read event by event. */
  finer?: { cuts: readonly Micros[]; singleEvents: readonly Span[] };
  onPart?: (charge: ChargeUsage, part: RatedPart) => void;
}

/** Computes an account's charges. The one function behind every surface that shows money. */
export type ChargesReader = (question: ChargesQuestion) => Promise<AccountCharges>;

const NONE: ReadonlySet<string> = new Set();
/** Each license runs out once, and its stretch is read in four steps; finer reading may move where others run out. */
const MOST_READINGS_OF_A_LICENSE = 64;

export function createChargesReader(store: ClickHouse, registry: MeterRegistry): ChargesReader {
  return async (question) => {
    const { pricing, period, through, byDay = false, readByDay = byDay } = question;
    const days = daysOf(period);
    const account = pricedAccount(pricing, period);
    const cuts = cutsOf(pricing, period, readByDay ? days : []);
    for (const cut of question.finer?.cuts ?? []) cuts.add(cut);
    const singleEvents: Span[] = [...(question.finer?.singleEvents ?? [])];
    const wanted = question.only === undefined ? null : chargesWith(question.only, pricing);
    const inForce = (question.meters ?? registry.currentMeters()).map((meter) => meterIn(meter, period));
    const meterBy = (key: string) => inForce.find((meter) => meter.key === key);
    const meters = inForce.filter(({ key }) => wanted === null || wanted.meters.has(key));
    const { versions } = account;
    const eachEvent = question.only !== undefined;
    const read = async (meters: readonly RegisteredMeter[], inOrder: ReadonlySet<string>) => {
      const only = wanted?.isAlone ? { only: question.only } : {};
      const scope = { period, through, cuts: [...cuts], singleEvents, inOrder, ...only };
      const all = (await gatherUsage(store, meters, [account], scope)).get(account.accountId) as GatheredUsage;
      return wanted === null ? all : { ...all, charges: all.charges.filter(wanted.includes) };
    };
    /** Charges on meters that stand at something, where they are wanted so: by the events that changed it. */
    const inChanges = async (charges: readonly ChargeUsage[], isWanted: (charge: ChargeUsage) => boolean) => {
      const byMeter = new Map<RegisteredMeter, ChargeUsage[]>();
      for (const charge of charges) {
        const meter = meterBy(meterOf(account, charge.priceKey));
        if (meter === undefined || addsUp(meter.aggregation) || !isWanted(charge)) continue;
        byMeter.set(meter, [...(byMeter.get(meter) ?? []), charge]);
      }
      const changed = new Map<ChargeUsage, ChargeUsage>();
      const change = async ([meter, own]: [RegisteredMeter, ChargeUsage[]]) => {
        const changes = await changesOf(store, { pricing, period, meter, charges: own });
        for (const [i, charge] of own.entries()) changed.set(charge, changes[i] as ChargeUsage);
      };
      await Promise.all([...byMeter].map(change));
      return charges.map((charge) => changed.get(charge) ?? charge);
    };
    const { onPart, ...quiet } = question;
    // In windows, which mostly is right, while it is asked whether they can stand in.
    const [ordered, inWindows] = await Promise.all([
      pricesInOrder(store, { pricing, period, versions, eachEvent, meters }),
      question.usage ?? read(meters, NONE),
    ]);
    const inOrder = new Set([...ordered].map((key) => meterOf(account, key)));
    const asRead = inOrder.size === 0 ? inWindows : await read(meters, inOrder);
    let usage = { ...asRead, charges: await inChanges(asRead.charges, ({ priceKey }) => ordered.has(priceKey)) };
    const mostReadings = MOST_READINGS_OF_A_LICENSE * (pricing.licenses.length + 1);
    for (let reading = 1; reading <= mostReadings; reading++) {
      const rater = rateUsage(quiet, usage);
      const rating = rater.result();
      const coarse = coarseExhaustion(rating, usage, pricing, period, singleEvents);
      if (coarse === null) {
        // Parts are told of the last reading only.
        if (onPart !== undefined) rateUsage(question, usage);
        return { rating, unpriced: usage.unpriced, usage, rater, days };
      }
      // A pool ran out somewhere among many events. What stands at something is told by its changes, all of it at once.
      const { from, to, meters: drawing } = coarse;
      const isDrawing = ({ priceKey }: ChargeUsage) => drawing.has(meterOf(account, priceKey));
      const changed = await inChanges(usage.charges, (charge) => isDrawing(charge) && inWindowsStill(charge));
      if (changed.some((charge, i) => charge !== usage.charges[i])) {
        usage = { ...usage, charges: changed };
        continue;
      }
      // What adds up is read more finely in that stretch, at last event by event.
      const unit = to - from > DAY ? DAY : to - from > HOUR ? HOUR : to - from > MINUTE ? MINUTE : null;
      if (unit === null) singleEvents.push({ from, to });
      else for (let at = from + unit - (from % unit); at < to; at += unit) cuts.add(at);
      cuts.add(from).add(to);
      const again = inForce.filter(({ key, aggregation }) => drawing.has(key) && addsUp(aggregation));
      const isAgain = ({ priceKey }: ChargeUsage) => again.some(({ key }) => key === meterOf(account, priceKey));
      const finer = await read(again, inOrder);
      const others = usage.charges.filter((charge) => !isAgain(charge));
      usage = { charges: [...others, ...finer.charges.filter(isAgain)], unpriced: usage.unpriced };
    }
    throw new Error(
      `account ${account.accountId}, ${period.key}: still unknown where its licenses ran out after ${mostReadings} readings`,
    );
  };
}

/** What an account's usage of a period is rated with. */
export function ratingScope(pricing: Pricing, period: BillingPeriod): RatingScope {
  return {
    period,
    days: daysOf(period),
    versions: versionsInForce(pricing, period),
    currency: pricing.account.currency,
    minorUnit: pricing.minorUnit,
    licenses: pricing.licenses,
  };
}

function rateUsage({ pricing, period, byDay, onPart }: ChargesQuestion, { charges }: GatheredUsage): AccountRater {
  const rater = new AccountRater({
    ...ratingScope(pricing, period),
    ...(byDay ? { byDay: true } : {}),
    ...(onPart === undefined ? {} : { onPart }),
  });
  rater.rate(charges);
  return rater;
}

/** The charge, and with it every one that a license of it, or of those, covers too. */
export function chargesWith(
  { priceKey, lineValues }: ChargeLine,
  pricing: Pricing,
): { meters: ReadonlySet<string>; isAlone: boolean; includes: (charge: ChargeUsage) => boolean } {
  const keys = new Set([priceKey]);
  for (let before = 0; before < keys.size; ) {
    before = keys.size;
    for (const { weights } of pricing.licenses) {
      const named = Object.keys(weights);
      if (named.some((key) => keys.has(key))) for (const key of named) keys.add(key);
    }
  }
  const meters = new Set(pricesOf(pricing).flatMap(({ key, meter }) => (keys.has(key) ? [meter] : [])));
  const line = lineText(lineValues);
  const isLicensed = pricing.licenses.some(({ weights }) => priceKey in weights);
  const includes = (charge: ChargeUsage) =>
    isLicensed ? keys.has(charge.priceKey) : charge.priceKey === priceKey && lineText(charge.lineValues) === line;
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
function daysOf(period: BillingPeriod): Micros[] {
  return windowBounds(period.from, period.to, 'DAY', period.timeZone);
}

/** The instants at which counted usage must be read apart: versions, license terms, days where they are asked for. */
export function cutsOf(pricing: Pricing, period: BillingPeriod, days: readonly Micros[]): Set<Micros> {
  const terms = pricing.licenses.flatMap(instantsOf);
  const versions = versionsInForce(pricing, period).map(({ from }) => from);
  return new Set([...versions, ...terms, ...days].filter((at) => at > period.from && at < period.to));
}

/**
 * A bucket of events inside which a pool ran out, so that it is not known which of them it still covered.
 * @param finest what was read event by event already
 */
function coarseExhaustion(
  rating: Rating,
  usage: GatheredUsage,
  pricing: Pricing,
  period: Span,
  finest: readonly Span[],
): { charge: ChargeUsage; from: Micros; to: Micros; meters: ReadonlySet<string> } | null {
  const ranOut = rating.licenses.flatMap((pool) =>
    [pool.exhaustedAt, ...(pool.exhaustedAgainAt ?? [])].map((exhaustedAt) => ({ pool, exhaustedAt })),
  );
  for (const { pool, exhaustedAt } of ranOut) {
    const weights = pricing.licenses.find((license) => isPoolOf(license, pool, period))?.weights ?? {};
    if (exhaustedAt === null) continue;
    for (const charge of usage.charges) {
      if (weights[charge.priceKey] === undefined) continue;
      for (const { kind, from, to } of charge.contributions) {
        if (kind !== 'bucket' || from > exhaustedAt || exhaustedAt >= to) continue;
        if (finest.some((span) => span.from === from && span.to === to)) continue;
        return {
          charge,
          from,
          to,
          meters: new Set(pricesOf(pricing).flatMap(({ key, meter }) => (weights[key] === undefined ? [] : [meter]))),
        };
      }
    }
  }
  return null;
}

/** Whether some of its usage is told in windows. */
function inWindowsStill({ contributions }: ChargeUsage): boolean {
  return contributions.some(({ kind }) => kind === 'bucket');
}

/** The meter a price is for: prices keep it from version to version or have another key. */
function meterOf({ versions }: PricedAccount, priceKey: string): string {
  return versions.findLast(({ prices }) => prices.has(priceKey))?.prices.get(priceKey)?.meter ?? '';
}
