import { toRfc3339 } from '../../domain/instant.ts';
import { amountText, quantityText } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { OpenedCharge } from '../charge/open-charge.ts';
import type { CostingEvent, ExplainedInterval, FirstRows } from '../explanation.types.ts';
import { intervalOf } from './intervals.ts';

/** So many are shown on the page of the whole charge. */
const MOST = 8;

interface Costing {
  amount: bigint;
  /** Of those that cost alike the earliest comes first. */
  at: number;
}

/** The intervals that cost most, and what all others come to; `null` of what is not metered by levels. */
export function firstIntervals({ through }: FoundCharge, { parts }: OpenedCharge): FirstRows<ExplainedInterval> | null {
  const ran = parts.filter(({ contribution }) => contribution.kind === 'interval');
  if (ran.length === 0) return null;
  const costing = ran.map((part) => ({ part, amount: net(part), at: part.contribution.from }));
  return firstOf(costing, ({ part }) => intervalOf(part, through));
}

/** The events that cost most, where each is a part of its own; `null` where what was used is told in windows. */
export function firstEvents({ parts }: OpenedCharge): FirstRows<CostingEvent> | null {
  if (parts.length === 0 || parts.some(({ contribution }) => contribution.kind === 'bucket')) return null;
  const events = new Map<string, Costing & { first: RatedPart; quantity: bigint }>();
  for (const part of parts) {
    const { source, id, from, whole, quantity } = part.contribution;
    const key = JSON.stringify([source, id]);
    const event = events.get(key) ?? { first: part, at: whole?.from ?? from, amount: 0n, quantity: 0n };
    event.amount += net(part);
    event.quantity += quantity;
    events.set(key, event);
  }
  return firstOf([...events.values()], ({ first: { contribution }, at, quantity, amount }) => ({
    ...{ source: contribution.source, id: contribution.id, resource: contribution.subject },
    ...{ eventTime: toRfc3339(at), quantity: quantityText(quantity), amountExact: amountText(amount) },
  }));
}

/** Those that cost most, without those that cost nothing. */
function firstOf<From extends Costing, Row>(all: readonly From[], rowOf: (from: From) => Row): FirstRows<Row> {
  const costly = all.filter(({ amount }) => amount !== 0n).sort(bySize);
  const first = costly.slice(0, MOST);
  const others = costly.slice(MOST).reduce((sum, { amount }) => sum + amount, 0n);
  return {
    rows: first.map(rowOf),
    by: 'amount',
    others: costly.length - first.length,
    othersAmountExact: amountText(others),
    free: all.length - costly.length,
  };
}

function bySize(a: Costing, b: Costing): number {
  const [x, y] = [a, b].map(({ amount }) => (amount < 0n ? -amount : amount)) as [bigint, bigint];
  return x === y ? a.at - b.at : x > y ? -1 : 1;
}

const net = ({ amount, coveredAmount }: RatedPart) => amount - coveredAmount;
