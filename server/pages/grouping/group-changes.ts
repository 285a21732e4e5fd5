import type { Grouping } from '../../domain/grouping.ts';
import { type Amount, amountText, parseAmount } from '../../domain/money.ts';
import { CORRECTIONS } from '../../domain/pricing/product.ts';
import type { Changes, ToldDriver } from '../../explanation/why/changes/changes.types.ts';
import type { GoneGroups } from '../spend-pages.types.ts';
import type { AccountTeams } from './account-teams.ts';
import { groupValue } from './charge-choice.ts';
import type { Grouped } from './spend-grouping.ts';

/** By how much groups of charges differ from what they are compared with. Exact decimal text. */
export interface GroupChanges {
  /** In the order of the groups. */
  changes: string[];
  /** Those no group stands for; `null` without any. */
  gone: GoneGroups | null;
  /** Of all charges. */
  sum: string;
}

/**
 * What of a difference each group made: a driver is told with what it makes of every charge, and a charge is of one group. Credits and
 * tax are of no charge.
 */
export function changesOfGroups(
  { drivers }: Pick<Changes, 'drivers'>,
  groups: readonly Pick<Grouped<unknown>, 'value'>[],
  { by, teams }: { by: Grouping; teams: AccountTeams },
): GroupChanges {
  const byValue = new Map<string, Amount>();
  for (const driver of drivers) {
    for (const { value, amount } of partsOf(driver, by, teams)) {
      byValue.set(value, (byValue.get(value) ?? 0n) + amount);
    }
  }
  const sum = total([...byValue.values()]);
  const named = groups.flatMap(({ value }) => value ?? []);
  const rest = [...byValue].filter(([value]) => !named.includes(value)).map(([, amount]) => amount);
  const hasRest = groups.some(({ value }) => value === null);
  const gone = rest.filter((amount) => amount !== 0n);
  return {
    changes: groups.map(({ value }) => amountText(value === null ? total(rest) : (byValue.get(value) ?? 0n))),
    gone: hasRest || gone.length === 0 ? null : { count: gone.length, change: amountText(total(gone)) },
    sum: amountText(sum),
  };
}

function partsOf({ kind, inside }: ToldDriver, by: Grouping, teams: AccountTeams) {
  return inside.map(({ priceKey = '', lineValues, amountExact }) => {
    const isOfAnother = kind === 'correction' && (by === 'product' || by === 'price');
    const value = isOfAnother ? CORRECTIONS : groupValue({ priceKey, lineValues }, by, teams);
    return { value, amount: parseAmount(amountExact) };
  });
}

const total = (amounts: readonly Amount[]): Amount => amounts.reduce((sum, amount) => sum + amount, 0n);
