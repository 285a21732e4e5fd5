import { type ClickHouse, cameLater } from '../../../clickhouse/index.ts';
import { chargesWith } from '../../billing/charge-scope.ts';
import { isLevels } from '../../domain/aggregation.ts';
import type { Micros } from '../../domain/instant.ts';
import { type RegisteredMeter, readingOf } from '../../metering/registry.ts';
import { meterIn } from '../../metering/stretches.ts';
import type { FoundCharge } from './found-charge.ts';

/** Meters as they stood when everything received up to an instant was metered. */
export function metersAsOf(meters: readonly RegisteredMeter[], asOf: Micros): RegisteredMeter[] {
  return meters.map((meter) => ({ ...meter, asOf }));
}

/** The charge as it is at its watermark: whatever comes later, it stays as it is. */
export function standingStill(found: FoundCharge, inForce: readonly RegisteredMeter[]): FoundCharge {
  if (found.meters !== null) return found;
  const meters = metersAsOf(metersOf(found, inForce), found.meteredThrough);
  const { from, to } = found.period;
  const meter = meters.find(({ key }) => key === found.meter.key);
  return { ...found, meters, meter: meter === undefined ? found.meter : meterIn(meter, { from, to }) };
}

/**
 * Reads something of a charge. Of one that stands still, windows and intervals that are kept are good enough as long as no
 * event counts in it that came later; that is asked after they were read. Else it is read from the events known then.
 */
export async function readAsItStands<Answer>(
  store: ClickHouse,
  found: FoundCharge,
  read: (found: FoundCharge) => Promise<Answer>,
): Promise<Answer> {
  if (found.meters === null) return read(found);
  const answer = await read(asKept(found));
  const meters = metersOf(found, found.meters);
  const hasLevels = meters.some(({ aggregation }) => isLevels(aggregation));
  // A level that was told late reaches into the periods after it.
  const span = { from: hasLevels ? 0 : found.period.from, to: found.through };
  const isOld = await cameLater(store.read, found.account.id, meters.map(readingOf), span);
  return isOld ? read(found) : answer;
}

function asKept(found: FoundCharge): FoundCharge {
  const kept = ({ asOf: _, ...meter }: RegisteredMeter): RegisteredMeter => meter;
  return { ...found, meter: kept(found.meter), meters: found.meters?.map(kept) ?? null };
}

/** Those that the charge, and what draws from its licenses, is metered by. */
function metersOf({ line, pricing }: FoundCharge, meters: readonly RegisteredMeter[]): RegisteredMeter[] {
  const wanted = chargesWith(line, pricing).meters;
  return meters.filter(({ key }) => wanted.has(key));
}
