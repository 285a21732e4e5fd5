import { Decimal } from 'decimal.js';
import { isLosslessNumber, parse } from 'lossless-json';

/**
 * Whether two envelopes say the same, whatever the order of their keys or the spelling of their numbers.
 * Asked only when their hashes differ, which is rare.
 */
export function sameContent(one: string, other: string): boolean {
  return one === other || canonical(parse(one)) === canonical(parse(other));
}

function canonical(value: unknown): string {
  if (isLosslessNumber(value)) return new Decimal(value.value).toString();
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
