import type { ClickHouse } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { isPoolOf } from '../domain/license-terms.ts';
import { AccountRater } from '../domain/rating/account-rater.ts';
import type { ChargeUsage, RatedPart, Rating, RatingScope } from '../domain/rating/rating.types.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';
import type { GatheredUsage, Span } from './charge-gathering.ts';
import { daysOf, ratingScope } from './charge-scope.ts';
import { readEverFiner } from './finer-reading.ts';
import type { UnpricedUsage } from './invoice.types.ts';
import { KnownFineness } from './known-fineness.ts';
import { pricesOf } from './pricing.ts';
import { type CoarseWindow, type UsageQuestion, UsageReading } from './usage-reading.ts';

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

/** Who is told every part of the charges. */
export interface PartsWanted {
  /** Usage may be read more finely after it was rated: asked before each rating, of which the last one is right. */
  begin: (scope: RatingScope) => (charge: ChargeUsage, part: RatedPart) => void;
  /** See `RatingScope.byStage`. */
  byStage?: true;
}

/** Which charges are wanted, of what and how finely read. */
export interface ChargesQuestion extends UsageQuestion {
  parts?: PartsWanted;
}

/** Computes an account's charges. The one function behind every surface that shows money. */
export type ChargesReader = (question: ChargesQuestion) => Promise<AccountCharges>;

/** Each license runs out once, and its stretch is read in four steps; finer reading may move where others run out. */
const MOST_READINGS_OF_A_LICENSE = 64;

export function createChargesReader(store: ClickHouse, registry: MeterRegistry): ChargesReader {
  const known = new KnownFineness();
  return async (question) => {
    const { pricing, period } = question;
    const meters = (question.meters ?? registry.currentMeters()).map((meter) => meterIn(meter, period));
    const reading = new UsageReading(
      store,
      question,
      meters,
      question.usage === undefined ? known.of(question) : undefined,
    );
    const rated = (usage: GatheredUsage) => {
      const rater = rateUsage(question, usage);
      return { usage, rater, rating: rater.result() };
    };
    const { usage, rater, rating } = await readEverFiner(
      rated(await reading.inWindows()),
      async ({ usage, rating }) => {
        const coarse = coarseExhaustion(rating, usage, question, (window) => reading.isFinest(window));
        return coarse && rated(await reading.finer(usage, coarse));
      },
      {
        most: MOST_READINGS_OF_A_LICENSE * (pricing.licenses.length + 1),
        what: `account ${pricing.account.id}, ${period.key}: still unknown where its licenses ran out`,
      },
    );
    if (question.only === undefined) known.keep(question, reading.fineness);
    return { rating, unpriced: usage.unpriced, usage, rater, days: daysOf(period) };
  };
}

function rateUsage({ pricing, period, byDay, parts }: ChargesQuestion, { charges }: GatheredUsage): AccountRater {
  const scope = ratingScope(pricing, period);
  const rater = new AccountRater({
    ...scope,
    ...(byDay ? { byDay: true } : {}),
    ...(parts === undefined ? {} : { onPart: parts.begin(scope), byStage: parts.byStage === true }),
  });
  rater.rate(charges);
  return rater;
}

/**
 * A bucket of events inside which a pool ran out, so that it is not known which of them it still covered.
 * @param isFinest whether it was read event by event already
 */
function coarseExhaustion(
  rating: Rating,
  usage: GatheredUsage,
  { pricing, period }: ChargesQuestion,
  isFinest: (window: Span) => boolean,
): CoarseWindow | null {
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
        if (isFinest({ from, to })) continue;
        return {
          from,
          to,
          meters: new Set(pricesOf(pricing).flatMap(({ key, meter }) => (weights[key] === undefined ? [] : [meter]))),
        };
      }
    }
  }
  return null;
}
