/** Each instant once, rising. Microseconds. */
export function rising(instants: readonly number[]): number[] {
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** How many of the rising instants are at or before this one. */
export function countUntil(instants: readonly number[], at: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
