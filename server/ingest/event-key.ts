import { hash } from 'node:crypto';

/** 128 bits of SHA-256 as UUID text, and the first 64 of them as two 32-bit numbers for the filter. */
export interface EventKey {
  hash: string;
  high: number;
  low: number;
}

/** An event's identity: account, source and id, whatever its time says. */
export function eventKey(accountId: string, source: string, id: string): EventKey {
  const digest = hash('sha256', `${accountId}\0${source}\0${id}`, 'buffer');
  return { hash: uuidText(digest), high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) };
}

/** What an event says, as 128 bits: equal content is a duplicate, other content under the same key a conflict. */
export function contentHash(envelope: string): string {
  return uuidText(hash('sha256', envelope, 'buffer'));
}

function uuidText(digest: Buffer): string {
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
