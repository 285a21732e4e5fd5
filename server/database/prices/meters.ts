import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import { microsOf } from '../../domain/instant.ts';
import type { Meter, MeterDefinition, MeterRuling } from '../../domain/meter.ts';
import { type Ruling, rulingAt, rulingsOf } from '../../domain/timeline.ts';
import type { Queries } from '../database.types.ts';
import { ContentionError } from '../errors.ts';
import { meters } from '../schema/meters.ts';

/** `pending`: not yet rolled from raw; `current`: what queries answer by; `retired`: replaced. */
export type MeterState = 'pending' | 'current' | 'retired';

/** A version of a meter, what it says in the end or at the instant asked for, and where it stands in its life. */
export interface MeterVersion extends Meter {
  state: MeterState;
  /** From when that holds; `null`: from the beginning. */
  effectiveFrom: string | null;
  /** From when on the meter takes no part, until it is written again; else `null`. */
  archivedAt: string | null;
}

/** From when a writing holds, who writes it and, where it reaches into ended periods, why. */
export interface MeterWriting {
  /** `null`: from the beginning. When left out: from now on, and of a key's first version from the beginning. */
  effectiveFrom?: Date | null;
  changedBy?: string;
  reason?: string;
}

/** One writing of a meter; `value` is `null` where it was archived. */
export interface MeterChange {
  effectiveFrom: string | null;
  changedAt: string;
  changedBy: string | null;
  value: MeterDefinition | null;
  reason: string | null;
}

type MeterRow = typeof meters.$inferSelect;

/**
 * Defines the meter from an instant on: version n + 1, pending, unless it says the same from there on already (then the
 * newest, `created` false). The order of dimensions is no difference.
 */
export async function putMeter(
  queries: Queries,
  key: string,
  definition: MeterDefinition,
  now: Date,
  writing: MeterWriting = {},
): Promise<{ meter: MeterVersion; created: boolean }> {
  const written = await write(queries, key, now, writing, definition);
  if (written === null) throw new Error(`meter ${key} was not written`);
  return written;
}

/**
 * Lets the meter take no part from an instant on, by default from now; what was before stays. `null` when there is no such
 * meter; `created` false when it is archived from there on already.
 */
export async function archiveMeter(
  queries: Queries,
  key: string,
  now: Date,
  writing: MeterWriting = {},
): Promise<{ meter: MeterVersion; created: boolean } | null> {
  return write(queries, key, now, { effectiveFrom: now, ...writing }, null);
}

/** @param definition `null` for archived, which only a meter that was defined can be */
async function write(
  queries: Queries,
  key: string,
  now: Date,
  { effectiveFrom, changedBy, reason }: MeterWriting,
  definition: MeterDefinition | null,
): Promise<{ meter: MeterVersion; created: boolean } | null> {
  const tries = 100;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const rows = await rowsOf(queries, [key]);
    const newest = rows.at(-1);
    const from = effectiveFrom === undefined ? (newest === undefined ? null : now) : effectiveFrom;
    if (definition === null && newest === undefined) return null;
    const ruling = rulingAt(rulingsOfRows(rows), from === null ? Number.NEGATIVE_INFINITY : microsOf(from));
    if (ruling !== null && newest !== undefined && sameDefinition(ruling.value, definition)) {
      return { meter: versionOf(rows, from ?? undefined), created: false };
    }
    const said = definition ?? definitionOfRow(newest as MeterRow);
    const [row] = await queries
      .insert(meters)
      .values({
        key,
        version: (newest?.version ?? 0) + 1,
        state: 'pending',
        description: said.description,
        eventType: said.eventType,
        aggregation: said.aggregation,
        valuePath: said.valuePath ?? null,
        levels: said.levels ?? null,
        dimensions: said.dimensions,
        unit: said.unit,
        createdAt: now,
        effectiveFrom: from,
        archived: definition === null,
        changedBy: changedBy ?? null,
        reason: reason ?? null,
      })
      // Another request may have taken the version meanwhile. In a SERIALIZABLE transaction PostgreSQL reports that as 40001.
      .onConflictDoNothing()
      .returning();
    if (row) return { meter: versionOf([...rows, row], from ?? undefined), created: true };
  }
  throw new ContentionError(tries, { cause: new Error(`versions of meter ${key}`) });
}

/** What the key says when, after every writing so far; `null` stands for archived. Nothing when it was never defined. */
export async function meterTimeline(queries: Queries, key: string): Promise<Ruling<MeterDefinition | null>[]> {
  return rulingsOfRows(await rowsOf(queries, [key]));
}

/** Every writing of the meter, the first one first; none when there is no such meter. */
export async function meterHistory(queries: Queries, key: string): Promise<MeterChange[]> {
  return (await rowsOf(queries, [key])).map((row) => ({
    effectiveFrom: row.effectiveFrom?.toISOString() ?? null,
    changedAt: row.createdAt.toISOString(),
    changedBy: row.changedBy,
    value: row.archived ? null : definitionOfRow(row),
    reason: row.reason,
  }));
}

/**
 * What queries answer by: the current version or, before the first roll, the newest pending one.
 * @param at what it says then; else what it says in the end
 */
export async function meterForKey(queries: Queries, key: string, at?: Date): Promise<MeterVersion | null> {
  const rows = await rowsOf(queries, [key]);
  const asked = rows.find(({ state }) => state === 'current') ?? rows.findLast(({ state }) => state === 'pending');
  return asked === undefined ? null : versionOf(upTo(rows, asked.version), at);
}

/**
 * Current versions by key, from a key on if a page is asked for.
 * @param at what they say then; else what they say in the end
 */
export async function listMeters(
  queries: Queries,
  page?: { after: string | null; limit: number },
  at?: Date,
): Promise<MeterVersion[]> {
  const all = queries
    .select({ key: meters.key, version: meters.version })
    .from(meters)
    .where(and(eq(meters.state, 'current'), page?.after ? gt(meters.key, page.after) : undefined))
    .orderBy(asc(meters.key));
  return versionsOf(queries, await (page ? all.limit(page.limit) : all), at);
}

/** These versions, in whatever state, by key. */
export async function metersAtVersions(
  queries: Queries,
  versions: readonly { key: string; version: number }[],
): Promise<Meter[]> {
  const byKey = [...versions].sort((a, b) => (a.key < b.key ? -1 : 1));
  return versionsOf(queries, byKey);
}

/** Every version that must be rolled: current ones and pending ones, by key and version. */
export async function activeMeters(queries: Queries): Promise<MeterVersion[]> {
  const rows = await queries
    .select({ key: meters.key, version: meters.version })
    .from(meters)
    .where(inArray(meters.state, ['pending', 'current']))
    .orderBy(asc(meters.key), asc(meters.version));
  return versionsOf(queries, rows);
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
  const rows = await rowsOf(queries, [key]);
  return rows.length === 0 ? null : versionOf(rows);
}

/** All writings of these meters, in their order. */
async function rowsOf(queries: Queries, keys: readonly string[]): Promise<MeterRow[]> {
  if (keys.length === 0) return [];
  return queries
    .select()
    .from(meters)
    .where(inArray(meters.key, [...new Set(keys)]))
    .orderBy(asc(meters.key), asc(meters.version));
}

/** In the order they are asked for; those that do not exist are left out. */
async function versionsOf(
  queries: Queries,
  versions: readonly { key: string; version: number }[],
  at?: Date,
): Promise<MeterVersion[]> {
  const byKey = new Map<string, MeterRow[]>();
  const keys = versions.map(({ key }) => key);
  for (const row of await rowsOf(queries, keys)) byKey.set(row.key, [...(byKey.get(row.key) ?? []), row]);
  return versions.flatMap(({ key, version }) => {
    const rows = upTo(byKey.get(key) ?? [], version);
    return rows.at(-1)?.version === version ? [versionOf(rows, at)] : [];
  });
}

function upTo(rows: readonly MeterRow[], version: number): MeterRow[] {
  return rows.filter((row) => row.version <= version);
}

/** The version that the last of these writings of a meter made. */
function versionOf(rows: readonly MeterRow[], at?: Date): MeterVersion {
  const row = rows.at(-1) as MeterRow;
  const rulings = rulingsOfRows(rows);
  const last = rulings.at(-1) as Ruling<MeterDefinition | null>;
  const defined = rulings.filter(({ value }) => value !== null);
  const shown = (at && rulingAt(defined, microsOf(at))) ?? (at ? defined[0] : undefined) ?? defined.at(-1);
  const isPlain = rulings.length === 1 && last.from === Number.NEGATIVE_INFINITY && last.value !== null;
  return {
    key: row.key,
    version: row.version,
    state: row.state,
    ...(shown?.value ?? definitionOfRow(row)),
    createdAt: row.createdAt.toISOString(),
    effectiveFrom: shown === undefined ? null : instantOf(shown.from),
    archivedAt: last.value === null ? instantOf(last.from) : null,
    ...(isPlain ? {} : { rulings: rulings.map(meterRulingOf) }),
  };
}

function rulingsOfRows(rows: readonly MeterRow[]): Ruling<MeterDefinition | null>[] {
  return rulingsOf(
    rows.map((row) => ({
      version: row.version,
      effectiveFrom: row.effectiveFrom === null ? null : microsOf(row.effectiveFrom),
      value: row.archived ? null : definitionOfRow(row),
    })),
  );
}

function meterRulingOf({ from, to, value }: Ruling<MeterDefinition | null>): MeterRuling {
  const bound = (at: number) => (Number.isFinite(at) ? at : null);
  return { from: bound(from), to: bound(to), definition: value };
}

function definitionOfRow(row: MeterRow): MeterDefinition {
  return {
    description: row.description,
    eventType: row.eventType,
    aggregation: row.aggregation,
    ...(row.valuePath === null ? {} : { valuePath: row.valuePath }),
    ...(row.levels === null ? {} : { levels: row.levels }),
    dimensions: row.dimensions,
    unit: row.unit,
  };
}

const instantOf = (micros: number): string | null =>
  Number.isFinite(micros) ? new Date(micros / 1000).toISOString() : null;

function sameDefinition(a: MeterDefinition | null, b: MeterDefinition | null): boolean {
  return a === null || b === null ? a === b : canonical(a) === canonical(b);
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
