import {
  type ClickHouse,
  type Contribution,
  contributionKey,
  contributionsReceived,
  differingBuckets,
  eventsReceivedAfter,
  intervalsEndingSince,
  levelEventsSince,
  levelResources,
  receivedRange,
} from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { addQuantities } from '../domain/quantity.ts';
import { contributionsOf } from './contributions.ts';
import { intervalChanges, intervalsOf, type LevelTimes } from './intervals.ts';
import type { MeterRegistry, RegisteredMeter } from './registry.ts';

/** One place where stored usage is not what the raw events say. */
export interface Difference {
  table: 'contributions' | 'minutes' | 'hours' | 'intervals';
  /** Account, meter, version, and what identifies the row. */
  where: string;
  stored: string;
  computed: string;
}

/** What was recomputed from the raw events, and where the tables differ from it: nowhere, or there is a fault. */
export interface Verification {
  events: number;
  contributions: number;
  differences: Difference[];
}

const PAGE = 20_000;
const RESOURCES_AT_ONCE = 500;
/** Enough to see what is wrong. */
const MAX_DIFFERENCES = 1_000;

/**
 * Recomputes all usage from the raw events and compares: contributions with the events, minutes with contributions,
 * hours with minutes, intervals with their level events from the first on. There must be no difference. Reads only.
 */
export async function verifyUsage(
  store: ClickHouse,
  registry: MeterRegistry,
  onProgress: (events: number, total: number) => void = () => {},
): Promise<Verification> {
  const differences: Difference[] = [];
  const { events, contributions } = await verifyContributions(store, registry, differences, onProgress);
  const meters = registry.currentMeters();
  const levelsOf = (meter: RegisteredMeter) => registry.levelsOf(meter.key, meter.version);
  const bucketed = meters
    .filter((meter) => levelsOf(meter)?.isMixed !== false)
    .map(({ key, version }) => ({ key, version, isLatest: registry.latestOf(key, version) }));
  for (const level of ['minute', 'hour'] as const) {
    for (const bucket of await differingBuckets(store.read, level, bucketed)) {
      const where = `${bucket.accountId} ${bucket.meter} v${bucket.meterVersion} ${bucket.subject} ${bucket.bucket}`;
      differences.push({ table: `${level}s`, where, stored: bucket.stored, computed: bucket.computed });
    }
  }
  for (const meter of meters) {
    const levels = levelsOf(meter);
    if (levels !== null) await verifyIntervals(store, { ...meter, levels }, differences);
  }
  return { events, contributions, differences: differences.slice(0, MAX_DIFFERENCES) };
}

async function verifyContributions(
  store: ClickHouse,
  registry: MeterRegistry,
  differences: Difference[],
  onProgress: (events: number, total: number) => void,
): Promise<{ events: number; contributions: number }> {
  const range = await receivedRange(store.read);
  let events = 0;
  let contributions = 0;
  let after: Micros = (range?.first ?? 0) - 1;
  while (range !== null) {
    const { events: page } = await eventsReceivedAfter(store.read, after, range.last, PAGE);
    const last = page.at(-1);
    if (last === undefined) break;
    const computed = page.flatMap((event) =>
      contributionsOf(
        event,
        registry.readersOf(event.type).filter((meter) => registry.current(meter.key)?.version === meter.version),
      ),
    );
    const stored = (await contributionsReceived(store.read, after, last.receivedAt)).filter(
      (contribution) => registry.current(contribution.meter)?.version === contribution.meterVersion,
    );
    compareContributions(stored, computed, differences);
    events += page.length;
    contributions += stored.length;
    after = last.receivedAt;
    onProgress(events, range.count);
  }
  return { events, contributions };
}

function compareContributions(
  stored: readonly Contribution[],
  computed: readonly Contribution[],
  differences: Difference[],
): void {
  const missing = new Map(computed.map((contribution) => [contributionKey(contribution), contribution]));
  const seen = new Set<string>();
  for (const contribution of stored) {
    const key = contributionKey(contribution);
    const where = `${contribution.accountId} ${contribution.meter} v${contribution.meterVersion} ${contribution.source} ${contribution.id}`;
    const expected = missing.get(key);
    if (seen.has(key)) differences.push({ table: 'contributions', where, stored: 'twice', computed: 'once' });
    else if (expected === undefined)
      differences.push({ table: 'contributions', where, stored: text(contribution), computed: 'none' });
    else if (text(expected) !== text(contribution)) {
      differences.push({ table: 'contributions', where, stored: text(contribution), computed: text(expected) });
    }
    seen.add(key);
  }
  for (const [key, contribution] of missing) {
    if (seen.has(key)) continue;
    const where = `${contribution.accountId} ${contribution.meter} v${contribution.meterVersion} ${contribution.source} ${contribution.id}`;
    differences.push({ table: 'contributions', where, stored: 'none', computed: text(contribution) });
  }
}

function text({ value, textValue, time, subject, dimensions }: Contribution): string {
  return JSON.stringify([addQuantities([value]), textValue, time, subject, dimensions]);
}

async function verifyIntervals(
  store: ClickHouse,
  meter: { key: string; version: number; levels: LevelTimes },
  differences: Difference[],
): Promise<void> {
  const resources = await levelResources(store.read, meter.key, meter.version);
  for (let at = 0; at < resources.length; at += RESOURCES_AT_ONCE) {
    const chunk = resources.slice(at, at + RESOURCES_AT_ONCE);
    const events = await levelEventsSince(store.read, chunk, 0);
    const stored = await intervalsEndingSince(store.read, chunk, 0);
    for (const resource of chunk) {
      const isOf = (row: { accountId: string; subject: string }) =>
        row.accountId === resource.accountId && row.subject === resource.subject;
      const computed = intervalsOf(meter.levels, [], events.filter(isOf));
      const { written, removed } = intervalChanges(stored.filter(isOf), computed);
      const where = `${resource.accountId} ${meter.key} v${meter.version} ${resource.subject}`;
      for (const interval of written) {
        differences.push({ table: 'intervals', where, stored: 'none or other', computed: JSON.stringify(interval) });
      }
      for (const interval of removed) {
        differences.push({ table: 'intervals', where, stored: JSON.stringify(interval), computed: 'none' });
      }
    }
  }
}
