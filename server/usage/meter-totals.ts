import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import type { RegisteredMeter } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';
import type { UsageReader } from './usage.ts';
import type { MeterTotal } from './usage.types.ts';

/** A meter as people see it, with the quantity it stands at. */
export function meterTotal(meter: RegisteredMeter, quantity: string | null): MeterTotal {
  const { key, description, unit, aggregation, dimensionNames } = meter;
  return { key, description, unit, aggregation, dimensions: dimensionNames, quantity };
}

/** What every meter of an account stands at in a period: the same numbers for the page, the API and the socket. */
export async function meterTotals(
  read: UsageReader,
  meters: readonly RegisteredMeter[],
  accountId: string,
  period: BillingPeriod,
  meteredThrough: Micros,
): Promise<MeterTotal[]> {
  return Promise.all(
    meters.map(async (meter) => {
      const { cells } = await read(accountId, meter, {
        bounds: [period.from, period.to],
        groupBy: [],
        through: meteredThrough,
      });
      return meterTotal(meterIn(meter, { from: period.from, to: period.to }), cells[0]?.quantity ?? null);
    }),
  );
}
