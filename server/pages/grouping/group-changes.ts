import type { Grouping } from '../../domain/grouping.ts';
import { type Amount, amountText } from '../../domain/money.ts';
import type { ChargeCompared } from '../../explanation/why/changes/charges-compared.ts';
import type { GoneGroups } from '../spend-pages.types.ts';
import type { AccountTeams } from './account-teams.ts';
import { groupValue } from './charge-choice.ts';
import type { Grouped } from './spend-grouping.ts';

/** What a group was, and by how much it differs from that. Exact decimal text. */
export interface GroupChange {
  before: string;
  change: string;
}

/** By how much groups of charges differ from what they are compared with. Credits and tax are of no charge. */
export interface GroupChanges {
  /** In the order of the groups. */
  each: GroupChange[];
  /** Those no group stands for; `null` without any. */
  gone: GoneGroups | null;
  /** Of all charges. */
  all: GroupChange;
}

/** What each group of charges differs by: all of the charges that are its own, in either span. */
export function changesOfGroups(
  charges: readonly ChargeCompared[],
  groups: readonly Pick<Grouped<unknown>, 'value'>[],
  { by, teams }: { by: Grouping; teams: AccountTeams },
): GroupChanges {
  const byValue = new Map<string, ChargeCompared[]>();
  for (const charge of charges) {
    const value = groupValue(charge, by, teams);
    const own = byValue.get(value);
    if (own === undefined) byValue.set(value, [charge]);
    else own.push(charge);
  }
  const named = new Set(groups.flatMap(({ value }) => value ?? []));
  const rest = [...byValue].filter(([value]) => !named.has(value)).map(([, own]) => own);
  const hasRest = groups.some(({ value }) => value === null);
  const gone = rest.filter((own) => differenceOf(own) !== 0n);
  return {
    each: groups.map(({ value }) => changeOf(value === null ? rest.flat() : (byValue.get(value) ?? []))),
    gone: hasRest || gone.length === 0 ? null : { count: gone.length, change: amountText(differenceOf(gone.flat())) },
    all: changeOf(charges),
  };
}

function changeOf(charges: readonly ChargeCompared[]): GroupChange {
  const before = charges.reduce((sum, charge) => sum + charge.before, 0n);
  return { before: amountText(before), change: amountText(differenceOf(charges)) };
}

function differenceOf(charges: readonly ChargeCompared[]): Amount {
  return charges.reduce((sum, { now, before }) => sum + now - before, 0n);
}
