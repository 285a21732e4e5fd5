import { daysOf } from '../../../../billing/charge-scope.ts';
import { KeptReads } from '../../../../billing/kept/kept-reads.ts';
import type { SpendDay } from '../../../../billing/spend-days.ts';
import { daysOfPeriod } from '../../../../billing/spend-days.ts';
import { amountText } from '../../../../domain/money.ts';
import type { DayAmount } from '../../../../domain/unusual-days.ts';
import { type PeriodByDay, type PeriodDeps, readByDay } from './read-period.ts';

/** Reads what each day of a period came to, without what is of no day. */
export type DayAmountsReader = (asked: PeriodByDay) => Promise<DayAmount[]>;

/** So many periods are kept. */
const MOST_KEPT = 256;

/** What was issued stands, so its days are read once; the last asked for are kept. */
export function createDayAmounts(deps: PeriodDeps): DayAmountsReader {
  const kept = new KeptReads<DayAmount[]>(MOST_KEPT, () => 1);
  return (asked) => {
    if (asked.head === null) return readDayAmounts(deps, asked);
    return kept.get(`${asked.account.id} ${asked.head.id}`, () => readDayAmounts(deps, asked));
  };
}

async function readDayAmounts(deps: PeriodDeps, asked: PeriodByDay): Promise<DayAmount[]> {
  const { terms, through } = await readByDay(deps, asked);
  const bounds = daysOf(asked.period);
  return daysOfPeriod(bounds, asked.period.timeZone, through).map(({ day, state }, position) => {
    const [from, to] = [bounds[position] as number, bounds[position + 1] as number];
    // A day that still runs is no whole one.
    return { day, position, amount: state === 'metered' ? amountText(terms.amountBetween({ from, to })) : null };
  });
}

/** The same of days that were told already. */
export function dayAmountsOf(days: readonly SpendDay[]): DayAmount[] {
  return days.map(({ day, state, amount }, position) => ({
    day,
    position,
    amount: state === 'metered' ? amount : null,
  }));
}
