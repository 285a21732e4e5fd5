import type { Lane } from '../lane.ts';

/** What a pass of the roller writes, in the order it is published: whoever sees a bucket can see its contributions. */
const TABLES = ['contributions', 'usage_per_minute', 'usage_per_hour', 'usage_intervals'] as const;

/** A partition of a staged table that holds rows. */
export interface StagedPartition {
  table: (typeof TABLES)[number];
  partition: string;
}

/**
 * Makes the tables anew that a pass writes into before anybody reads of it: empty, and of the shape that the tables they
 * belong to have by now. What was left in them by a pass that failed is gone.
 */
export async function prepareStaging(lane: Lane): Promise<void> {
  for (const table of TABLES) {
    await lane.command({ name: 'drop_staged', sql: `DROP TABLE IF EXISTS ${table}_staged SYNC` });
    await lane.command({ name: 'create_staged', sql: `CREATE TABLE ${table}_staged AS ${table}_v1` });
  }
}

/** What was staged, in the order it is to be published. */
export async function stagedPartitions(lane: Lane): Promise<StagedPartition[]> {
  const rows = await lane.query<{ staged: string; partition: string }>({
    name: 'staged_partitions',
    sql: `SELECT DISTINCT table AS staged, partition_id AS partition FROM system.parts
          WHERE active AND rows > 0 AND database = currentDatabase() AND endsWith(table, '_staged')
          ORDER BY partition`,
  });
  return TABLES.flatMap((table) =>
    rows.flatMap(({ staged, partition }) => (staged === `${table}_staged` ? [{ table, partition }] : [])),
  );
}

/**
 * Makes what was staged part of the tables that are read. No row is written, and a partition takes some three milliseconds:
 * to move it, which leaves staging empty, takes longer the more parts there were (see README). Staging is to be emptied
 * before the next pass.
 */
export async function publishStaged(lane: Lane, staged: readonly StagedPartition[]): Promise<void> {
  for (const { table, partition } of staged) {
    await lane.command({
      name: 'publish_staged',
      sql: `ALTER TABLE ${table}_v1 ATTACH PARTITION ID '${partition}' FROM ${table}_staged`,
    });
  }
}

/** Lets go of what was published. */
export async function emptyStaging(lane: Lane, staged: readonly StagedPartition[]): Promise<void> {
  for (const table of new Set(staged.map(({ table }) => table))) {
    await lane.command({ name: 'empty_staging', sql: `TRUNCATE TABLE ${table}_staged` });
  }
}
