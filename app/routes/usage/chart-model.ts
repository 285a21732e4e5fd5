import { sumsToTheWhole } from '#server/domain/aggregation.ts';
import type { UsagePage } from '#server/usage/usage.types.ts';
import { type ChartModel, dayColumn, modelOf, patternAt } from '../../chart/chart-model.ts';
import { axisUnit } from '../../format/quantity.ts';
import { groupName } from './words.ts';

/** The chart of a meter's days: stacked by group where groups add up, else one bar a day. */
export function chartModel({ meter, groupBy, groups, days }: NonNullable<UsagePage['chosen']>): ChartModel {
  const { divisor, name } = axisUnit(meter);
  const stacked = sumsToTheWhole(meter.aggregation) && groups.length > 0;
  const pixels = (quantity: string | null | undefined) => Math.max(0, Number(quantity ?? 0) / divisor);
  const series = stacked
    ? groups.map((g, i) => ({ name: groupName(g, groupBy), pattern: patternAt(i, g.value === null) }))
    : [{ name: meter.description, pattern: 1 }];
  const columns = days.map(({ day, state, quantity, byGroup }, index) => ({
    ...dayColumn(day, index),
    state,
    values: stacked ? series.map((_, i) => pixels(byGroup[i])) : [pixels(quantity)],
  }));
  return modelOf(series, columns, name);
}
