import { Decimal } from 'decimal.js';
import { isLosslessNumber } from 'lossless-json';

/**
 * A number of an event as text, every digit of it; `undefined` for what is no number. However it is spelled it is the same
 * text: which parser read it depends on the numbers around it, and one event must say the same in every batch and when it is
 * read again alone.
 */
export function numberText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return isLosslessNumber(value) ? new Decimal(value.value).toString() : undefined;
}
