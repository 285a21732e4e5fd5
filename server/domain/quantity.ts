import { Decimal } from 'decimal.js';

/** Wide enough that no sum or shift of a Decimal(38, 12) is ever rounded. */
const Exact = Decimal.clone({ precision: 120, toExpPos: 1000, toExpNeg: -1000 });

/** The exact sum of decimal texts. */
export function addQuantities(quantities: Iterable<string>): string {
  let sum = new Exact(0);
  for (const quantity of quantities) sum = sum.plus(quantity);
  return sum.toFixed();
}

/** Level-microseconds as the meter's quantity, level-seconds. Exact: only the point moves. */
export function levelSeconds(levelMicros: string): string {
  return new Exact(levelMicros).times('0.000001').toFixed();
}

/** Orders decimal texts by value. */
export function compareQuantities(a: string, b: string): number {
  return new Exact(a).comparedTo(b);
}
