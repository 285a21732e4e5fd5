import type { OverviewPage } from '#server/pages/spend-pages.types.ts';
import { type ChartModel, dayColumn, modelOf } from '../../chart/chart-model.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';

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
