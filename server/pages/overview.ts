import type { Viewer } from '../access/viewer.ts';
import {
  DaysUnknownError,
  daysOfInvoice,
  type InvoiceDays,
  type LineDays,
  sumOfAmounts,
} from '../billing/invoices/invoice-days.ts';
import type { ComputedInvoice, Invoices } from '../billing/invoices/invoices.ts';
import type { SpendDay } from '../billing/spend-days.ts';
import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import type { Database } from '../database/database.types.ts';
import { finalPeriods } from '../database/invoices/invoices.ts';
import { readEventTime } from '../domain/instant.ts';
import { parseAmount } from '../domain/money.ts';
import { localDay } from '../domain/windows.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';
import type { Readings } from '../metering/watermark.ts';
import { changesBeside, onlyOwnFault, shown } from './changes-page.ts';
import { productOfLine } from './charge-choice.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope, periodOfPage } from './page-scope.ts';
import type { OverviewPage, SpendGroup } from './spend-pages.types.ts';

const NAMED_GROUPS = 6;
const TOP_LINES = 10;
const TOLD_CHANGES = 5;
const TOLD_OF_DAY = 2;
const MOST_MARKS = 8;

const DAYS_UNKNOWN =
  'What each day of this month cost cannot be told any more: usage or prices changed since its invoice became final. The invoice stands as it was issued.';

interface OverviewQuestion {
  accountId: string;
  /** Key of a billing period; the open one by default. */
  period?: string;
  by?: OverviewPage['by'];
}

/** Builds the overview's answer; see `PageAnswers.overview`. */
export function createOverview({
  database,
  invoices,
  changes,
  readings,
  now,
  onError,
}: {
  database: Database;
  invoices: Invoices;
  changes: ChangesReader;
  readings: Readings;
  now: () => Date;
  onError: (error: unknown) => void;
}) {
  return (viewer: Viewer, question: OverviewQuestion): Promise<OverviewPage> =>
    readings.together(() => overviewOf(viewer, question));

  async function overviewOf(viewer: Viewer, { by = 'app', ...asked }: OverviewQuestion): Promise<OverviewPage> {
    const { accountId } = asked;
    const scope = await pageScope(database.queries, viewer, asked, now());
    const { account, previous } = scope;
    const isPast = scope.period.key !== scope.open.key;
    const computed = await invoices.computed(account, scope.period.key, true);
    const { period, through } = computed;
    const { view, byDay } = await shownOf(account.id, computed, isPast);
    const { days, base } = byDay;
    const isOver = !isPast && account.endedAt !== null && account.endedAt <= now();
    const today = days.findIndex(({ state }) => state === 'running');
    const key = previous?.key ?? '';
    const finalBefore = (await finalPeriods(database.queries, accountId)).find((head) => head.period.key === key);
    const isDraft = previous !== null && finalBefore === undefined;
    const draftBefore = isDraft ? (await invoices.computed(account, key)).view : undefined;
    const hadBefore = draftBefore !== undefined && draftBefore.lines.length > 0;
    const change = changes.ofPeriod(account.id, period.key, { current: computed });
    const beside = await changesBeside(change, TOLD_CHANGES, onError);
    return {
      changes: beside,
      unusual: await unusualOf(account.id, period.key, days, computed),
      marks: beside === null || beside === 'failed' ? [] : marksOf(await change, period),
      account: accountOfPage(account, period),
      period: periodOfPage(scope),
      ended: isOver ? (account.endedAt?.toISOString() ?? null) : null,
      invoice: computed.pricing.rulings.length === 0 ? null : view,
      previous:
        finalBefore !== undefined
          ? { id: finalBefore.id, state: finalBefore.state, key, total: finalBefore.total }
          : hadBefore
            ? { id: draftBefore.id, state: draftBefore.state, key, total: draftBefore.total }
            : null,
      days,
      base,
      yesterday: isOver || isPast ? null : today > 0 ? (days[today - 1] ?? null) : lastOf(days, through >= period.to),
      by,
      groups: spendGroups(byDay, by),
      groupsSum: sumOfAmounts(byDay.lines.map(({ amountExact }) => amountExact)),
      top: [...view.lines].sort((a, b) => compareAmounts(b.amountExact, a.amountExact)).slice(0, TOP_LINES),
    };
  }

  async function unusualOf(
    accountId: string,
    periodKey: string,
    days: readonly SpendDay[],
    current: ComputedInvoice,
  ): Promise<OverviewPage['unusual']> {
    try {
      const told = await changes.unusual(accountId, periodKey, days, { current });
      return told.map(({ changes: all, ...day }) => ({ ...day, changes: shown(all, TOLD_OF_DAY) }));
    } catch (error) {
      onlyOwnFault(error, onError);
      return 'failed';
    }
  }

  /** The last invoice of an account that has ended is final at last: as issued, unless what came since is about to stand on another. */
  async function shownOf(accountId: string, computed: ComputedInvoice, isPast: boolean) {
    const { period, view } = computed;
    const issued = period.state === 'final' ? await invoices.find(accountId, period.key) : null;
    try {
      if (issued !== null) return { view: issued, byDay: daysOfInvoice(issued, computed) };
    } catch (error) {
      if (!(error instanceof DaysUnknownError)) throw error;
      if (isPast) throw notFound(DAYS_UNKNOWN);
    }
    return { view, byDay: daysOfInvoice(view, computed) };
  }
}

/** What made a difference at an instant of the period, where that is more than a hundredth of what the period came to. */
function marksOf(changes: Changes | null, { from, to, timeZone }: AccountPeriodRow): OverviewPage['marks'] {
  const least = parseAmount(changes?.amountExact ?? '0') / 100n;
  return (changes?.drivers ?? [])
    .flatMap(({ at, description, amountExact }) => {
      const micros = at === undefined ? null : readEventTime(at);
      if (micros === null || micros <= from || micros >= to) return [];
      return size(parseAmount(amountExact)) < least
        ? []
        : [{ day: localDay(micros, timeZone), text: description, amountExact }];
    })
    .slice(0, MOST_MARKS);
}

const size = (value: bigint) => (value < 0n ? -value : value);

function lastOf(days: readonly SpendDay[], isWhole: boolean): SpendDay | null {
  return isWhole ? (days.at(-1) ?? null) : null;
}

function spendGroups({ lines, days }: InvoiceDays, by: OverviewPage['by']): SpendGroup[] {
  const byApp = new Map<string, LineDays[]>();
  for (const line of lines) {
    const app = by === 'app' ? (line.lineValues.app ?? '') : productOfLine(line);
    byApp.set(app, [...(byApp.get(app) ?? []), line]);
  }
  const group = (value: string | null, own: readonly LineDays[], count: number): SpendGroup => ({
    value,
    amount: sumOfAmounts(own.map(({ amountExact }) => amountExact)),
    base: sumOfAmounts(own.map(({ base }) => base)),
    count,
    days: days.map(({ state }, i) =>
      state === 'future' ? null : sumOfAmounts(own.map(({ amounts }) => amounts[i] ?? '0')),
    ),
  });
  const ranked = [...byApp]
    .map(([app, own]) => ({ own, named: group(app, own, 1) }))
    .sort((a, b) => compareAmounts(b.named.amount, a.named.amount));
  // There are few products, and none is hidden.
  const most = by === 'app' ? NAMED_GROUPS : ranked.length;
  const named = ranked.slice(0, most).map((each) => each.named);
  const others = ranked.slice(most);
  if (others.length === 0) return named;
  return [
    ...named,
    group(
      null,
      others.flatMap(({ own }) => own),
      others.length,
    ),
  ];
}

function compareAmounts(a: string, b: string): number {
  const [x, y] = [parseAmount(a), parseAmount(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
