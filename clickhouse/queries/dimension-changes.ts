import type { Micros } from '../instant.ts';
import type { Lane } from '../lane.ts';

/** Something that went on running with other dimensions, such as another size. */
export interface DimensionChange {
  at: Micros;
  subject: string;
  before: string[];
  after: string[];
  /** The event that said so. */
  source: string;
  id: string;
}

/** Dimensions that must have a value; positions from 1. */
export type WithDimensions = readonly { position: number; value: string }[];

/**
 * Where resources of an account went on running under other dimensions, in the order of time: told by the first slot, which
 * runs as long as any does.
 * @param either dimensions that what ran before or after must have: all of one of these
 * @param differing positions of the dimensions of which one must differ
 */
export async function dimensionChanges(
  lane: Lane,
  accountId: string,
  meter: { meter: string; meterVersion: number },
  span: { from: Micros; to: Micros },
  { either, differing }: { either: readonly WithDimensions[]; differing: readonly number[] },
  limit: number,
): Promise<DimensionChange[]> {
  if (either.length === 0 || differing.length === 0) return [];
  const params: Record<string, string> = {};
  const is = (column: string) =>
    either.map((all, i) => {
      const each = all.map(({ position, value }, j) => {
        params[`value${i}_${j}`] = value;
        return `${column}[${position}] = {value${i}_${j}:String}`;
      });
      return each.length === 0 ? '1' : `(${each.join(' AND ')})`;
    });
  const rows = await lane.query<Omit<DimensionChange, 'at'> & { at: string }>({
    name: 'dimension_changes',
    ofPublished: true,
    sql: `SELECT at, subject, before, after, source, id FROM (
            SELECT subject, starts_at, toUnixTimestamp64Micro(starts_at) AS at, dimensions AS after, source, id, level,
                   lagInFrame(dimensions) OVER one AS before, lagInFrame(ends_at) OVER one AS ended,
                   lagInFrame(level) OVER one AS level_before
            FROM usage_intervals_v1 FINAL
            WHERE account_id = {accountId:String} AND meter = {meter:String} AND meter_version = {meterVersion:UInt32} AND slot <= 1
              AND ends_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND starts_at < fromUnixTimestamp64Micro({to:Int64}, 'UTC')
            WINDOW one AS (PARTITION BY subject ORDER BY starts_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW))
          WHERE ended = starts_at AND level > 0 AND level_before > 0 AND starts_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
            AND (${differing.map((position) => `before[${position}] != after[${position}]`).join(' OR ')})
            AND (${[...is('before'), ...is('after')].join(' OR ')})
          ORDER BY at, subject LIMIT {limit:UInt32}`,
    params: { accountId, ...meter, ...span, ...params, limit },
  });
  return rows.map(({ at, ...row }) => ({ ...row, at: Number(at) }));
}
