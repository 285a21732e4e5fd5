import type { OverviewPage, SpendGroup } from '#server/pages/spend-pages.types.ts';
import { patternAt } from '../chart/chart-model.ts';
import { productName } from './line-name.ts';

/** The pattern a group is painted with. */
export function patternOf({ value }: Pick<SpendGroup, 'value'>, index: number): number {
  return patternAt(index, value === null);
}

/** A group's name for people. */
export function groupText(
  { value, count }: Pick<SpendGroup, 'value' | 'count'>,
  by: OverviewPage['by'] = 'app',
): string {
  if (value === null) return `${count} ${count === 1 ? 'other' : 'others'}`;
  if (by === 'product') return productName(value);
  return value === '' ? 'whole account' : value;
}
