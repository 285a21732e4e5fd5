import type { Micros } from '../../instant.ts';
import type { Lane } from '../../lane.ts';

/** An event that is stored already: hashes in hex, 128 bits of SHA-256. */
export interface KnownKey {
  keyHash: string;
  contentHash: string;
  receivedAt: Micros;
}

/** Which of these event keys (hexadecimal digits) an account already has, with what content and since when. */
export async function findKeys(lane: Lane, accountId: string, keyHashes: readonly string[]): Promise<KnownKey[]> {
  const rows = await lane.query<{ keyHash: string; contentHash: string; receivedAt: string }>({
    name: 'find_keys',
    sql: `SELECT replaceAll(toString(key_hash), '-', '') AS keyHash,
                 replaceAll(toString(content_hash), '-', '') AS contentHash,
                 toUnixTimestamp64Micro(received_at) AS receivedAt
          FROM usage_events_raw_v1
          WHERE account_id = {accountId:String}
            AND key_hash IN (SELECT toUUID(arrayJoin({keyHashes:Array(String)})))`,
    params: { accountId, keyHashes },
  });
  return rows.map((row) => ({ ...row, receivedAt: Number(row.receivedAt) }));
}
