import type { Viewer } from '../access/viewer.ts';
import { periodsWithin } from '../billing/account-period.ts';
import { DaysUnknownError, type InvoiceDays, invoiceDays } from '../billing/invoices/invoice-days.ts';
import type { ComputedInvoice, Invoices } from '../billing/invoices/invoices.ts';
import type { Account } from '../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import { finalPeriods, type InvoiceHead } from '../database/invoices/invoices.ts';
import type { Grouping } from '../domain/grouping.ts';
import { microsOf, readEventTime } from '../domain/instant.ts';
import { amountText, parseAmount } from '../domain/money.ts';
import { calendarDay } from '../domain/windows.ts';
import {
  createHoursOfDays,
  type DayHours,
  type HoursDeps,
  type HoursOfDays,
} from '../explanation/levels/hours-of-day.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import type { Changes } from '../explanation/why/changes/changes.types.ts';
import type { ChargeCompared } from '../explanation/why/changes/charges-compared.ts';
import { ComputedTerms, type CurrentPeriod } from '../explanation/why/changes/terms/computed-terms.ts';
import type { Readings } from '../metering/watermark.ts';
import { changesBeside, onlyOwnFault } from './changes-page.ts';
import { spentOn } from './day-spend.ts';
import { type AccountTeams, accountTeams, groupingsOf } from './grouping/account-teams.ts';
import { type ChargeChoice, chosenGroups } from './grouping/charge-choice.ts';
import type { InvoicePagesDeps } from './invoice-pages.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';
import type { DayPage } from './spend-pages.types.ts';

const TOLD_CHANGES = 5;
const MOST_MARKS = 8;

interface DayPageDeps extends Pick<InvoicePagesDeps, 'invoices' | 'now'>, HoursDeps {
  changes: ChangesReader;
  kept: KeptAnswers;
  readings: Readings;
  onError: (error: unknown) => void;
}

interface DayQuestion {
  accountId: string;
  day: string;
  /** What groups are told by: apps, and those of one app by product, where nothing is asked for. */
  by?: Grouping;
  choice?: Omit<ChargeChoice, 'license' | 'meter'>;
  /** When the hour begins that is told by itself, RFC 3339. */
  hour?: string;
}

type HoursAsked = Omit<Parameters<HoursOfDays>[0], 'from'> & { from: InvoiceHead | ComputedInvoice | undefined };

/** Builds the answer of a day's page; see `PageAnswers.day`. */
export function createDayPage(deps: DayPageDeps) {
  const { database, invoices, changes, kept, readings, now, onError } = deps;
  const hoursOfDay = createHoursOfDays(deps);
  /** The invoice of a period, where it was issued. */
  async function issuedOf(accountId: string, { key, state }: AccountPeriodRow): Promise<InvoiceHead | null> {
    if (state === 'open') return null;
    const finals = await finalPeriods(database.queries, accountId);
    return finals.find((head) => head.period.key === key) ?? null;
  }

  return async (viewer: Viewer, question: DayQuestion): Promise<DayPage> => {
    const scope = await pageScope(database.queries, viewer, question, now());
    const { id: accountId } = scope.account;
    const teams = await accountTeams(database.queries, accountId);
    const of = { question, scope, teams: [...teams.teamOf, ...teams.names] };
    return kept.get({ accountId, page: 'day', of }, () => dayOf(scope.account, teams, question), isWhole);
  };

  async function dayOf(
    account: Account,
    teams: AccountTeams,
    { day, hour, choice = {}, ...asked }: DayQuestion,
  ): Promise<DayPage> {
    const { id: accountId } = account;
    // What is told of a part of the day is not compared.
    const isAll = Object.keys(choice).length === 0 && hour === undefined;
    const by = asked.by ?? (choice.app === undefined ? 'app' : 'product');
    const periods = await periodsWithin(database.queries, account, now());
    const { period, at } = placeOfDay(periods, day, account.timeZone);
    const zone = period ?? account;
    const hasBegun = (other: string) => calendarDay(other, zone.timeZone).from <= microsOf(now());
    const page = {
      account: accountOfPage(account, zone),
      ...{ day, by, groupings: groupingsOf(teams), chosen: null, changes: null, before: null, marks: [] },
      previous: at.previous,
      next: hasBegun(at.next) ? at.next : null,
      periodKey: period?.key ?? day.slice(0, 7),
    };
    // Nothing is known of a period that has not begun.
    if (period === null) return { ...page, invoice: null, spent: NOT_COME };
    const head = await issuedOf(accountId, period);
    // As in addresses, wherever it has got to.
    const invoiceId = head?.id ?? (period.state === 'open' ? 'current' : period.key);
    const terms = new ComputedTerms();
    let current: CurrentPeriod | undefined;
    const computed: Invoices['computed'] = async (of, key, wanted) => {
      current = terms.of(await invoices.computed(of, key, { ...wanted, parts: terms.parts }));
      return current.computed;
    };
    const reading = { queries: database.queries, invoices: { ...invoices, computed } };
    const days = await invoiceDays(reading, accountId, invoiceId).catch((error) => {
      if (error instanceof DaysUnknownError) return 'unknown' as const;
      throw error;
    });
    if (days === null) return { ...page, invoice: null, spent: null };
    // What made the difference is of all charges.
    const usual = async () => (isAll && hasBegun(day) ? usualOf(account.id, day, current) : NOT_COMPARED);
    if (days === 'unknown') {
      const stored = await invoices.find(accountId, invoiceId);
      const { charges: _, ...against } = await usual();
      return { ...page, ...against, invoice: stored && headOf(stored), spent: null };
    }
    const [{ charges, ...against }, hours] = await Promise.all([
      usual(),
      hoursOf({ account, days, day, from: head ?? current?.computed }),
    ]);
    return {
      ...page,
      ...against,
      before: isAll ? dayBefore(days, day) : null,
      chosen: Object.keys(choice).length === 0 ? null : chosenGroups(choice, { teams, lines: days.lines }),
      invoice: headOf({ ...days, id: days.invoiceId }),
      spent: spentOn(days, { day, by, choice, teams, ...(hour === undefined ? {} : { hour }) }, hours, charges),
    };
  }

  /** The largest drivers against what is usual, and those of them that happened on the day. */
  async function usualOf(accountId: string, day: string, current: CurrentPeriod | undefined) {
    const charges: ChargeCompared[] = [];
    const onCharge = (charge: ChargeCompared) => void charges.push(charge);
    const change = changes.ofDay(accountId, day, 'usual', { onCharge, ...(current === undefined ? {} : { current }) });
    const beside = await changesBeside(change, TOLD_CHANGES, onError);
    const told = beside === null || beside === 'failed' ? null : await change;
    return {
      charges: told === null ? null : charges,
      changes: beside,
      marks: told === null ? [] : marksOf(told),
    };
  }

  /** What fails of the hours takes nothing else down. */
  async function hoursOf({ from, ...asked }: HoursAsked): Promise<DayHours | null | 'failed'> {
    const { state } = asked.days.days.find(({ day }) => day === asked.day) ?? { state: 'future' };
    if (from === undefined || state === 'future') return null;
    try {
      return await hoursOfDay({ ...asked, from });
    } catch (error) {
      // Halves of two states do not add up: then all of the page is read anew.
      await readings.read(async () => {});
      onlyOwnFault(error, onError);
      return 'failed';
    }
  }
}

/** The day before, and how much more or less this one is. */
function dayBefore({ days }: InvoiceDays, day: string): DayPage['before'] {
  const index = days.findIndex((each) => each.day === day);
  const [then, now] = [days[index - 1], days[index]];
  if (then == null || now?.state !== 'metered' || then.amount === null || now.amount === null) return null;
  const differenceExact = amountText(parseAmount(now.amount) - parseAmount(then.amount));
  return { day: then.day, amount: then.amount, differenceExact };
}

/** What made a difference at an instant of the day, where that is more than a hundredth of what the day came to. */
function marksOf(changes: Changes): DayPage['marks'] {
  const [from, to] = [microsOf(changes.from), microsOf(changes.to)];
  const least = size(parseAmount(changes.amountExact)) / 100n;
  return changes.drivers
    .flatMap(({ at, description, amountExact }) => {
      const micros = at === undefined ? null : readEventTime(at);
      if (at === undefined || micros === null || micros < from || micros >= to) return [];
      return size(parseAmount(amountExact)) < least ? [] : [{ at, text: description, amountExact }];
    })
    .slice(0, MOST_MARKS)
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

const size = (value: bigint) => (value < 0n ? -value : value);

/** Whether all of it could be read. */
function isWhole({ changes, spent }: DayPage): boolean {
  return changes !== 'failed' && spent?.hours !== 'failed';
}

type Head = NonNullable<DayPage['invoice']>;

function headOf({ id, number, state, period, currency, minorUnit, meteredThrough }: Head): Head {
  return { id, number, state, period, currency, minorUnit, meteredThrough };
}

/** Of some charges only, or of what has not come. */
const NOT_COMPARED = { charges: null, changes: null, marks: [] };

const NOT_COME: DayPage['spent'] = {
  state: 'future',
  amount: null,
  groups: [],
  sum: '0',
  groupsGone: null,
  groupsChange: null,
  groupsUsual: null,
  hour: null,
  hours: null,
  ofNothing: 0,
  ofNoDay: { charges: [], sum: '0' },
};

/** A day, in the period whose zone has it begin there; `null` beyond the account's periods. */
function placeOfDay(periods: readonly AccountPeriodRow[], day: string, timeZone: string) {
  for (const period of periods.toReversed()) {
    const at = dayAsked(day, period.timeZone);
    if (period.from <= at.from && at.from < period.to) return { period, at };
  }
  return { period: null, at: dayAsked(day, timeZone) };
}

function dayAsked(day: string, timeZone: string) {
  try {
    return calendarDay(day, timeZone);
  } catch (error) {
    if (error instanceof RangeError) throw notFound(error.message);
    throw error;
  }
}
