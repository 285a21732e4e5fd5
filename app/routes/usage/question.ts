import type { UsagePageQuestion } from '#server/usage/usage.types.ts';
import type { UsageChoice } from '../../paths.ts';
import { notUnderstood, searchOf } from '../../search-params.ts';

/**
 * What an address of the usage page asks for. The service decides whether such a period, meter or dimension exists.
 * @throws a 400 `Response` for an address that is not understood
 */
export function questionOf(accountId: string | undefined, url: string): UsagePageQuestion {
  const search = searchOf(url, ['period', 'meter', 'groupBy', 'view']);
  const view = search.get('view') || 'chart';
  if (view !== 'chart' && view !== 'table') throw notUnderstood('“view” is chart or table.');
  return {
    accountId: accountId ?? '',
    period: search.get('period') || undefined,
    meterKey: search.get('meter') || undefined,
    groupBy: search.get('groupBy') || undefined,
  };
}

/** Whether the address asks for the table in place of the chart. */
export function viewOf(search: URLSearchParams): NonNullable<UsageChoice['view']> {
  return search.get('view') === 'table' ? 'table' : 'chart';
}

/** Whether two addresses differ in the view only, which needs no new numbers. */
export function onlyViewDiffers(a: URL, b: URL): boolean {
  return a.pathname === b.pathname && a.search !== b.search && withoutView(a) === withoutView(b);
}

function withoutView(url: URL): string {
  const search = new URLSearchParams(url.search);
  search.delete('view');
  search.sort();
  return search.toString();
}
