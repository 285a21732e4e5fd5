import { type ClickHouse, hasReturns } from '../../clickhouse/index.ts';
import { isLevels } from '../domain/aggregation.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { modelOf } from '../domain/pricing/models/models.ts';
import type { Price } from '../domain/pricing/price.ts';
import type { VersionInForce } from '../domain/rating/rating.types.ts';
import { type RegisteredMeter, readingOf } from '../metering/registry.ts';
import { stretchesOf } from '../metering/stretches.ts';
import type { Pricing } from './pricing.ts';
import { hasOneStart } from './standing-changes.ts';

interface OrderQuestion {
  pricing: Pricing;
  period: BillingPeriod;
  versions: readonly VersionInForce[];
  /** Those whose usage is wanted. */
  meters: readonly RegisteredMeter[];
  /** Whether it is asked what each event costs, and not only what they cost together. */
  eachEvent: boolean;
}

/**
 * The prices whose usage windows cannot stand in for. Under one price a charge is P of its last quantity so far, so that
 * windows may, whatever is taken back in them. Which event came when bears on it where what is taken back gives back what it
 * drew of a license, or is of an earlier price; where amounts may fall under a volume price that a license in money pays; and
 * where values seen before their price began count anew.
 */
export async function pricesInOrder(store: ClickHouse, question: OrderQuestion): Promise<ReadonlySet<string>> {
  const { versions } = question;
  const keys = new Set(versions.flatMap(({ prices }) => [...prices.keys()]));
  const returns = new Map<string, Promise<boolean>>();
  const takesBack = (meter: RegisteredMeter) => {
    const known = returns.get(meter.key) ?? givesBack(store, meter, question);
    returns.set(meter.key, known);
    return known;
  };
  const inOrder = await Promise.all(
    [...keys].map(async (key) => {
      const prices = versions.flatMap((version) => version.prices.get(key) ?? []);
      const meter = question.meters.find((each) => each.key === prices.at(-1)?.meter);
      if (meter === undefined || isLevels(meter.aggregation)) return false;
      const stretches = stretchesOf(meter, { from: question.period.from, to: question.period.to });
      if (stretches.some((stretch) => stretch.meter.aggregation === 'unique') && !hasOneStart(versions, key))
        return true;
      return mayFall(prices, question) || (isOrdered(prices, meter, question) && (await takesBack(meter)));
    }),
  );
  return new Set([...keys].filter((_, i) => inOrder[i]));
}

/** Whether more usage can cost less, where a license pays amounts. */
function mayFall(prices: readonly Price[], { pricing: { licenses, account } }: OrderQuestion): boolean {
  if (!prices.some((price) => modelOf(price).mayFall)) return false;
  return licenses.some(({ unit, weights }) => unit === account.currency && prices.some(({ key }) => key in weights));
}

/** Whether it matters when usage is taken back. A latest value is priced anew with each window in which it was told. */
function isOrdered(
  prices: readonly Price[],
  { aggregation }: RegisteredMeter,
  { pricing: { licenses }, eachEvent }: OrderQuestion,
): boolean {
  if (licenses.some(({ weights }) => prices.some(({ key }) => key in weights))) return true;
  if (aggregation === 'sum' && prices.length > 1) return true;
  const isEven = (price: Price) =>
    modelOf(price).isEven && [price.included, price.minimum, price.maximum].every((limit) => limit === undefined);
  return eachEvent && !prices.every(isEven);
}

async function givesBack(
  store: ClickHouse,
  meter: RegisteredMeter,
  { pricing, period }: OrderQuestion,
): Promise<boolean> {
  const aggregations = stretchesOf(meter, { from: period.from, to: period.to }).map((each) => each.meter.aggregation);
  if (aggregations.includes('latest')) return true;
  if (!aggregations.includes('sum')) return false;
  return hasReturns(store.read, pricing.account.id, readingOf(meter), period);
}
