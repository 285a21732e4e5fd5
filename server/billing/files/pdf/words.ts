import { Temporal } from 'temporal-polyfill';
import { exactText } from '../../../domain/decimal.ts';
import { durationText } from '../../../domain/duration.ts';

/** Running time of dynos and the like; gigabytes for an hour are no hours. */
const RUNNING_TIME = /^(?!([KMGTP]i?)?B-)(.+-)?seconds$/;

/** A decimal with every digit as it is written, thousands apart: `−1,234.50`. @throws RangeError for what is none */
export function decimalText(decimal: string): string {
  return exactText(decimal, decimal.split('.')[1]?.length);
}

/** A quantity with every digit and its unit; running time as `744 h 00 min 00.5 s`. */
export function quantityWords(quantity: string, unit: string): string {
  return RUNNING_TIME.test(unit) ? durationText(quantity, 'whole') : `${decimalText(quantity)} ${unit}`;
}

/** An instant on the account's clock: `2026-11-24 14:03:07`. */
export function clockWords(instant: string, timeZone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.round({ smallestUnit: 'second', roundingMode: 'floor' }).toString().replace('T', ' ');
}

/** `2026-11` → `November 2026`. */
export function monthWords(periodKey: string): string {
  return new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${periodKey}-01T00:00:00Z`),
  );
}
