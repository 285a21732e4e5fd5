import type { Quantity } from '../money.ts';

/** What one event or interval (or a bucket of events) adds to a charge. Instants in microseconds since 1970. */
export interface Contribution {
  /**
   * `event`: all of it at `from`. `interval`: evenly over `[from, to)`. `bucket`: many events somewhere in `[from, to)`;
   * stands in where nobody asks which event costs what.
   */
  kind: 'event' | 'interval' | 'bucket';
  from: number;
  to: number;
  /**
   * For counts and sums what it adds; for other aggregations by how much the running aggregate changed; for levels
   * level × seconds, which divides evenly by the microseconds of an interval.
   */
  quantity: Quantity;
  /** The resource's slot, for caps per slot; `''` where there is none. */
  slot: string;
  /** How many events it stands for. */
  events: number;
  source: string;
  id: string;
  subject: string;
  dimensions: Readonly<Record<string, string>>;
}

/** The order in which contributions count: time, then source, then id, then slot. */
export function inOrder(a: Contribution, b: Contribution): number {
  return a.from - b.from || compare(a.source, b.source) || compare(a.id, b.id) || compare(a.slot, b.slot);
}

/** By code units, as the store sorts: no locale decides over money. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The contribution in pieces, cut at instants (rising). An interval's pieces add up to it exactly. A bucket cannot be cut.
 * @throws RangeError when an instant falls inside a bucket: whoever asked for it has to cut it when it is read
 */
export function cutAt(contribution: Contribution, instants: readonly number[]): Contribution[] {
  const inside = instants.filter((instant) => instant > contribution.from && instant < contribution.to);
  if (inside.length === 0) return [contribution];
  if (contribution.kind !== 'interval') throw new RangeError('a bucket of events cannot be cut in the middle');
  const rate = contribution.quantity / BigInt(contribution.to - contribution.from);
  const bounds = [contribution.from, ...inside, contribution.to];
  return bounds.slice(0, -1).map((from, i) => {
    const to = bounds[i + 1] as number;
    return { ...contribution, from, to, quantity: rate * BigInt(to - from) };
  });
}
