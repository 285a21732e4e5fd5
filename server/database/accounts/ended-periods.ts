import { microsOf } from '../../domain/instant.ts';
import type { Queries } from '../database.types.ts';
import { listAccountsByIds } from './accounts.ts';
import { periodsOfAccount } from './billing-periods.ts';

/** A billing period that is over, of an account; its end in microseconds. */
export interface EndedPeriod {
  accountId: string;
  periodKey: string;
  periodTo: number;
}

const ACCOUNTS_AT_ONCE = 500;

/**
 * A period that has ended, draft or final, in which one of these accounts is touched by a change; `null` when there is none.
 * @param touched by account, the first instant at which the change bears on it, in microseconds
 */
export async function endedPeriodTouched(
  queries: Queries,
  touched: ReadonlyMap<string, number>,
  now: Date,
): Promise<EndedPeriod | null> {
  const nowMicros = microsOf(now);
  const earliest = [...touched].filter(([, at]) => at < nowMicros).sort(([, a], [, b]) => a - b);
  for (let first = 0; first < earliest.length; first += ACCOUNTS_AT_ONCE) {
    const chunk = new Map(earliest.slice(first, first + ACCOUNTS_AT_ONCE));
    for (const account of await listAccountsByIds(queries, [...chunk.keys()])) {
      const at = chunk.get(account.id) as number;
      const periods = await periodsOfAccount(queries, account, nowMicros, at);
      const ended = periods.find(({ state, to }) => state !== 'open' && to > at);
      if (ended !== undefined) return { accountId: account.id, periodKey: ended.key, periodTo: ended.to };
    }
  }
  return null;
}
