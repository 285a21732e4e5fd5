import type { Viewer } from '../auth/viewer.ts';
import type { Database } from '../database/connect.ts';
import { finalPeriods } from '../database/invoices.ts';
import { neighbourOf } from '../domain/billing-period.ts';
import { type Amount, amountText, parseAmount } from '../domain/money.ts';
import type { ComputedInvoice, Invoices } from './invoices.ts';
import { accountOfPage, pageScope } from './page-scope.ts';
import { daysOfPeriod } from './spend-days.ts';
import type { OverviewPage, SpendDay, SpendGroup } from './spend-pages.types.ts';

const NAMED_GROUPS = 6;
const TOP_LINES = 10;

/** Builds the overview's answer; see `PlainbillContext.services.overview`. */
export function createOverview({
  database,
  invoices,
  now,
}: {
  database: Database;
  invoices: Invoices;
  now: () => Date;
}) {
  return async (viewer: Viewer, { accountId }: { accountId: string }): Promise<OverviewPage> => {
    const { account } = await pageScope(database.queries, viewer, { accountId }, now());
    const computed = await invoices.computed(account, null, true);
    const { view, period, through, charges } = computed;
    const days = spendDays(computed);
    const today = days.findIndex(({ state }) => state === 'running');
    const key = neighbourOf(period, -1, account).key;
    const finalBefore = (await finalPeriods(database.queries, accountId)).find((head) => head.period.key === key);
    const draftBefore = finalBefore === undefined ? (await invoices.computed(account, key)).view : undefined;
    const hadBefore = draftBefore !== undefined && draftBefore.lines.length > 0;
    const rated = charges.rating.charges;
    return {
      account: accountOfPage(account),
      invoice: computed.pricing.rateCard === null ? null : view,
      previous:
        finalBefore !== undefined
          ? { id: finalBefore.id, state: finalBefore.state, key, total: finalBefore.total }
          : hadBefore
            ? { id: draftBefore.id, state: draftBefore.state, key, total: draftBefore.total }
            : null,
      days,
      base: amountText(sum(rated.map(({ base }) => parseAmount(base)))),
      yesterday: today > 0 ? (days[today - 1] ?? null) : through >= period.to ? (days.at(-1) ?? null) : null,
      groups: spendGroups(computed, days),
      top: [...view.lines]
        .sort((a, b) => compare(parseAmount(b.amountExact), parseAmount(a.amountExact)))
        .slice(0, TOP_LINES),
    };
  };
}

/** Each day's exact spend. A day that has not come has none, which is not zero. */
function spendDays(computed: ComputedInvoice): SpendDay[] {
  const { charges } = computed.charges.rating;
  return daysOfPeriod(computed).map((day, i) => ({
    ...day,
    amount: day.state === 'future' ? null : amountText(sum(charges.map(({ days }) => parseAmount(days[i] ?? '0')))),
  }));
}

function spendGroups({ charges }: ComputedInvoice, days: readonly SpendDay[]): SpendGroup[] {
  const byApp = new Map<string, Amount[]>();
  for (const charge of charges.rating.charges) {
    const app = charge.lineValues.app ?? '';
    const sums = byApp.get(app) ?? days.map(() => 0n);
    charge.days.forEach((amount, i) => {
      sums[i] = (sums[i] ?? 0n) + parseAmount(amount);
    });
    byApp.set(app, sums);
  }
  const ranked = [...byApp].sort(([, a], [, b]) => compare(sum(b), sum(a)));
  const group = (value: string | null, sums: Amount[], count: number): SpendGroup => ({
    value,
    amount: amountText(sum(sums)),
    count,
    days: days.map(({ state }, i) => (state === 'future' ? null : amountText(sums[i] ?? 0n))),
  });
  const named = ranked.slice(0, NAMED_GROUPS).map(([app, sums]) => group(app, sums, 1));
  const others = ranked.slice(NAMED_GROUPS);
  if (others.length === 0) return named;
  const together = days.map((_, i) => sum(others.map(([, sums]) => sums[i] ?? 0n)));
  return [...named, group(null, together, others.length)];
}

function sum(amounts: readonly Amount[]): Amount {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
