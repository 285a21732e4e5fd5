import { maySee } from '../access/may-see.ts';
import type { Viewer } from '../access/viewer.ts';
import { type AccountPeriod, accountPeriod } from '../billing/account-period.ts';
import type { Account } from '../database/accounts/accounts.ts';
import type { Queries } from '../database/database.types.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { notFound } from './not-found.ts';

/**
 * The account a page is about, and the billing period asked for or the open one.
 * @throws a 404 `Response` when the account is not the viewer's, or the period is none
 */
export async function pageScope(
  queries: Queries,
  viewer: Viewer,
  question: { accountId: string; period?: string },
  now: Date,
): Promise<AccountPeriod> {
  const { accountId, period } = question;
  try {
    const scope = maySee(viewer, accountId) ? await accountPeriod(queries, accountId, period, now) : null;
    if (scope !== null) return scope;
  } catch (error) {
    if (error instanceof RangeError) throw notFound(error.message);
    throw error;
  }
  throw notFound('There is no such account, or it is not yours.');
}

/** What every page tells of its account; its days are days of the zone of the period it shows, if it shows one. */
export function accountOfPage({ id, name, timeZone, kind }: Account, period: { timeZone: string } = { timeZone }) {
  return { id, name, timeZone: period.timeZone, kind };
}

/** The period a page shows, and its neighbours to go to; none lies in the future. */
export function periodOfPage({ period, previous, next }: AccountPeriod) {
  return {
    key: period.key,
    from: toRfc3339(period.from),
    to: toRfc3339(period.to),
    bridging: period.bridging,
    previous: previous?.key ?? null,
    next: next?.key ?? null,
    open: period.state === 'open',
  };
}
