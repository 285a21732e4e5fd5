import type { Viewer } from '../access/viewer.ts';
import type { AccountPeriod } from '../billing/account-period.ts';
import type { InvoiceView } from '../billing/invoice.types.ts';
import {
  DaysUnknownError,
  daysOfInvoice,
  type InvoiceDays,
  type LineDays,
  sumOfAmounts,
} from '../billing/invoices/invoice-days.ts';
import type { Invoices } from '../billing/invoices/invoices.ts';
import { storedView } from '../billing/invoices/stored-invoice.ts';
import type { SpendDay } from '../billing/spend-days.ts';
import type { Account } from '../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import type { Database } from '../database/database.types.ts';
import { finalPeriods, getInvoice, type InvoiceHead } from '../database/invoices/invoices.ts';
import type { Grouping } from '../domain/grouping.ts';
import { type Micros, readEventTime } from '../domain/instant.ts';
import { parseAmount } from '../domain/money.ts';
import { localDay } from '../domain/windows.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';
import type { ChargeCompared } from '../explanation/why/changes/charges-compared.ts';
import { ComputedTerms, type CurrentPeriod } from '../explanation/why/changes/terms/computed-terms.ts';
import { changesBeside, onlyOwnFault, shown } from './changes-page.ts';
import { type AccountTeams, accountTeams, groupingsOf } from './grouping/account-teams.ts';
import { changesOfGroups } from './grouping/group-changes.ts';
import { compareAmounts, groupedBy } from './grouping/spend-grouping.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope, periodOfPage } from './page-scope.ts';
import type { OverviewPage, SpendGroup } from './spend-pages.types.ts';

const TOP_LINES = 10;
const TOLD_CHANGES = 5;
const TOLD_OF_DAY = 2;
const MOST_MARKS = 8;

const DAYS_UNKNOWN =
  'What each day of this month cost cannot be told: its invoice was issued by an earlier version, which rated it otherwise. The invoice stands.';

interface OverviewQuestion {
  accountId: string;
  /** Key of a billing period; the open one by default. */
  period?: string;
  by?: Grouping;
}

/** Builds the overview's answer; see `PageAnswers.overview`. */
export function createOverview({
  database,
  invoices,
  changes,
  kept,
  now,
  onError,
}: {
  database: Database;
  invoices: Invoices;
  changes: ChangesReader;
  kept: KeptAnswers;
  now: () => Date;
  onError: (error: unknown) => void;
}) {
  return async (viewer: Viewer, { by = 'app', ...asked }: OverviewQuestion): Promise<OverviewPage> => {
    const scope = await pageScope(database.queries, viewer, asked, now());
    const { id: accountId } = scope.account;
    const teams = await accountTeams(database.queries, accountId);
    const of = { by, scope, teams: [...teams.teamOf, ...teams.names] };
    return kept.get({ accountId, page: 'overview', of }, () => overviewOf(scope, by, teams), isWhole);
  };

  async function overviewOf(scope: AccountPeriod, by: Grouping, teams: AccountTeams): Promise<OverviewPage> {
    const { account, previous } = scope;
    const isPast = scope.period.key !== scope.open.key;
    const finals = await finalPeriods(database.queries, account.id);
    const issued = finals.find((head) => head.period.key === scope.period.key);
    const { period, view, byDay, through, current } = await (issued === undefined
      ? computedOf(account, scope.period)
      : issuedOf(account, scope.period, issued));
    const { days, base } = byDay;
    const isOver = !isPast && account.endedAt !== null && account.endedAt <= now();
    const today = days.findIndex(({ state }) => state === 'running');
    const key = previous?.key ?? '';
    const finalBefore = finals.find((head) => head.period.key === key);
    const isDraft = previous !== null && finalBefore === undefined;
    const draftBefore = isDraft ? (await invoices.computed(account, key)).view : undefined;
    const hadBefore = draftBefore !== undefined && draftBefore.lines.length > 0;
    const charges: ChargeCompared[] = [];
    const onCharge = (charge: ChargeCompared) => void charges.push(charge);
    const change = changes.ofPeriod(account.id, period.key, { ...current, onCharge });
    const beside = await changesBeside(change, TOLD_CHANGES, onError);
    const told = beside === null || beside === 'failed' ? null : await change;
    const groups = spendGroups(byDay, by, teams, told === null ? null : charges);
    return {
      changes: beside,
      unusual: await unusualOf(account.id, byDay, current),
      marks: told === null ? [] : marksOf(told, period),
      account: accountOfPage(account, period),
      period: periodOfPage(scope),
      ended: isOver ? (account.endedAt?.toISOString() ?? null) : null,
      invoice: view,
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
      groupings: groupingsOf(teams),
      ...groups,
      groupsSum: sumOfAmounts(byDay.lines.map(({ amountExact }) => amountExact)),
      top: [...(view?.lines ?? [])].sort((a, b) => compareAmounts(b.amountExact, a.amountExact)).slice(0, TOP_LINES),
    };
  }

  async function unusualOf(accountId: string, byDay: InvoiceDays, current: Current): Promise<OverviewPage['unusual']> {
    try {
      const told = await changes.unusual(accountId, byDay, current);
      return told.map(({ changes: all, ...day }) => ({ ...day, changes: shown(all, TOLD_OF_DAY) }));
    } catch (error) {
      onlyOwnFault(error, onError);
      return 'failed';
    }
  }

  /** What is not issued, as it is now. */
  async function computedOf(account: Account, { key }: AccountPeriodRow): Promise<ShownPeriod> {
    const terms = new ComputedTerms();
    const computed = await invoices.computed(account, key, { byDay: true, parts: terms.parts });
    const { period, view, through, pricing } = computed;
    const byDay = daysOfInvoice(view, computed);
    return {
      period,
      view: pricing.rulings.length === 0 ? null : view,
      byDay,
      through,
      current: { current: terms.of(computed) },
    };
  }

  /** What was issued, as it was then. */
  async function issuedOf(account: Account, period: AccountPeriodRow, head: InvoiceHead): Promise<ShownPeriod> {
    const stored = await getInvoice(database.queries, account.id, head.id);
    if (stored === null) throw notFound('There is no such invoice.');
    const view = storedView(stored);
    const charges = await invoices.issuedCharges(account, head);
    try {
      return { period, view, byDay: daysOfInvoice(view, charges), through: charges.through, current: {} };
    } catch (error) {
      throw error instanceof DaysUnknownError ? notFound(DAYS_UNKNOWN) : error;
    }
  }
}

/** Whether all of it could be read. */
function isWhole({ changes, unusual }: OverviewPage): boolean {
  return changes !== 'failed' && unusual !== 'failed';
}

/** Where the period was computed already, what changes are read from. */
type Current = { current?: CurrentPeriod };

/** A period as the overview shows it. */
interface ShownPeriod {
  period: AccountPeriodRow;
  /** `null` without a rate card. */
  view: InvoiceView | null;
  byDay: InvoiceDays;
  /** Amounts are known up to here. */
  through: Micros;
  current: Current;
}

/** What made a difference at an instant of the period, where that is more than a hundredth of what the period came to. */
function marksOf(changes: Changes, { from, to, timeZone }: AccountPeriodRow): OverviewPage['marks'] {
  const least = parseAmount(changes.amountExact) / 100n;
  return changes.drivers
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

/** Groups of charges, with what the difference to what is compared with makes of each. */
function spendGroups(
  { lines, days }: InvoiceDays,
  by: Grouping,
  teams: AccountTeams,
  charges: readonly ChargeCompared[] | null,
): Pick<OverviewPage, 'groups' | 'groupsGone' | 'groupsChange'> {
  const amountOf = (own: readonly LineDays[]) => sumOfAmounts(own.map(({ amountExact }) => amountExact));
  const grouped = groupedBy(lines, by, { teams, lineOf: (line) => line, amountOf });
  const compared = charges === null ? null : changesOfGroups(charges, grouped, { by, teams });
  const groups = grouped.map(
    ({ value, name, count, own }, index): SpendGroup => ({
      value,
      name,
      amount: amountOf(own),
      base: sumOfAmounts(own.map(({ base }) => base)),
      count,
      days: days.map(({ state }, i) =>
        state === 'future' ? null : sumOfAmounts(own.map(({ amounts }) => amounts[i] ?? '0')),
      ),
      change: compared?.each[index]?.change ?? null,
    }),
  );
  return { groups, groupsGone: compared?.gone ?? null, groupsChange: compared?.all.change ?? null };
}
