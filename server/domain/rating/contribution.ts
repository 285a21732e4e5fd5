import type { Quantity } from '../money.ts';
import { compareText } from '../text/text-order.ts';
import { countUntil } from './instants.ts';

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
   * For counts and sums what it adds; for other aggregations by how much the aggregate changed; for levels
   * level × seconds, which divides evenly by the microseconds of an interval.
   */
  quantity: Quantity;
  /**
   * Tells anew what the charge stands at, of which `quantity` is the difference to before: all of that is priced by the
   * terms then in force.
   */
  replaces?: true;
  /** The resource's slot, for caps per slot; `''` where there is none. */
  slot: string;
  /** How many events it stands for. */
  events: number;
  source: string;
  id: string;
  subject: string;
  dimensions: Readonly<Record<string, string>>;
  /** Of a piece: what it was cut from, so that a cut takes away nobody's place in a line. */
  whole?: Contribution;
}

/**
 * The order in which contributions count: time, then source, then id, then slot. What those leave open (buckets of one
 * hour) is settled by everything else that bears on an amount, so that the order of arrival never does.
 */
export function inOrder(a: Contribution, b: Contribution): number {
  return (
    a.from - b.from ||
    compareText(a.source, b.source) ||
    compareText(a.id, b.id) ||
    compareText(a.slot, b.slot) ||
    compareText(a.subject, b.subject) ||
    a.to - b.to ||
    (a.quantity < b.quantity ? -1 : a.quantity > b.quantity ? 1 : 0) ||
    a.events - b.events
  );
}

/** When a contribution draws from a pool: an event at once, anything else evenly. */
export function spanOf({ kind, from, to }: Contribution): { from: number; to: number; divisible: boolean } {
  return { from, to: kind === 'event' ? from : to, divisible: kind === 'bucket' };
}

/**
 * The contribution in pieces, cut at instants (rising). An interval's pieces add up to it exactly. A bucket cannot be cut.
 * @throws RangeError when an instant falls inside a bucket: whoever asked for it has to cut it when it is read
 */
export function cutAt(contribution: Contribution, instants: readonly number[]): Contribution[] {
  const { from, to, quantity } = contribution;
  const first = countUntil(instants, from);
  // Nearly always: this is asked of every contribution.
  if (first === instants.length || (instants[first] as number) >= to) return [contribution];
  if (contribution.kind !== 'interval') throw new RangeError('a bucket of events cannot be cut in the middle');
  const rate = quantity / BigInt(to - from);
  const cuts: Contribution[] = [];
  const whole = contribution.whole ?? contribution;
  let begin = from;
  for (let i = first; begin < to; i++) {
    const end = Math.min(instants[i] ?? to, to);
    cuts.push({ ...contribution, from: begin, to: end, quantity: rate * BigInt(end - begin), whole });
    begin = end;
  }
  return cuts;
}
