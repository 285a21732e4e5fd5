import { createHash } from 'node:crypto';
import type { InvoiceDays } from '../../../../billing/invoices/invoice-days.ts';
import { KeptReads } from '../../../../billing/kept/kept-reads.ts';
import type { AccountPeriodRow } from '../../../../database/accounts/billing-periods.ts';
import type { InvoiceHead } from '../../../../database/invoices/invoices.ts';
import { unusualDays } from '../../../../domain/unusual-days.ts';
import type { Changes } from '../changes.types.ts';
import type { Standpoint } from '../standpoint.ts';
import { createDayAmounts, dayAmountsOf } from '../terms/day-amounts.ts';
import type { PeriodDeps } from '../terms/read-period.ts';

/** A day that came to something unusual, with what made the difference; see `unusualDays`. */
export interface UnusualDayTold {
  day: string;
  /** Days after it, one after another, that are so as well. */
  until: string;
  changes: Changes;
}

/** The days of a period, with what each charge came to on them. */
export type WholeDays = Pick<InvoiceDays, 'period' | 'days' | 'lines'>;

/** How the days are told. */
interface Telling {
  /** What they rest on beside what was used. */
  rests: unknown;
  /** A day against what is usual; `null` where nothing is. */
  against: (day: string) => Promise<Changes | null>;
}

/** A period before one, with its invoice where that was issued. */
interface Before {
  period: AccountPeriodRow;
  head: InvoiceHead | null;
}

/** So many unusual days are told, the latest. */
const MOST_UNUSUAL = 5;
/** So many periods before one are looked back at: more than the weeks of a weekday's range. */
const PERIODS_BACK = 2;
/** So many drivers of unusual days, and what is inside them, are kept in all: some 20 MB. */
const MOST_TOLD = 40_000;

/** Tells the unusual days of a period, the latest few, each against what is usual. What they rest on is the same: it is told once. */
export function createUnusual(deps: PeriodDeps) {
  const dayAmounts = createDayAmounts(deps);
  const kept = new KeptReads<UnusualDayTold[]>(MOST_TOLD, (days) =>
    days.reduce((sum, { changes }) => sum + changes.drivers.reduce((all, { inside }) => all + inside.length + 1, 1), 1),
  );

  async function tell(
    { account, meteredThrough, readAlready }: Standpoint,
    before: readonly Before[],
    { days }: WholeDays,
    { against }: Telling,
  ): Promise<UnusualDayTold[]> {
    const amounts = await Promise.all(
      before.map((each) => dayAmounts({ account, ...each, meteredThrough, readAlready })),
    );
    const own = new Set(days.map(({ day }) => day));
    const unusual = unusualDays([...amounts.flat(), ...dayAmountsOf(days)], (day) => own.has(day));
    const told = await Promise.all(
      unusual.slice(-MOST_UNUSUAL).map(async ({ day, until }) => {
        const changes = await against(day);
        return changes === null ? [] : [{ day, until, changes }];
      }),
    );
    return told.flat();
  }

  return (stands: Standpoint, days: WholeDays, telling: Telling): Promise<UnusualDayTold[]> => {
    const { account, periods, finals } = stands;
    const i = periods.findIndex(({ key }) => key === days.period.key);
    const before = periods
      .slice(Math.max(0, i - PERIODS_BACK), Math.max(0, i))
      .map((period) => ({ period, head: finals.find((each) => each.period.key === period.key) ?? null }));
    const tellNow = () => tell(stands, before, days, telling);
    // What is not issued yet may change, with nothing of this to show it.
    if (before.some(({ head }) => head === null)) return tellNow();
    const rests = [account.id, before.map(({ head }) => head?.id), telling.rests, deps.registry.currentMeters()];
    return kept.get(nameOf(days, rests), tellNow);
  };
}

/** A name for all that the whole days of a period rest on: what each charge came to on each of them, and what else is given. */
function nameOf({ period, days, lines }: WholeDays, rests: unknown): string {
  const isWhole = days.map(({ state }) => state === 'metered');
  const amounts = lines.map(({ chargeId, amounts: all }) => [chargeId, all.filter((_, i) => isWhole[i])]);
  return createHash('sha256')
    .update(JSON.stringify([period.key, rests, amounts]))
    .digest('base64');
}
