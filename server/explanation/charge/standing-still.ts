import type { ClickHouse } from '../../../clickhouse/index.ts';
import { chargesWith } from '../../billing/charge-scope.ts';
import { keptOf, metersAsOf, readAsKnown } from '../../billing/kept/as-known.ts';
import type { RegisteredMeter } from '../../metering/registry.ts';
import { meterIn } from '../../metering/stretches.ts';
import type { FoundCharge } from './found-charge.ts';

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
export function readAsItStands<Answer>(
  store: ClickHouse,
  found: FoundCharge,
  read: (found: FoundCharge) => Promise<Answer>,
): Promise<Answer> {
  const wanted = found.meters && metersOf(found, found.meters);
  const { from } = found.period;
  return readAsKnown(store, found.account.id, { meters: wanted, from, to: found.through }, (meters) =>
    read(meters === wanted ? found : asKept(found)),
  );
}

function asKept(found: FoundCharge): FoundCharge {
  return { ...found, meter: keptOf(found.meter), meters: found.meters?.map(keptOf) ?? null };
}

/** Those that the charge, and what draws from its licenses, is metered by. */
function metersOf({ line, pricing }: FoundCharge, meters: readonly RegisteredMeter[]): RegisteredMeter[] {
  const wanted = chargesWith(line, pricing).meters;
  return meters.filter(({ key }) => wanted.has(key));
}
