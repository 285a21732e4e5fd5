import { type ClickHouse, cameLater } from '../../../clickhouse/index.ts';
import { isLevels } from '../../domain/aggregation.ts';
import type { Micros } from '../../domain/instant.ts';
import { type RegisteredMeter, readingOf } from '../../metering/registry.ts';

/** Meters as they stood when everything received up to an instant was metered. */
export function metersAsOf(meters: readonly RegisteredMeter[], asOf: Micros): RegisteredMeter[] {
  return meters.map((meter) => ({ ...meter, asOf }));
}

/**
 * Reads something that these meters count in a span. Windows and intervals that are kept are good enough as long as no event counts in
 * it that came later than the meters stood; that is asked after they were read. Else it is read from the events known then.
 * @param span without meters it does not stand still
 */
export async function readAsKnown<Answer>(
  store: ClickHouse,
  accountId: string,
  { meters, from, to }: { meters: readonly RegisteredMeter[] | null; from: Micros; to: Micros },
  read: (meters: readonly RegisteredMeter[] | null) => Promise<Answer>,
): Promise<Answer> {
  if (meters === null) return read(null);
  const answer = await read(meters.map(keptOf));
  const hasLevels = meters.some(({ aggregation }) => isLevels(aggregation));
  // A level that was told late reaches into the periods after it.
  const isOld = await cameLater(store.read, accountId, meters.map(readingOf), { from: hasLevels ? 0 : from, to });
  return isOld ? read(meters) : answer;
}

/** A meter as it is now, however it stood. */
export const keptOf = ({ asOf: _, ...meter }: RegisteredMeter): RegisteredMeter => meter;
