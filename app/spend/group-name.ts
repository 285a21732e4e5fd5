import type { Grouping } from '#server/domain/grouping.ts';
import type { SpendGroup } from '#server/pages/spend-pages.types.ts';
import { patternAt } from '../chart/chart-model.ts';
import { productName } from './line-name.ts';

/** The pattern a group is painted with. */
export function patternOf({ value }: Pick<SpendGroup, 'value'>, index: number): number {
  return patternAt(index, value === null);
}

/** A group's name for people. */
export function groupText({ value, name, count }: Pick<SpendGroup, 'value' | 'name' | 'count'>, by: Grouping): string {
  if (value === null) return `${count} ${count === 1 ? 'other' : 'others'}`;
  if (name !== null) return name;
  if (by === 'product' || by === 'price') return productName(value);
  return value === '' ? WITHOUT[by] : value;
}

const WITHOUT = { app: 'whole account', team: 'no team' } as const;
