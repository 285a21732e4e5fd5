import { type InvoiceDays, type LineDays, sumOfAmounts } from '../billing/invoices/invoice-days.ts';
import type { Grouping } from '../domain/grouping.ts';
import { microsOf, readEventTime } from '../domain/instant.ts';
import { parseAmount } from '../domain/money.ts';
import type { ChargeHours, DayHours } from '../explanation/levels/hours-of-day.ts';
import type { ChargeCompared } from '../explanation/why/changes/charges-compared.ts';
import type { AccountTeams } from './grouping/account-teams.ts';
import { type ChargeChoice, chosenLines } from './grouping/charge-choice.ts';
import { changesOfGroups, type GroupChange } from './grouping/group-changes.ts';
import { compareAmounts, type Grouped, groupedBy } from './grouping/spend-grouping.ts';
import { notFound } from './not-found.ts';
import type { ChargePart, DayGroup, DayPage } from './spend-pages.types.ts';

/** A line with what it cost on the day, and in its hours. */
interface LineOnDay {
  line: LineDays;
  amountExact: string;
  /** `null` where hours are not known. */
  hours: ChargeHours | null;
}

interface Asked {
  day: string;
  by: Grouping;
  choice: ChargeChoice;
  teams: AccountTeams;
  /** When an hour begins that is told by itself, RFC 3339. */
  hour?: string;
}

/** What the charges of a choice cost on a day: by group, by hour, and what of them is of no day. */
export function spentOn(
  days: InvoiceDays,
  { day, by, choice, teams, hour }: Asked,
  ofHours: DayHours | null | 'failed',
  against: readonly ChargeCompared[] | null,
): DayPage['spent'] {
  const index = days.days.findIndex((each) => each.day === day);
  const found = days.days[index];
  if (found === undefined) throw notFound('There is no such day in this account’s time zone.');
  const lines = chosenLines(days.lines, choice, { rulings: [], licenses: [] }, teams);
  const hours = ofHours === null || ofHours === 'failed' ? null : ofHours;
  const onDay = lines
    .map(
      (line): LineOnDay => ({
        line,
        amountExact: line.amounts[index] ?? '0',
        hours: hours?.amountsOf.get(line.chargeId) ?? null,
      }),
    )
    .filter(({ amountExact }) => parseAmount(amountExact) !== 0n);
  const groups = groupsOf(onDay, { by, teams }, { hours, against });
  const ofNoDay = lines.map((line) => partOf(line, line.base)).filter(isSomething);
  return {
    state: found.state,
    amount: found.amount,
    ...groups,
    sum: sumOfParts(onDay),
    hours:
      hours === null
        ? ofHours === 'failed'
          ? ofHours
          : null
        : {
            each: hours.hours.map((hour, i) => ({
              ...hour,
              amount:
                hour.state === 'future' ? null : sumOfAmounts(groups.groups.map((group) => group.hours[i] ?? '0')),
            })),
            ofNoHour: sumOfAmounts(groups.groups.map(({ ofNoHour }) => ofNoHour)),
          },
    // Where the hours could not be read that is said, and all of the day is told.
    hour: hour === undefined || ofHours === 'failed' ? null : spentInHour(onDay, hour, hours, { by, teams }),
    ofNothing: lines.length - onDay.length,
    ofNoDay: { charges: ofNoDay.sort(byAmount), sum: sumOfParts(ofNoDay) },
  };
}

function groupsOf(
  lines: readonly LineOnDay[],
  { by, teams }: { by: Grouping; teams: AccountTeams },
  { hours, against }: { hours: DayHours | null; against: readonly ChargeCompared[] | null },
): Pick<Spent, 'groups' | 'groupsGone' | 'groupsChange' | 'groupsUsual'> {
  const grouped = groupedBy(lines, by, { teams, lineOf: ({ line }) => line, amountOf: sumOfParts });
  const compared = against === null ? null : changesOfGroups(against, grouped, { by, teams });
  return {
    groups: grouped.map((group, i) => groupOf(group, hours, compared?.each[i] ?? null)),
    groupsGone: compared?.gone ?? null,
    groupsChange: compared?.all.change ?? null,
    groupsUsual: compared?.all.before ?? null,
  };
}

/** What lines cost in one hour. @throws a 404 where the day has no such hour, or it has not come */
function spentInHour(
  lines: readonly LineOnDay[],
  from: string,
  hours: DayHours | null,
  told: { by: Grouping; teams: AccountTeams },
): Spent['hour'] {
  const at = readEventTime(from);
  const index = (hours?.hours ?? []).findIndex((each) => microsOf(each.from) === at);
  const hour = hours?.hours[index];
  if (hour === undefined || hour.state === 'future') throw notFound('There is no such hour on this day.');
  const inHour = lines.map((each) => ({ ...each, amountExact: each.hours?.hours[index] ?? '0' })).filter(isSomething);
  const { groups } = groupsOf(inHour, told, { hours: null, against: null });
  return { ...hour, groups, sum: sumOfParts(inHour) };
}

type Spent = NonNullable<DayPage['spent']>;

function groupOf(
  { value, name, count, own }: Grouped<LineOnDay>,
  hours: DayHours | null,
  compared: GroupChange | null,
): DayGroup {
  return {
    ...{ value, name, count },
    amount: sumOfParts(own),
    change: compared?.change ?? null,
    usual: compared?.before ?? null,
    charges: own.map(({ line, amountExact }) => partOf(line, amountExact)).sort(byAmount),
    hours: (hours?.hours ?? []).map(({ state }, i) =>
      state === 'future' ? null : sumOfAmounts(own.map((each) => each.hours?.hours[i] ?? '0')),
    ),
    ofNoHour: sumOfAmounts(own.map((each) => each.hours?.ofNoHour ?? '0')),
  };
}

function partOf({ chargeId, description, lineValues, corrects }: LineDays, amountExact: string): ChargePart {
  return { ...{ chargeId, description, lineValues, amountExact }, ...(corrects === undefined ? {} : { corrects }) };
}

const isSomething = ({ amountExact }: Pick<ChargePart, 'amountExact'>) => parseAmount(amountExact) !== 0n;
const sumOfParts = (parts: readonly { amountExact: string }[]) =>
  sumOfAmounts(parts.map(({ amountExact }) => amountExact));

function byAmount(a: ChargePart, b: ChargePart): number {
  return compareAmounts(b.amountExact, a.amountExact) || (a.chargeId < b.chargeId ? -1 : 1);
}
