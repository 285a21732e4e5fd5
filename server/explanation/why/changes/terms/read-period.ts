import type { ClickHouse } from '../../../../../clickhouse/index.ts';
import type { ChargesReader } from '../../../../billing/account-charges.ts';
import { daysOf, ratingScope } from '../../../../billing/charge-scope.ts';
import { frozenMeters, frozenPricing } from '../../../../billing/invoices/corrections.ts';
import { metersAsOf, readAsKnown } from '../../../../billing/kept/as-known.ts';
import { type Pricing, pricingOf } from '../../../../billing/pricing.ts';
import type { Account } from '../../../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../../../database/accounts/billing-periods.ts';
import type { Database } from '../../../../database/database.types.ts';
import type { InvoiceHead } from '../../../../database/invoices/invoices.ts';
import type { Micros } from '../../../../domain/instant.ts';
import type { ChargeLine } from '../../../../domain/pricing/charge-line.ts';
import { AccountRater } from '../../../../domain/rating/account-rater.ts';
import type { ChargeUsage, Rating, RatingScope } from '../../../../domain/rating/rating.types.ts';
import type { MeterRegistry, RegisteredMeter } from '../../../../metering/registry.ts';
import { PeriodTerms } from './period-terms.ts';
import { TermsWanted } from './terms-wanted.ts';

/** What periods are read from. */
export interface PeriodDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
}

/** A period to read: `head` where its invoice was issued, with what it is then read as it was issued. */
export interface PeriodToRead {
  account: Account;
  period: AccountPeriodRow;
  head: InvoiceHead | null;
  /** Every event received up to here is in the numbers, while nothing is issued. */
  meteredThrough: Micros;
  /** More instants, beside its days, between which its amounts are told. */
  cuts: readonly Micros[];
  /** Only this charge is wanted: it is read with those that a license covers together with it, as when it is opened. */
  only?: ChargeLine;
}

/** A period of an account, taken apart. */
export interface ReadPeriod {
  period: AccountPeriodRow;
  pricing: Pricing;
  rating: Rating;
  terms: PeriodTerms;
  /** Bounds of its days, and the cuts asked for. */
  bounds: readonly Micros[];
  /** Amounts are known up to here. */
  through: Micros;
  /** Events received by then are in it; absent: by when it is asked. */
  asOf?: Micros;
}

/** A period to read between the bounds of its days. */
export interface PeriodByDay extends Omit<PeriodToRead, 'cuts'> {
  /** What was read so at the same watermark, by the keys of periods: each is read once. */
  readAlready?: Map<string, Promise<ReadPeriod>>;
}

/** Reads a period by day, unless it was already; see `readPeriod`. */
export function readByDay(deps: PeriodDeps, { readAlready, ...asked }: PeriodByDay): Promise<ReadPeriod> {
  const read = () => readPeriod(deps, { ...asked, cuts: [] });
  if (readAlready === undefined || asked.only !== undefined) return read();
  const { key } = asked.period;
  const known = readAlready.get(key) ?? read();
  readAlready.set(key, known);
  return known;
}

/** Rates a whole period, as its invoice does, and takes its charges apart between the bounds of its days. */
export async function readPeriod(deps: PeriodDeps, asked: PeriodToRead): Promise<ReadPeriod> {
  const { account, period, head, only } = asked;
  const now = await pricingOf(deps.database.queries, account);
  const pricing = head === null ? now : await frozenPricing(deps, now, head);
  const meteredThrough = head?.meteredThroughMicros ?? asked.meteredThrough;
  const through = Math.min(period.to, meteredThrough);
  const bounds = boundsOf(period, asked.cuts);
  // Where days are enough it is taken apart as it is rated; more cuts are rated anew, once it is known how finely it is read.
  const byDay = asked.cuts.length === 0 ? new TermsWanted() : null;
  const read = (meters: readonly RegisteredMeter[] | null) =>
    deps.charges({
      ...{ pricing, period, through, finer: { cuts: bounds.slice(1, -1), singleEvents: [] } },
      ...(byDay === null ? { readByDay: true } : { byDay: true, parts: byDay.parts }),
      ...(meters === null ? {} : { meters }),
      ...(only === undefined ? {} : { only }),
    });
  const meters = head === null ? null : metersAsOf(await frozenMeters(deps, head), meteredThrough);
  const known = { meters, from: period.from, to: through };
  const charges = await readAsKnown(deps.store, account.id, known, read);
  const { rating, terms } =
    byDay === null
      ? ratedAt(bounds, ratingScope(pricing, period), charges.usage.charges)
      : { rating: charges.rating, terms: byDay.terms };
  terms.done(rating.charges, period.key, through);
  return { period, pricing, rating, terms, bounds, through, asOf: meteredThrough };
}

/** Usage rated, and taken apart between bounds. */
function ratedAt(bounds: readonly Micros[], scope: RatingScope, usage: readonly ChargeUsage[]) {
  const terms = new PeriodTerms(bounds, scope.versions);
  const rater = new AccountRater({
    ...{ ...scope, days: bounds, byDay: true, byStage: true },
    onPart: (charge, part) => terms.add(charge, part),
  });
  rater.rate(usage);
  return { rating: rater.result(), terms };
}

function boundsOf(period: AccountPeriodRow, cuts: readonly Micros[]): Micros[] {
  const inside = [...daysOf(period), ...cuts].filter((at) => at > period.from && at < period.to);
  return [...new Set([period.from, ...inside, period.to])].sort((a, b) => a - b);
}
