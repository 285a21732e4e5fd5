import {
  type ClickHouse,
  type Contribution,
  contributionKey,
  contributionsAlreadyThere,
  emptyStaging,
  insertContributions,
  intervalsEndingSince,
  type LevelEvent,
  type LevelResource,
  levelEventsSince,
  publishStaged,
  replaceIntervals,
  rollHours,
  rollMinutes,
  stagedPartitions,
  type UsageInterval,
} from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { HOUR } from '../domain/instant.ts';
import { intervalChanges, intervalsOf } from './intervals.ts';
import { type ChangedResource, type LevelsOf, Touched } from './touched.ts';

const RESOURCES_AT_ONCE = 1_000;

/** What rolling needs to know of meter versions. */
export interface MeterKinds {
  levelsOf: LevelsOf;
  /** Whether a version is asked for a latest value. */
  latestOf: (meter: string, version: number) => boolean;
}

/** Contributions of some events, in any order. */
export interface Page {
  contributions: readonly Contribution[];
  /** Some may already be stored (after a crash or a failed pass): look before adding. */
  doubtful: boolean;
}

/** How what was rolled is written and shown at once. */
export interface RollOptions extends MeterKinds {
  /** Later than at any roll before. */
  rolledAt: Micros;
  /** Makes the change that `move` is when nobody reads; not called when there is none. */
  publish: (move: () => Promise<void>) => Promise<void>;
  /** Lets go of what was published, at once or later: before anything is rolled again. */
  letGo: (empty: () => Promise<void>) => Promise<void> | void;
}

/**
 * Brings usage up to date with these contributions: adds those that are missing, then computes every bucket and every
 * resource they touch anew. Doing it twice changes nothing, so after any failure it is simply done again.
 *
 * All of it is staged first and becomes visible at once: no reader sees contributions without their buckets. Staging is
 * empty before; after a failure `prepareStaging` makes it so.
 * @param pages made one after another, so that many of them neither hold the process up nor lie in memory together
 */
export async function roll(
  store: ClickHouse,
  pages: Iterable<Page> | AsyncIterable<Page>,
  { levelsOf, latestOf, rolledAt, publish, letGo }: RollOptions,
): Promise<void> {
  const touched = new Touched(levelsOf);
  for await (const { contributions, doubtful } of pages) {
    if (contributions.length === 0) continue;
    const missing = doubtful ? await withoutStored(store, contributions) : contributions;
    if (missing.length > 0) await insertContributions(store.roll, missing);
    touched.add(contributions);
  }
  if (touched.isEmpty()) return;
  const minutes = touched.minutes();
  const latest = touched.meters().filter(({ meter, meterVersion }) => latestOf(meter, meterVersion));
  await rollMinutes(store.roll, minutes, latest, rolledAt);
  await rollHours(store.roll, touched.hours(), rolledAt);
  await rollIntervals(store, touched.resources(), rolledAt, levelsOf);
  const staged = await stagedPartitions(store.roll);
  await publish(() => publishStaged(store.roll, staged));
  await letGo(() => emptyStaging(store.roll, staged));
}

async function withoutStored(store: ClickHouse, contributions: readonly Contribution[]): Promise<Contribution[]> {
  let from = Number.POSITIVE_INFINITY;
  let through = 0;
  for (const { receivedAt } of contributions) {
    from = Math.min(from, receivedAt);
    through = Math.max(through, receivedAt);
  }
  const stored = await contributionsAlreadyThere(store.roll, from, through);
  return contributions.filter((contribution) => !stored.has(contributionKey(contribution)));
}

/** Computes resources' intervals anew from their earliest changed event on. */
async function rollIntervals(
  store: ClickHouse,
  changed: readonly ChangedResource[],
  rolledAt: Micros,
  levelsOf: LevelsOf,
): Promise<void> {
  // Grouped by age, doubling, so that one late event does not make every resource be read from its time on.
  const newest = changed.reduce((latest, { since }) => Math.max(latest, since), 0);
  const groups = new Map<number, ChangedResource[]>();
  for (const change of changed) {
    const age = Math.floor(Math.log2((newest - change.since) / HOUR + 1));
    const group = groups.get(age);
    if (group === undefined) groups.set(age, [change]);
    else group.push(change);
  }
  for (const group of groups.values()) {
    for (let at = 0; at < group.length; at += RESOURCES_AT_ONCE) {
      const chunk = group.slice(at, at + RESOURCES_AT_ONCE);
      const since = chunk.reduce((earliest, change) => Math.min(earliest, change.since), Number.POSITIVE_INFINITY);
      await rollResources(
        store,
        chunk.map(({ resource }) => resource),
        since,
        rolledAt,
        levelsOf,
      );
    }
  }
}

async function rollResources(
  store: ClickHouse,
  resources: readonly LevelResource[],
  since: Micros,
  rolledAt: Micros,
  levelsOf: LevelsOf,
): Promise<void> {
  const events = byResource(await levelEventsSince(store.roll, resources, since, { staged: true }));
  const stored = byResource(await intervalsEndingSince(store.roll, resources, since));
  const written: (UsageInterval & LevelResource)[] = [];
  const removed: (UsageInterval & LevelResource)[] = [];
  for (const resource of resources) {
    const key = resourceKey(resource);
    const levels = levelsOf(resource.meter, resource.meterVersion) ?? 'amount';
    const current: UsageInterval[] = stored.get(key) ?? [];
    const before = current.filter((interval) => interval.startsAt < since);
    const changes = intervalChanges(current, intervalsOf(levels, before, (events.get(key) ?? []) as LevelEvent[]));
    written.push(...changes.written.map((interval) => ({ ...interval, ...resource })));
    removed.push(...changes.removed.map((interval) => ({ ...interval, ...resource })));
  }
  if (written.length + removed.length > 0) await replaceIntervals(store.roll, written, removed, rolledAt);
}

function byResource<T extends LevelResource>(rows: readonly T[]): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const row of rows) {
    const key = resourceKey(row);
    const list = grouped.get(key);
    if (list === undefined) grouped.set(key, [row]);
    else list.push(row);
  }
  return grouped;
}

function resourceKey(resource: LevelResource): string {
  return `${resource.accountId} ${resource.meter} ${resource.meterVersion} ${resource.subject}`;
}
