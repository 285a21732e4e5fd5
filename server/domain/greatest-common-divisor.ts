/** The greatest whole number that divides both; of nothing and n it is the size of n. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? (a < 0n ? -a : a) : greatestCommonDivisor(b, a % b);
}
