import type { Queries } from '../database/connect.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import type { LiveUsage } from '../realtime/contract.ts';
import { accountPeriod } from './account-period.ts';
import { meterTotals } from './meter-totals.ts';
import type { UsageReader } from './usage.ts';

/** What a socket is told of an account's usage: its open period's totals, from the same function as the page. */
export function createLiveUsage(parts: {
  queries: Queries;
  registry: MeterRegistry;
  read: UsageReader;
  readings: Readings;
  now: () => Date;
}): (accountId: string) => Promise<LiveUsage | null> {
  return async (accountId) => {
    const scope = await accountPeriod(parts.queries, accountId, undefined, parts.now());
    if (scope === null) return null;
    const { period } = scope;
    return parts.readings.read(async (through) => ({
      meteredThrough: toRfc3339(through),
      period: { key: period.key, from: toRfc3339(period.from), to: toRfc3339(period.to) },
      meters: await meterTotals(parts.read, parts.registry.currentMeters(), accountId, period, through),
    }));
  };
}
