import type { Viewer } from '../access/viewer.ts';
import { type AccountPeriod, couldChange, periodHolding, periodsWithin } from '../billing/account-period.ts';
import type { AccountPeriodRow } from '../database/accounts/billing-periods.ts';
import type { Database } from '../database/database.types.ts';
import type { Change, TwoSpans } from '../domain/change-id.ts';
import type { Micros } from '../domain/instant.ts';
import { amountText, parseAmount } from '../domain/money.ts';
import type { Explanations } from '../explanation/explanations.ts';
import type { ChangeTold } from '../explanation/kept/frozen-change.ts';
import type { ChangesReader } from '../explanation/why/changes/changes.ts';
import type { Against, Changes } from '../explanation/why/changes/changes.types.ts';
import type { ChargeCompared } from '../explanation/why/changes/charges-compared.ts';
import type { ChangesQuestion } from '../explanation/why/changes/question.ts';
import { dayIn } from '../explanation/why/changes/standpoint.ts';
import { twoSpans } from '../explanation/why/changes/two-spans.ts';
import { NotMeteredError } from '../metering/watermark.ts';
import { type AccountTeams, accountTeams } from './grouping/account-teams.ts';
import { type ChargeChoice, chosenGroups, isAmong } from './grouping/charge-choice.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope } from './page-scope.ts';
import { spansAsked } from './spans-asked.ts';
import type { AccountOfPage, ChangesBeside, ChosenGroups, ShownChanges } from './spend-pages.types.ts';

/** Which difference is asked for; a bound of two spans is RFC 3339, or a calendar day: see `spansAsked`. */
export type ChangesAsked =
  | { period: string | null }
  | { day: string; against: Against }
  | { chargeId: string }
  | TwoSpans;

/** The page of a difference. */
export interface ChangesPage extends Omit<ChangeTold, 'account' | 'changes'> {
  account: AccountOfPage;
  /** Key of the period before, whether or not it is compared with. */
  previousKey: string | null;
  /** `null` where there is nothing before to compare with. */
  changes: ShownChanges | null;
  /** Some charges, where not all are compared. */
  chosen: ChosenGroups | null;
}

/** So many drivers are shown at first. */
const SHOWN = 30;

interface ChangesPageDeps {
  database: Database;
  changes: ChangesReader;
  explanations: Pick<Explanations, 'find'>;
  kept: KeptAnswers;
  now: () => Date;
}

type Among = Pick<ChangesQuestion, 'among' | 'onCharge'>;

/** Which difference, of which charges, and whether all drivers are told. */
export interface ChangesPageAsked {
  accountId: string;
  asked: ChangesAsked;
  all: boolean;
  /** Of some charges of the account; of all by default. What is asked of one charge is of that one. */
  choice?: ChargeChoice;
}

interface Chosen {
  choice: ChargeChoice;
  teams: AccountTeams;
  all: boolean;
}

/** Where a difference is, and what is asked for exactly. */
interface ChangesScope extends AccountPeriod {
  asked: Change;
  periods: readonly AccountPeriodRow[];
}

/** Builds the answer of a page of a difference; see `PageAnswers.changes`. */
export function createChangesPage({ database, changes, explanations, kept, now }: ChangesPageDeps) {
  const { queries } = database;
  return async (viewer: Viewer, { accountId, asked, all, choice = {} }: ChangesPageAsked): Promise<ChangesPage> => {
    const scope = await scopeOf(viewer, accountId, asked);
    const { id } = scope.account;
    const teams = await accountTeams(queries, id);
    const of = { all, choice, scope, teams: [...teams.teamOf, ...teams.names] };
    return kept.get({ accountId: id, page: 'changes', of }, () => changesOf(scope, { choice, teams, all }));
  };

  async function scopeOf(viewer: Viewer, accountId: string, asked: ChangesAsked): Promise<ChangesScope> {
    const at = now();
    const scopeIn = (period: string | null) =>
      pageScope(queries, viewer, { accountId, ...(period === null ? {} : { period }) }, at);
    const scope = await scopeIn(periodAsked(asked));
    const periods = await periodsWithin(queries, scope.account, at);
    const exactly = exactlyAsked(asked, scope, periods);
    const first = firstInstant(exactly, periods);
    // Of a day or two spans it is told where the later begins.
    const own = first === null ? scope : await scopeIn(periodHolding(periods, first)?.key ?? null);
    return { ...own, asked: exactly, periods };
  }

  async function changesOf(scope: ChangesScope, { choice, teams, all }: Chosen): Promise<ChangesPage> {
    const { account, asked, periods } = scope;
    const charge = 'chargeId' in asked ? await explanations.find(account.id, asked.chargeId) : null;
    if ('chargeId' in asked && charge === null) throw notFound('There is no such charge.');
    const isAll = Object.keys(choice).length === 0;
    const charges: ChargeCompared[] = [];
    const among: Among = {
      among: (line) => isAmong(line, choice, teams),
      onCharge: (charge) => void charges.push(charge),
    };
    const found = await read(account.id, asked, isAll ? {} : among);
    return {
      account: accountOfPage(account, scope.period),
      asked,
      charge: charge && { description: charge.price.description, lineValues: { ...charge.line.lineValues } },
      periodKey: scope.period.key,
      previousKey: scope.previous?.key ?? null,
      estimated: found === null ? scope.period.state !== 'final' : couldChange(periods, twoSpans(found)),
      changes: found && shown(found, all ? found.drivers.length : SHOWN),
      chosen: isAll ? null : chosenGroups(choice, { teams, lines: charges }),
    };
  }

  async function read(accountId: string, asked: Change, among: Among): Promise<Changes | null> {
    if ('chargeId' in asked) return changes.ofCharge(accountId, asked.chargeId);
    if ('day' in asked) return changes.ofDay(accountId, asked.day, asked.against, among);
    if ('period' in asked) return changes.ofPeriod(accountId, asked.period, among);
    const [now, before] = twoSpans(asked);
    return changes.between(accountId, { ...among, now, before: [before] });
  }
}

function exactlyAsked(
  asked: ChangesAsked,
  { account, period }: AccountPeriod,
  periods: readonly AccountPeriodRow[],
): Change {
  if ('from' in asked) return spansAsked(asked, { periods, timeZone: account.timeZone });
  return 'period' in asked ? { period: period.key } : asked;
}

/** When the later span of a day, or of two spans, begins; `null` of what is of a whole period, and beyond all. */
function firstInstant(asked: Change, periods: readonly AccountPeriodRow[]): Micros | null {
  if ('from' in asked) return twoSpans(asked)[0].from;
  return 'day' in asked ? dayOf(periods, asked.day) : null;
}

function dayOf(periods: readonly AccountPeriodRow[], day: string): Micros | null {
  try {
    return dayIn({ periods }, day)?.from ?? null;
  } catch (error) {
    if (error instanceof RangeError) throw notFound(error.message);
    throw error;
  }
}

/** The first drivers, and the others together. */
export function shown({ drivers, ...changes }: Changes, most: number): ShownChanges {
  const others = drivers.slice(most);
  const sum = (some: Changes['drivers']) =>
    amountText(some.reduce((all, each) => all + parseAmount(each.amountExact), 0n));
  return {
    ...changes,
    drivers: drivers.slice(0, most),
    others: { count: others.length, amountExact: sum(others) },
    bridge: bridgeOf(drivers, changes.compareAmountExact),
    sumOfDrivers: sum(drivers),
  };
}

/** So many drivers have a step of their own. */
const STEPS = 12;

function bridgeOf(drivers: Changes['drivers'], from: string): ShownChanges['bridge'] {
  let at = parseAmount(from);
  const step = (driver: number | null, some: Changes['drivers']) => {
    const amount = some.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
    const before = at;
    at += amount;
    const [amountExact, then, after] = [amount, before, at].map(amountText) as [string, string, string];
    return { driver, count: some.length, amountExact, before: then, after };
  };
  const isOneLeft = drivers.length === STEPS + 1;
  const own = drivers.slice(0, isOneLeft ? STEPS + 1 : STEPS);
  const rest = drivers.slice(own.length);
  return [...own.map((each, i) => step(i, [each])), ...(rest.length === 0 ? [] : [step(null, rest)])];
}

/** Tells of what failed. @throws it again where all of the page is to be read anew, or not at all just now */
export function onlyOwnFault(error: unknown, onError: (error: unknown) => void): void {
  if (error instanceof NotMeteredError) throw error;
  onError(error);
}

/** The largest drivers of a difference that stands beside something else: what fails of it takes nothing else down. */
export async function changesBeside(
  read: Promise<Changes | null>,
  most: number,
  onError: (error: unknown) => void,
): Promise<ChangesBeside> {
  try {
    const changes = await read;
    return changes && shown(changes, most);
  } catch (error) {
    onlyOwnFault(error, onError);
    return 'failed';
  }
}

/** A charge's id begins with the key of its period, and a day with that of a month. */
function periodAsked(asked: ChangesAsked): string | null {
  if ('period' in asked) return asked.period;
  return 'chargeId' in asked ? asked.chargeId.slice(0, 7) : null;
}
