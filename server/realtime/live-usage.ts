import { accountPeriod } from '../billing/account-period.ts';
import type { Queries } from '../database/database.types.ts';
import { toRfc3339 } from '../domain/instant.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import { levelTimesOf } from '../metering/stretches.ts';
import type { Readings } from '../metering/watermark.ts';
import { meterTotals } from '../usage/meter-totals.ts';
import type { UsageReader } from '../usage/usage.ts';
import type { LiveUsage } from './contract.ts';
import type { KnownUsage } from './watched-account.ts';

/**
 * What a socket is told of an account's usage: its open period's totals, from the same function as the page. Beside what was read `before`
 * only meters that changed since, and what goes on by itself, levels, are read again.
 */
export function createLiveUsage(deps: {
  queries: Queries;
  registry: MeterRegistry;
  read: UsageReader;
  readings: Readings;
  now: () => Date;
}): (accountId: string, before: KnownUsage | null) => Promise<LiveUsage | null> {
  /** Which meters were in force when it was read. */
  const readWith = new WeakMap<LiveUsage, number>();
  return async (accountId, before) => {
    const scope = await accountPeriod(deps.queries, accountId, undefined, deps.now());
    if (scope === null) return null;
    const { period } = scope;
    return deps.readings.read(async (meteredThrough) => {
      const { registry } = deps;
      const { revision } = registry;
      const told = { key: period.key, from: toRfc3339(period.from), to: toRfc3339(period.to) };
      const isSame =
        before !== null &&
        // What came since, and is there to be read, is still to be told.
        meteredThrough <= before.meteredThrough &&
        readWith.get(before.usage) === revision &&
        JSON.stringify(before.usage.period) === JSON.stringify(told);
      const meters = registry.currentMeters();
      // What is defined last may rule from a later day on.
      const moves = (meter: RegisteredMeter) => levelTimesOf(meter) !== null || before?.changed.has(meter.key);
      const moving = isSame ? meters.filter(moves) : meters;
      const read = await meterTotals(deps.read, moving, accountId, period, meteredThrough);
      const known = new Map([...(isSame ? before.usage.meters : []), ...read].map((total) => [total.key, total]));
      const usage: LiveUsage = {
        meteredThrough: toRfc3339(meteredThrough),
        period: told,
        meters: meters.flatMap(({ key }) => known.get(key) ?? []),
      };
      readWith.set(usage, revision);
      return usage;
    });
  };
}
