import { type Account, getAccount } from '../database/accounts.ts';
import type { Queries } from '../database/connect.ts';
import { type BillingPeriod, periodAt, periodOf } from '../domain/billing-period.ts';

/** The account, and the billing period asked for or the open one. */
export interface AccountPeriod {
  account: Account;
  period: BillingPeriod;
  /** The period `now` lies in. */
  open: BillingPeriod;
}

/** `null` when there is no such account. @throws RangeError when `periodKey` is no `YYYY-MM` */
export async function accountPeriod(
  queries: Queries,
  accountId: string,
  periodKey: string | undefined,
  now: Date,
): Promise<AccountPeriod | null> {
  const account = await getAccount(queries, accountId);
  if (account === null) return null;
  const open = periodAt(now.getTime() * 1000, account);
  return { account, open, period: periodKey === undefined ? open : periodOf(periodKey, account) };
}
