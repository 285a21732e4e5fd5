import type { ClickHouse } from '../../clickhouse/index.ts';
import { addsUp } from '../domain/aggregation.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import { chargeKey } from '../domain/pricing/charge-line.ts';
import type { Contribution } from '../domain/rating/contribution.ts';
import { countUntil, rising } from '../domain/rating/instants.ts';
import type { ChargeUsage } from '../domain/rating/rating.types.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';
import type { Span } from './charge-gathering.ts';
import { cutsOf, daysOf, pricedAccount } from './charge-scope.ts';
import { gatherUsage } from './charge-usage.ts';
import { type Pricing, pricesOf } from './pricing.ts';

/** Usage of a period that was read by day. */
export interface UsageByDay {
  pricing: Pricing;
  period: BillingPeriod;
  /** Open intervals run to here. */
  through: Micros;
  charges: readonly ChargeUsage[];
}

/**
 * The same usage with what was counted on one day told apart by its hours. Only that is read again: what runs can be cut, and
 * windows that were read more finely already stay as they are.
 * @param hours bounds of the day's hours, both ends of the day included
 */
export async function usageByHour(
  { store, registry }: { store: ClickHouse; registry: MeterRegistry },
  { pricing, period, through, charges }: UsageByDay,
  hours: readonly Micros[],
): Promise<readonly ChargeUsage[]> {
  const isCoarse = ({ kind, from, to }: Contribution) =>
    kind === 'bucket' && (hours[countUntil(hours, from)] ?? to) < to;
  const coarse = new Set(charges.filter(({ contributions }) => contributions.some(isCoarse)));
  if (coarse.size === 0) return charges;
  const windows = [...coarse].flatMap(({ contributions }) => contributions.filter(isCoarse));
  const cuts = [...hours, ...windows.flatMap(({ from, to }) => [from, to])];
  const account = pricedAccount(pricing, period);
  const read = async (meters: readonly RegisteredMeter[], span: Span, at: readonly Micros[]) => {
    if (meters.length === 0) return [];
    const scope = { period: { ...period, ...span }, through, cuts: rising(at), singleEvents: [] };
    const gathered = await gatherUsage(store, meters, [account], { ...scope, withoutUnpriced: true });
    return gathered.get(account.accountId)?.charges ?? [];
  };
  const meters = metersOf(registry, pricing, coarse).map((meter) => meterIn(meter, period));
  const isAdding = ({ aggregation }: RegisteredMeter) => addsUp(aggregation);
  const finer = await Promise.all([
    read(meters.filter(isAdding), { from: hours[0] as Micros, to: hours.at(-1) as Micros }, cuts),
    // What stands at something is told by the difference to all that was before.
    read(
      meters.filter((meter) => !isAdding(meter)),
      { from: period.from, to: period.to },
      [...cutsOf(pricing, period, daysOf(period)), ...cuts],
    ),
  ]);
  const byKey = new Map(finer.flat().map((charge) => [chargeKey(charge), charge]));
  return charges.map((charge) =>
    coarse.has(charge) ? withFiner(charge, byKey.get(chargeKey(charge)), isCoarse) : charge,
  );
}

/** A charge with finer windows of the same usage in the place of those that are too coarse. */
function withFiner(
  charge: ChargeUsage,
  read: ChargeUsage | undefined,
  isCoarse: (contribution: Contribution) => boolean,
): ChargeUsage {
  const byGroup = new Map<string, Contribution[]>();
  for (const each of read?.contributions ?? []) {
    const own = byGroup.get(each.id) ?? [];
    byGroup.set(each.id, own);
    own.push(each);
  }
  const finerThan = ({ id, from, to }: Contribution) =>
    (byGroup.get(id) ?? []).filter((piece) => piece.kind === 'bucket' && piece.from >= from && piece.to <= to);
  return {
    ...charge,
    contributions: charge.contributions.flatMap((each) => (isCoarse(each) ? finerThan(each) : [each])),
  };
}

function metersOf(registry: MeterRegistry, pricing: Pricing, charges: Iterable<ChargeUsage>): RegisteredMeter[] {
  const keys = new Set([...charges].map(({ priceKey }) => priceKey));
  const wanted = new Set(pricesOf(pricing).flatMap(({ key, meter }) => (keys.has(key) ? [meter] : [])));
  return registry.currentMeters().filter(({ key }) => wanted.has(key));
}
