import type { UsageGroup, UsagePage } from '#server/usage/usage.types.ts';

/** How a meter makes one quantity of its events, in words, and whether quantities of days and groups add up to it. */
export interface AggregationWords {
  countedAs: string;
  adds: boolean;
  /** Name of the row under all days. */
  wholePeriod: string;
}

const WORDS: Record<string, AggregationWords> = {
  count: { countedAs: 'number of events', adds: true, wholePeriod: 'Sum' },
  sum: { countedAs: 'sum of values', adds: true, wholePeriod: 'Sum' },
  time_weighted: { countedAs: 'level × time', adds: true, wholePeriod: 'Sum' },
  max: { countedAs: 'highest value of the month', adds: false, wholePeriod: 'Highest' },
  unique: { countedAs: 'distinct values of the month', adds: false, wholePeriod: 'Distinct' },
  latest: { countedAs: 'last value of the month', adds: false, wholePeriod: 'Last' },
};

/** Words for an aggregation; one this page does not know is not claimed to add up. */
export function aggregationWords(aggregation: string): AggregationWords {
  return WORDS[aggregation] ?? { countedAs: aggregation, adds: false, wholePeriod: 'Month' };
}

/** Why days or groups of such a meter do not sum to its total, or `null` when they do. */
export function whyNoSum(aggregation: string): string | null {
  switch (aggregation) {
    case 'max':
      return 'The highest value of the month is not the sum of the days’ or groups’ highest values.';
    case 'unique':
      return 'A value seen on two days, or in two groups, counts once in the month.';
    case 'latest':
      return 'The last value of the month is not a sum of days.';
    default:
      return aggregationWords(aggregation).adds ? null : 'Days and groups of this meter are not summed.';
  }
}

/** A grouping's name for people: events speak of a subject, customers of a resource. */
export function dimensionName(dimension: string): string {
  return dimension === 'subject' ? 'resource' : dimension;
}

/** A group's name: its value, `no app` where events carried none, `14 others` for those beyond the largest. */
export function groupName({ value, count }: UsageGroup, groupBy: string | null): string {
  if (value === null) return `${count} ${count === 1 ? 'other' : 'others'}`;
  return value === '' ? `no ${dimensionName(groupBy ?? 'value')}` : value;
}

/** Whether the account has any usage in the period. */
export function hasUsage(page: Pick<UsagePage, 'meters'>): boolean {
  return page.meters.some((m) => m.quantity !== null);
}
