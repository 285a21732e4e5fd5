import { hash } from 'node:crypto';

/** 128 bits of SHA-256 as 32 hexadecimal digits, and the first 64 of them as two 32-bit numbers for the filter. */
export interface EventKey {
  hash: string;
  high: number;
  low: number;
}

/** An event's identity: account, source and id, whatever its time says. */
export function eventKey(accountId: string, source: string, id: string): EventKey {
  const digits = first128(`${accountId}\0${source}\0${id}`);
  return { hash: digits, high: Number.parseInt(digits.slice(0, 8), 16), low: Number.parseInt(digits.slice(8, 16), 16) };
}

/** What an event says, as 128 bits: equal content is a duplicate, other content under the same key a conflict. */
export function contentHash(envelope: string): string {
  return first128(envelope);
}

function first128(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}
