import type { UsageGroup, UsagePage } from '#server/usage/usage.types.ts';

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
