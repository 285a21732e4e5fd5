import { and, asc, desc, eq, gt, inArray, ne, or, sql } from 'drizzle-orm';
import type { Meter, MeterDefinition } from '../metering/meter.ts';
import type { Queries } from './connect.ts';
import { ContentionError } from './errors.ts';
import { meters } from './schema/meters.ts';

/** `pending`: not yet rolled from raw; `current`: what queries answer by; `retired`: replaced. */
export type MeterState = 'pending' | 'current' | 'retired';

/** A version of a meter and where it stands in its life. */
export interface MeterVersion extends Meter {
  state: MeterState;
}

type MeterRow = typeof meters.$inferSelect;

/**
 * Defines the meter: version n + 1, pending, unless the newest version says the same already (then that one, `created`
 * false). The order of dimensions is no difference.
 */
export async function putMeter(
  queries: Queries,
  key: string,
  definition: MeterDefinition,
  now: Date,
): Promise<{ meter: MeterVersion; created: boolean }> {
  const tries = 100;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const newest = await newestMeter(queries, key);
    if (newest && sameDefinition(newest, definition)) return { meter: newest, created: false };
    const [row] = await queries
      .insert(meters)
      .values({
        key,
        version: (newest?.version ?? 0) + 1,
        state: 'pending',
        description: definition.description,
        eventType: definition.eventType,
        aggregation: definition.aggregation,
        valuePath: definition.valuePath ?? null,
        levels: definition.levels ?? null,
        dimensions: definition.dimensions,
        unit: definition.unit,
        createdAt: now,
      })
      // Another request may have taken the version meanwhile. In a SERIALIZABLE transaction PostgreSQL reports that as 40001.
      .onConflictDoNothing()
      .returning();
    if (row) return { meter: versionOf(row), created: true };
  }
  throw new ContentionError(tries, { cause: new Error(`versions of meter ${key}`) });
}

/** What queries answer by: the current version or, before the first roll, the newest pending one. */
export async function meterForKey(queries: Queries, key: string): Promise<MeterVersion | null> {
  const [row] = await queries
    .select()
    .from(meters)
    .where(and(eq(meters.key, key), ne(meters.state, 'retired')))
    .orderBy(sql`${meters.state} = 'current' desc`, desc(meters.version))
    .limit(1);
  return row ? versionOf(row) : null;
}

/** Current versions by key, from a key on if a page is asked for. */
export async function listMeters(
  queries: Queries,
  page?: { after: string | null; limit: number },
): Promise<MeterVersion[]> {
  const all = queries
    .select()
    .from(meters)
    .where(and(eq(meters.state, 'current'), page?.after ? gt(meters.key, page.after) : undefined))
    .orderBy(asc(meters.key));
  const rows = await (page ? all.limit(page.limit) : all);
  return rows.map(versionOf);
}

/** These versions, in whatever state, by key. */
export async function metersAtVersions(
  queries: Queries,
  versions: readonly { key: string; version: number }[],
): Promise<Meter[]> {
  if (versions.length === 0) return [];
  const rows = await queries
    .select()
    .from(meters)
    .where(or(...versions.map(({ key, version }) => and(eq(meters.key, key), eq(meters.version, version)))))
    .orderBy(asc(meters.key));
  return rows.map(versionOf);
}

/** Every version that must be rolled: current ones and pending ones, by key and version. */
export async function activeMeters(queries: Queries): Promise<MeterVersion[]> {
  const rows = await queries
    .select()
    .from(meters)
    .where(inArray(meters.state, ['pending', 'current']))
    .orderBy(asc(meters.key), asc(meters.version));
  return rows.map(versionOf);
}

/**
 * Makes the version current and retires the older ones, in one transaction. `false`, and nothing changes, when a newer
 * version is current already: a slow roller cannot take a meter back. Throws when there is no such version.
 */
export async function promoteMeter(queries: Queries, key: string, version: number): Promise<boolean> {
  return queries.transaction(async (tx) => {
    const versions = await tx
      .select({ version: meters.version, state: meters.state })
      .from(meters)
      .where(eq(meters.key, key))
      .orderBy(asc(meters.version))
      .for('update');
    const mine = versions.find((v) => v.version === version);
    if (!mine) throw new Error(`meter ${key} has no version ${version}`);
    if (mine.state !== 'pending') return mine.state === 'current';
    const older = versions.filter((v) => v.version < version && v.state !== 'retired').map((v) => v.version);
    if (older.length > 0) {
      await tx
        .update(meters)
        .set({ state: 'retired' })
        .where(and(eq(meters.key, key), inArray(meters.version, older)));
    }
    await tx
      .update(meters)
      .set({ state: 'current' })
      .where(and(eq(meters.key, key), eq(meters.version, version)));
    return true;
  });
}

/** The newest version, in whatever state; `null` when the key was never defined. */
export async function newestMeter(queries: Queries, key: string): Promise<MeterVersion | null> {
  const [row] = await queries.select().from(meters).where(eq(meters.key, key)).orderBy(desc(meters.version)).limit(1);
  return row ? versionOf(row) : null;
}

function versionOf(row: MeterRow): MeterVersion {
  return {
    key: row.key,
    version: row.version,
    state: row.state,
    description: row.description,
    eventType: row.eventType,
    aggregation: row.aggregation,
    ...(row.valuePath === null ? {} : { valuePath: row.valuePath }),
    ...(row.levels === null ? {} : { levels: row.levels }),
    dimensions: row.dimensions,
    unit: row.unit,
    createdAt: row.createdAt.toISOString(),
  };
}

function sameDefinition(a: MeterDefinition, b: MeterDefinition): boolean {
  return canonical(a) === canonical(b);
}

function canonical(d: MeterDefinition): string {
  const dimensions = Object.entries(d.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    d.description,
    d.eventType,
    d.aggregation,
    d.valuePath ?? null,
    d.levels ?? null,
    dimensions,
    d.unit,
  ]);
}
