/** One writing of a setting: what it says, and from when that holds. */
export interface Writing<Value> {
  /** 1, 2, … in the order they were written. */
  version: number;
  /** In microseconds since 1970; `null`: from the beginning. */
  effectiveFrom: number | null;
  value: Value;
}

/** What a setting says in `[from, to)`; `-Infinity` and `Infinity` where it has no such bound. */
export interface Ruling<Value> {
  from: number;
  to: number;
  version: number;
  value: Value;
}

/**
 * What a setting says when, after all these writings: each holds from its instant until the instant of the next one, whenever
 * they were written; of two for the same instant the later writing counts. Rulings rise, and there is no gap between them;
 * time before the first instant has none.
 */
export function rulingsOf<Value>(writings: readonly Writing<Value>[]): Ruling<Value>[] {
  const start = ({ effectiveFrom }: Writing<Value>) => effectiveFrom ?? Number.NEGATIVE_INFINITY;
  const byInstant = new Map<number, Writing<Value>>();
  for (const writing of [...writings].sort((a, b) => a.version - b.version)) byInstant.set(start(writing), writing);
  const rising = [...byInstant].sort(([a], [b]) => a - b);
  return rising.map(([from, { version, value }], i) => {
    return { from, to: rising[i + 1]?.[0] ?? Number.POSITIVE_INFINITY, version, value };
  });
}

/** What the setting says at an instant; `null` before it says anything. */
export function rulingAt<Value>(rulings: readonly Ruling<Value>[], at: number): Ruling<Value> | null {
  return rulings.findLast(({ from }) => from <= at) ?? null;
}
