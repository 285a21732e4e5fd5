import { momentText } from '../../../app/format/time.ts';
import { exactText } from '../../../server/domain/decimal.ts';
import type { DemoTime } from '../demo-fixtures.ts';

/** The currency of the demo. */
export const USD = { currency: 'USD', minorUnit: 2 };

/** As the pages write an exact amount. */
export const usd = (exact: string) => exactText(exact, 2);

/** As the pages write a moment that is not of today. */
export const moment = (at: number) => momentText(new Date(at).toISOString(), 'UTC', '1970-01-01T00:00:00Z');

/** From one moment to another, in milliseconds since 1970. */
export const seconds = (from: number, to: number) => (to - from) / 1000;

/** `Oct 1 2026`, the first of the `month`-th month of the history. */
export function dayOf(time: DemoTime, month: number): string {
  return `${moment(time.at(month, 1, '00:00:00')).split(',')[0]} ${time.key(month).slice(0, 4)}`;
}

/** Whole cents as a decimal. */
export function decimalOf(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
