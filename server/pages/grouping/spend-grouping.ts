import type { LineDays } from '../../billing/invoices/invoice-days.ts';
import type { Grouping } from '../../domain/grouping.ts';
import { parseAmount } from '../../domain/money.ts';
import type { AccountTeams } from './account-teams.ts';
import { groupValue } from './charge-choice.ts';

/** So many apps, teams or prices are told by name; there are few products, and none is hidden. */
const NAMED = 6;

/** What belongs together. */
export interface Grouped<Each> {
  /** The app, team, product or price; `null` of those beyond the first few, which are one group. */
  value: string | null;
  /** What people call a team or a price; `null` of all others, which are called by their value. */
  name: string | null;
  /** So many values. */
  count: number;
  own: Each[];
}

interface GroupingDeps<Each> {
  teams: AccountTeams;
  lineOf: (each: Each) => LineDays;
  /** Exact decimal text. */
  amountOf: (own: readonly Each[]) => string;
}

/** Charges by app, team, product or price, those that cost most first. */
export function groupedBy<Each>(
  all: readonly Each[],
  by: Grouping,
  { teams, lineOf, amountOf }: GroupingDeps<Each>,
): Grouped<Each>[] {
  const byValue = new Map<string, Each[]>();
  for (const each of all) {
    const value = groupValue(lineOf(each), by, teams);
    byValue.set(value, [...(byValue.get(value) ?? []), each]);
  }
  const ranked = [...byValue]
    .map(([value, own]) => ({ amount: amountOf(own), group: { value, name: nameOf(value, own), count: 1, own } }))
    .sort((a, b) => compareAmounts(b.amount, a.amount))
    .map(({ group }): Grouped<Each> => group);
  const most = by === 'product' ? ranked.length : NAMED;
  const others = ranked.slice(most);
  if (others.length === 0) return ranked;
  const rest = { value: null, name: null, count: others.length, own: others.flatMap(({ own }) => own) };
  return [...ranked.slice(0, most), rest];

  function nameOf(value: string, own: readonly Each[]): string | null {
    if (by === 'team') return teams.names.get(value) ?? null;
    const [first] = own.map(lineOf);
    // All lines of a price are called alike, but what corrects others of several prices.
    return by !== 'price' || first?.corrects !== undefined ? null : (first?.description ?? null);
  }
}

/** The order of exact amounts. */
export function compareAmounts(a: string, b: string): number {
  const [x, y] = [parseAmount(a), parseAmount(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
