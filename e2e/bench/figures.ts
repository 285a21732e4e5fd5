/** The value that `share` (0 to 1) of all values do not exceed: nearest rank, so it is one that was measured. @throws without values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (found === undefined) throw new Error('Nothing was measured.');
  return found;
}

/** The middle value; of an even number of values, half-way between the two in the middle. @throws without values */
export function median(values: readonly number[]): number {
  const fromBelow = percentile(values, 0.5);
  const fromAbove = -percentile(
    values.map((value) => -value),
    0.5,
  );
  return (fromBelow + fromAbove) / 2;
}

/** `123,456` or, below 10, with two decimals. */
export function rounded(value: number): string {
  return value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en');
}

/** `0.85 ms`, `412 ms`. */
export function milliseconds(value: number): string {
  return `${rounded(value)} ms`;
}
