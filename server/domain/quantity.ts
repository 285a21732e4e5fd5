import { fixedText, parseFixed, QUANTITY_DECIMALS, type Quantity, quantityText } from './money.ts';

/** The exact sum of decimal texts. @throws RangeError for what is none, or has more decimals than quantities have */
export function addQuantities(quantities: Iterable<string>): string {
  let sum = 0n;
  for (const quantity of quantities) sum += read(quantity);
  return quantityText(sum);
}

/** Level-microseconds as the meter's quantity, level-seconds. Exact: only the point moves. @throws RangeError as above */
export function levelSeconds(levelMicros: string): string {
  return fixedText(read(levelMicros), QUANTITY_DECIMALS + 6);
}

/** Orders decimal texts by value. @throws RangeError as above */
export function compareQuantities(a: string, b: string): number {
  const [one, other] = [read(a), read(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Also of `1e-12`: an exponent says where the point is. */
function read(text: string): Quantity {
  const [mantissa = '', exponent = '0'] = text.split(/e/i);
  return parseFixed(mantissa, QUANTITY_DECIMALS + Number(exponent));
}
