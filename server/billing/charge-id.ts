import { createHash } from 'node:crypto';
import { type ChargeLine, chargeKey } from '../domain/pricing/charge-line.ts';

/** A charge's id: the same for the same price and line of an account's period, however often it is computed. */
export function chargeIdOf(periodKey: string, line: ChargeLine): string {
  const digest = createHash('sha256').update(chargeKey(line)).digest('hex');
  return `${periodKey}-${digest.slice(0, 20)}`;
}
