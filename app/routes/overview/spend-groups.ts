import type { Grouping } from '#server/domain/grouping.ts';
import type { ChargeChoice } from '#server/pages/grouping/charge-choice.ts';
import type { OverviewPage, SpendGroup } from '#server/pages/spend-pages.types.ts';
import { type ChartModel, dayColumn, modelOf } from '../../chart/chart-model.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';

/** The charges of a group: those of its app, team, product or price, or of any but those that are named. */
export function choiceOfGroup(
  groups: readonly Pick<SpendGroup, 'value'>[],
  { value }: Pick<SpendGroup, 'value'>,
  by: Grouping,
): ChargeChoice {
  if (value !== null) return { [by]: value };
  const others = groups.flatMap((group) => group.value ?? []);
  // Every product is named.
  return { app: { exceptApps: others }, team: { exceptTeams: others }, price: { exceptPrices: others }, product: {} }[
    by
  ];
}

/** The chart of daily spend, stacked by group. Floats, good for pixels and for nothing else. */
export function spendChart({ days, groups, by, marks, unusual }: OverviewPage, currency: string): ChartModel {
  const told = [...marks, ...(unusual === 'failed' ? [] : unusual)];
  const marked = new Set(told.map(({ day }) => day));
  const columns = days.map(({ day, state }, index) => ({
    ...dayColumn(day, index),
    state,
    marked: marked.has(day),
    values: groups.map((group) => Math.max(0, Number(group.days[index] ?? 0))),
  }));
  const series = groups.map((group, i) => ({ name: groupText(group, by), pattern: patternOf(group, i) }));
  return modelOf(series, columns, currency);
}
