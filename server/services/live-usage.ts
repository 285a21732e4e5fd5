import type { Queries } from '../database/connect.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import type { LiveUsage } from '../realtime/contract.ts';
import { accountPeriod } from './account-period.ts';
import { meterTotals } from './meter-totals.ts';
import type { UsageReader } from './usage.ts';

/**
 * What a socket is told of an account's usage: its open period's totals, from the same function as the page. Of an account whose
 * events have not changed since `unchanged` was read only what goes on by itself is read again: levels.
 */
export function createLiveUsage(parts: {
  queries: Queries;
  registry: MeterRegistry;
  read: UsageReader;
  readings: Readings;
  now: () => Date;
}): (accountId: string, unchanged: LiveUsage | null) => Promise<LiveUsage | null> {
  /** Which meters were in force when it was read. */
  const readWith = new WeakMap<LiveUsage, number>();
  return async (accountId, unchanged) => {
    const scope = await accountPeriod(parts.queries, accountId, undefined, parts.now());
    if (scope === null) return null;
    const { period } = scope;
    return parts.readings.read(async (through) => {
      const { registry } = parts;
      const { revision } = registry;
      const told = { key: period.key, from: toRfc3339(period.from), to: toRfc3339(period.to) };
      const isSame =
        unchanged !== null &&
        readWith.get(unchanged) === revision &&
        JSON.stringify(unchanged.period) === JSON.stringify(told);
      const meters = registry.currentMeters();
      const stand = isSame ? meters.filter(({ aggregation }) => aggregation !== 'time_weighted') : [];
      const moving = meters.filter((meter) => !stand.includes(meter));
      const read = await meterTotals(parts.read, moving, accountId, period, through);
      const known = new Map([...(isSame ? unchanged.meters : []), ...read].map((total) => [total.key, total]));
      const usage: LiveUsage = {
        meteredThrough: toRfc3339(through),
        period: told,
        meters: meters.flatMap(({ key }) => known.get(key) ?? []),
      };
      readWith.set(usage, revision);
      return usage;
    });
  };
}
