import type { Viewer } from '../access/viewer.ts';
import { periodsWithin } from '../billing/account-period.ts';
import {
  DaysUnknownError,
  type InvoiceDays,
  invoiceDays,
  type LineDays,
  sumOfAmounts,
} from '../billing/invoices/invoice-days.ts';
import type { Invoices } from '../billing/invoices/invoices.ts';
import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import { finalPeriods } from '../database/invoices/invoices.ts';
import { microsOf } from '../domain/instant.ts';
import { parseAmount } from '../domain/money.ts';
import { calendarDay } from '../domain/windows.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import { ComputedTerms, type CurrentPeriod } from '../explanation/why/changes/computed-terms.ts';
import type { Readings } from '../metering/watermark.ts';
import { changesBeside } from './changes-page.ts';
import { type ChargeChoice, chosenLines } from './charge-choice.ts';
import type { InvoicePagesDeps } from './invoice-pages.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';
import type { ChargePart, DayPage } from './spend-pages.types.ts';

const TOLD_CHANGES = 5;

interface DayPageDeps extends Pick<InvoicePagesDeps, 'database' | 'invoices' | 'now'> {
  changes: ChangesReader;
  readings: Readings;
  onError: (error: unknown) => void;
}

interface DayQuestion {
  accountId: string;
  day: string;
  choice?: Pick<ChargeChoice, 'app' | 'exceptApps' | 'product'>;
}

/** Builds the answer of a day's page; see `PageAnswers.day`. */
export function createDayPage({ database, invoices, changes, readings, now, onError }: DayPageDeps) {
  /** The invoice of a period as in addresses, wherever it has got to. */
  async function invoiceOf(accountId: string, { key, state }: AccountPeriodRow): Promise<string> {
    if (state === 'open') return 'current';
    const finals = await finalPeriods(database.queries, accountId);
    return finals.find((head) => head.period.key === key)?.id ?? key;
  }

  return (viewer: Viewer, question: DayQuestion): Promise<DayPage> => readings.together(() => dayOf(viewer, question));

  async function dayOf(viewer: Viewer, { accountId, day, choice = {} }: DayQuestion): Promise<DayPage> {
    const { account } = await pageScope(database.queries, viewer, { accountId }, now());
    const periods = await periodsWithin(database.queries, account, now());
    const { period, at } = placeOfDay(periods, day, account.timeZone);
    const zone = period ?? account;
    const hasBegun = (other: string) => calendarDay(other, zone.timeZone).from <= microsOf(now());
    const page = {
      account: accountOfPage(account, zone),
      day,
      previous: at.previous,
      next: hasBegun(at.next) ? at.next : null,
      periodKey: period?.key ?? day.slice(0, 7),
      chosen:
        Object.keys(choice).length === 0
          ? null
          : {
              app: choice.app ?? null,
              product: choice.product ?? null,
              exceptApps: choice.exceptApps === undefined ? null : [...choice.exceptApps],
            },
    };
    // Nothing is known of a period that has not begun.
    if (period === null) return { ...page, changes: null, invoice: null, spent: NOT_COME };
    const invoiceId = await invoiceOf(accountId, period);
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
    if (days === null) return { ...page, changes: null, invoice: null, spent: null };
    const known = current === undefined ? {} : { current };
    const beside = () => changesBeside(changes.ofDay(account.id, day, 'usual', known), TOLD_CHANGES, onError);
    const usual = hasBegun(day) ? await beside() : null;
    if (days === 'unknown') {
      const stored = await invoices.find(accountId, invoiceId);
      return { ...page, changes: usual, invoice: stored && headOf(stored), spent: null };
    }
    return {
      ...page,
      changes: usual,
      invoice: headOf({ ...days, id: days.invoiceId }),
      spent: spentOn(days, day, choice),
    };
  }
}

type Head = NonNullable<DayPage['invoice']>;

function headOf({ id, number, state, period, currency, minorUnit, meteredThrough }: Head): Head {
  return { id, number, state, period, currency, minorUnit, meteredThrough };
}

const NOT_COME: DayPage['spent'] = {
  state: 'future',
  amount: null,
  charges: [],
  sum: '0',
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

function spentOn(days: InvoiceDays, day: string, choice: ChargeChoice): DayPage['spent'] {
  const index = days.days.findIndex((each) => each.day === day);
  const found = days.days[index];
  if (found === undefined) throw notFound('There is no such day in this account’s time zone.');
  const lines = chosenLines(days.lines, choice, { rulings: [], licenses: [] });
  const part = (amountOf: (line: Pick<LineDays, 'amounts' | 'base'>) => string | null | undefined) => {
    const charges = lines
      .map(
        ({ chargeId, description, lineValues, corrects, ...line }): ChargePart => ({
          ...{ chargeId, description, lineValues, amountExact: amountOf(line) ?? '0' },
          ...(corrects === undefined ? {} : { corrects }),
        }),
      )
      .filter(({ amountExact }) => parseAmount(amountExact) !== 0n)
      .sort(byAmount);
    return { charges, sum: sumOfAmounts(charges.map(({ amountExact }) => amountExact)) };
  };
  const ofDay = part(({ amounts }) => amounts[index]);
  return {
    state: found.state,
    amount: found.amount,
    ...ofDay,
    ofNothing: lines.length - ofDay.charges.length,
    ofNoDay: part(({ base }) => base),
  };
}

function byAmount(a: ChargePart, b: ChargePart): number {
  const difference = parseAmount(b.amountExact) - parseAmount(a.amountExact);
  return difference < 0n ? -1 : difference > 0n ? 1 : a.chargeId < b.chargeId ? -1 : 1;
}
