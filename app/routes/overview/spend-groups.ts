import type { OverviewPage, SpendGroup } from '#server/services/spend-pages.types.ts';
import { type ChartModel, scaleTo } from '../usage/chart-model.ts';

/** Patterns 1 to 6 for apps by size, 7 for the rest together. */
const OTHERS = 7;

/** The pattern a group is painted with. */
export function patternOf({ value }: SpendGroup, index: number): number {
  return value === null ? OTHERS : (index % (OTHERS - 1)) + 1;
}

/** A group's name for people. */
export function groupText({ value, count }: SpendGroup): string {
  if (value === null) return `${count} others`;
  return value === '' ? 'whole account' : value;
}

/** The chart of daily spend, stacked by app. Floats, good for pixels and for nothing else. */
export function spendChart({ days, groups }: OverviewPage, currency: string): ChartModel {
  const columns = days.map(({ day, state }, index) => ({
    index,
    day,
    state,
    values: groups.map((group) => Math.max(0, Number(group.days[index] ?? 0))),
  }));
  const highest = Math.max(0, ...columns.map((c) => c.values.reduce((sum, v) => sum + v, 0)));
  const series = groups.map((group, i) => ({ name: groupText(group), pattern: patternOf(group, i) }));
  return { series, columns, unit: currency, ...scaleTo(highest) };
}
