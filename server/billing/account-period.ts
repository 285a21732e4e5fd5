import { type Account, getAccount } from '../database/accounts/accounts.ts';
import { type AccountPeriodRow, periodsOfAccount } from '../database/accounts/billing-periods.ts';
import type { Queries } from '../database/database.types.ts';
import { isPeriodKey } from '../domain/billing-period.ts';
import { DAY, microsOf } from '../domain/instant.ts';
import { MONTHS_BACK } from '../domain/policy.ts';
import type { Span } from './charge-gathering.ts';

/** The account, and the billing period asked for or the open one. */
export interface AccountPeriod {
  account: Account;
  period: AccountPeriodRow;
  /** The period `now` lies in; of an account that has ended, its last. */
  open: AccountPeriodRow;
  previous: AccountPeriodRow | null;
  next: AccountPeriodRow | null;
}

/** The longest that the months last from which events are taken. */
const LONGEST_REACH = MONTHS_BACK * 31 * DAY;

/** An account's periods as far back as usage may reach. */
export function periodsWithin(queries: Queries, account: Account, now: Date): Promise<AccountPeriodRow[]> {
  const micros = microsOf(now);
  return periodsOfAccount(queries, account, micros, micros - LONGEST_REACH);
}

/** `null` when there is no such account, or no such period of it. @throws RangeError when `periodKey` is no `YYYY-MM` */
export async function accountPeriod(
  queries: Queries,
  accountId: string,
  periodKey: string | undefined,
  now: Date,
): Promise<AccountPeriod | null> {
  if (periodKey !== undefined && !isPeriodKey(periodKey)) {
    throw new RangeError(`"${periodKey}" is no billing period; write it as 2026-11`);
  }
  const account = await getAccount(queries, accountId);
  if (account === null) return null;
  const periods = await periodsWithin(queries, account, now);
  const index = periodKey === undefined ? periods.length - 1 : periods.findIndex(({ key }) => key === periodKey);
  const [period, open] = [periods[index], periods.at(-1)];
  if (period === undefined || open === undefined) return null;
  return { account, open, period, previous: periods[index - 1] ?? null, next: periods[index + 1] ?? null };
}

/** The period an instant lies in; `null` where the account has none. */
export function periodHolding(periods: readonly AccountPeriodRow[], micros: number): AccountPeriodRow | null {
  return periods.find(({ from, to }) => from <= micros && micros < to) ?? null;
}

/** Whether what spans came to could still change: some of their periods have no invoice. */
export function couldChange(periods: readonly AccountPeriodRow[], spans: readonly Span[]): boolean {
  const isOf = (period: AccountPeriodRow) => spans.some(({ from, to }) => from < period.to && period.from < to);
  return periods.some((period) => period.state !== 'final' && isOf(period));
}
