import { Decimal } from 'decimal.js';
import { isLosslessNumber } from 'lossless-json';

/** The scale and size of every metered value: Decimal(38, 12) with room for sums. */
const MAX_FRACTION_DIGITS = 12;
const MAX_INTEGER_DIGITS = 18;

const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** A number as exact decimal text, or why it is none, in words for the sender. */
export type DecimalReading = { decimal: string } | { problem: string };

/**
 * Reads a metered value exactly: a JSON number, or a string holding one. Never coerces.
 * @returns plain decimal text (no exponent, no trailing zeros), or why it is not a number Plainbill can count exactly.
 */
export function readDecimal(value: unknown): DecimalReading {
  // Most values are whole numbers, and those are written without an exponent.
  if (Number.isSafeInteger(value)) return { decimal: String(value) };
  let text: string;
  if (typeof value === 'number') text = String(value);
  else if (isLosslessNumber(value)) text = value.value;
  else if (typeof value === 'string') text = value;
  else if (value === undefined) return { problem: 'is missing' };
  else return { problem: `must be a number, not ${describe(value)}` };

  if (!PLAIN.test(text)) {
    if (!NUMBER.test(text)) return { problem: `must be a number, not ${describe(value)}` };
    text = new Decimal(text).toFixed();
  }
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '0', fraction = ''] = text.slice(sign.length).split('.');
  const digits = withoutZerosAtEnd(fraction);
  if (whole.length > MAX_INTEGER_DIGITS) return { problem: `must be below 10^${MAX_INTEGER_DIGITS}` };
  if (digits.length > MAX_FRACTION_DIGITS) return { problem: `must have at most ${MAX_FRACTION_DIGITS} decimals` };
  if (digits === '') return { decimal: whole === '0' ? '0' : sign + whole };
  return { decimal: `${sign}${whole}.${digits}` };
}

/** No pattern: it would try each of a million zeros that are followed by something else. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  return digits.slice(0, end);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return isLosslessNumber(value) ? value.value.slice(0, 24) : 'an object';
  return JSON.stringify(value).slice(0, 24);
}
