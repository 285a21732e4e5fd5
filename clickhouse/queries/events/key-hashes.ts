import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';

/**
 * The first halves of the stored key hashes, eight little-endian bytes each: what the filter in front of the dedupe
 * lookup is filled from at start. Cut into `parts` so that no answer grows with the table.
 */
export async function keyHashHalves(lane: Lane, part: number, parts: number): Promise<Buffer> {
  return lane.bytes({
    name: 'key_hash_halves',
    sql: `SELECT toUInt64(bitAnd(reinterpretAsUInt128(key_hash), 18446744073709551615)) AS half
          FROM usage_events_raw_v1
          WHERE half % {parts:UInt32} = {part:UInt32}
          FORMAT RowBinary`,
    params: { part, parts },
  });
}

/** First and last receive time and the count of all events; `null` when there are none. */
export async function receivedRange(lane: Lane): Promise<{ first: Micros; last: Micros; count: number } | null> {
  const [row] = await lane.query<{ first: string; last: string; count: string }>({
    name: 'received_range',
    sql: `SELECT toUnixTimestamp64Micro(min(received_at)) AS first, toUnixTimestamp64Micro(max(received_at)) AS last,
                 count() AS count
          FROM usage_events_raw_v1`,
  });
  if (row === undefined || row.count === '0') return null;
  return { first: Number(row.first), last: Number(row.last), count: Number(row.count) };
}
