import type { LineDays } from '../billing/invoices/invoice-days.ts';
import { parseAmount } from '../domain/money.ts';
import { productOfLine } from './charge-choice.ts';
import type { OverviewPage } from './spend-pages.types.ts';

/** So many apps are told by name; there are few products, and none is hidden. */
const NAMED_APPS = 6;

/** What belongs together. */
export interface Grouped<Each> {
  /** The app or product; `null` of apps beyond the first few, which are one group. */
  value: string | null;
  /** So many apps or products. */
  count: number;
  own: Each[];
}

/** Charges by app or product, those that cost most first. `amountOf` tells exact decimal text. */
export function groupedBy<Each>(
  all: readonly Each[],
  by: OverviewPage['by'],
  { lineOf, amountOf }: { lineOf: (each: Each) => LineDays; amountOf: (own: readonly Each[]) => string },
): Grouped<Each>[] {
  const byValue = new Map<string, Each[]>();
  for (const each of all) {
    const line = lineOf(each);
    const value = by === 'app' ? (line.lineValues.app ?? '') : productOfLine(line);
    byValue.set(value, [...(byValue.get(value) ?? []), each]);
  }
  const ranked = [...byValue]
    .map(([value, own]) => ({ amount: amountOf(own), group: { value, count: 1, own } }))
    .sort((a, b) => compareAmounts(b.amount, a.amount))
    .map(({ group }): Grouped<Each> => group);
  const most = by === 'app' ? NAMED_APPS : ranked.length;
  const others = ranked.slice(most);
  if (others.length === 0) return ranked;
  return [...ranked.slice(0, most), { value: null, count: others.length, own: others.flatMap(({ own }) => own) }];
}

/** The order of exact amounts. */
export function compareAmounts(a: string, b: string): number {
  const [x, y] = [parseAmount(a), parseAmount(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
