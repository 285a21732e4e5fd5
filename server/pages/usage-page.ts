import type { Viewer } from '../access/viewer.ts';
import type { AccountPeriod } from '../billing/account-period.ts';
import type { Queries } from '../database/database.types.ts';
import { sumsToTheWhole } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import { toRfc3339 } from '../domain/instant.ts';
import { addQuantities, compareQuantities } from '../domain/quantity.ts';
import { windowBounds } from '../domain/windows.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';
import type { Readings } from '../metering/watermark.ts';
import { meterTotal, meterTotals } from '../usage/meter-totals.ts';
import type { UsageCell, UsageReader } from '../usage/usage.ts';
import type { MeterTotal, UsageDay, UsageGroup, UsagePage, UsagePageQuestion } from '../usage/usage.types.ts';
import { notFound } from './not-found.ts';
import { accountOfPage, pageScope, periodOfPage } from './page-scope.ts';

const NAMED_GROUPS = 6;

export interface UsagePageDeps {
  queries: Queries;
  registry: MeterRegistry;
  read: UsageReader;
  readings: Readings;
  now: () => Date;
}

/** Builds the usage page's answer; see `PageAnswers.usage`. */
export function createUsagePage(deps: UsagePageDeps) {
  return async (viewer: Viewer, question: UsagePageQuestion): Promise<UsagePage> => {
    const scope = await pageScope(deps.queries, viewer, question, deps.now());
    return deps.readings.read((through) => read(scope, question, through));
  };

  async function read(scope: AccountPeriod, question: UsagePageQuestion, through: Micros): Promise<UsagePage> {
    const { account, period } = scope;
    const meters = deps.registry.currentMeters().map((meter) => meterIn(meter, { from: period.from, to: period.to }));
    const totals = await meterTotals(deps.read, meters, account.id, period, through);
    const chosen = await choose(
      deps,
      scope,
      meters,
      { ...question, meterKey: question.meterKey ?? liveliest(totals) },
      through,
    );
    return {
      account: accountOfPage(account, period),
      period: periodOfPage(scope),
      meteredThrough: toRfc3339(through),
      meters: totals.map((total) => (total.key === chosen?.meter.key ? chosen.meter : total)),
      chosen,
    };
  }
}

/** What to show when no meter was asked for: one that was used, and whose groups sum; else the first. */
function liveliest(totals: readonly MeterTotal[]): string | undefined {
  const used = totals.filter(({ quantity }) => quantity !== null);
  return (used.find(({ aggregation }) => sumsToTheWhole(aggregation)) ?? used[0] ?? totals[0])?.key;
}

async function choose(
  deps: UsagePageDeps,
  { account, period }: AccountPeriod,
  meters: readonly RegisteredMeter[],
  question: UsagePageQuestion,
  through: Micros,
): Promise<UsagePage['chosen']> {
  const meter = question.meterKey === undefined ? meters[0] : meters.find(({ key }) => key === question.meterKey);
  if (meter === undefined) {
    if (question.meterKey === undefined) return null;
    throw notFound(`There is no meter "${question.meterKey}".`);
  }
  const groupBy =
    question.groupBy ?? (meter.dimensionNames.includes('app') ? 'app' : (meter.dimensionNames[0] ?? 'subject'));
  if (groupBy !== 'subject' && !meter.dimensionNames.includes(groupBy)) {
    throw notFound(`Meter "${meter.key}" has no dimension "${groupBy}".`);
  }
  const whole = { bounds: [period.from, period.to], through };
  const days = windowBounds(period.from, period.to, 'DAY', period.timeZone);

  const byGroup = await deps.read(account.id, meter, { ...whole, groupBy: [groupBy] });
  const ranked = [...byGroup.cells].sort((a, b) => compareQuantities(b.quantity, a.quantity));
  const keep = ranked.slice(0, NAMED_GROUPS).map((cell) => cell.group[0] ?? '');
  const { cells } = await deps.read(account.id, meter, { bounds: days, groupBy: [groupBy], keep, through });
  const additive = sumsToTheWhole(meter.aggregation);
  const dayTotals = additive
    ? null
    : (await deps.read(account.id, meter, { bounds: days, groupBy: [], through })).cells;
  const total = additive ? null : (await deps.read(account.id, meter, { ...whole, groupBy: [] })).cells[0];
  const whoseMonth = additive ? [] : (await deps.read(account.id, meter, { ...whole, groupBy: [groupBy], keep })).cells;

  const others = ranked.length - keep.length;
  const names: (string | null)[] = others > 0 ? [...keep, null] : keep;
  const groups: UsageGroup[] = names.map((value) => {
    const quantities = cells.filter((cell) => isOf(cell, value)).map((cell) => cell.quantity);
    const ofMonth = whoseMonth.find((cell) => isOf(cell, value))?.quantity ?? null;
    return {
      value,
      quantity: additive ? (quantities.length === 0 ? null : addQuantities(quantities)) : ofMonth,
      count: value === null ? others : 1,
    };
  });
  return {
    meter: meterTotal(meter, additive ? sumOrNull(cells) : (total?.quantity ?? null)),
    groupBy,
    days: usageDays(days, cells, dayTotals, names, { through, timeZone: period.timeZone }),
    groups,
  };
}

function usageDays(
  bounds: readonly Micros[],
  cells: readonly UsageCell[],
  dayTotals: readonly UsageCell[] | null,
  names: readonly (string | null)[],
  { through, timeZone }: { through: Micros; timeZone: string },
): UsageDay[] {
  const local = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return bounds.slice(0, -1).map((from, i) => {
    const to = bounds[i + 1] as Micros;
    const ofDay = cells.filter((cell) => cell.window === from);
    return {
      from: toRfc3339(from),
      to: toRfc3339(to),
      day: local.format(from / 1000),
      state: from > through ? 'future' : to > through ? 'running' : 'metered',
      quantity:
        dayTotals === null ? sumOrNull(ofDay) : (dayTotals.find((cell) => cell.window === from)?.quantity ?? null),
      byGroup: names.map((value) => ofDay.find((cell) => isOf(cell, value))?.quantity ?? null),
    };
  });
}

function isOf(cell: UsageCell, value: string | null): boolean {
  return value === null ? cell.group.length === 0 : cell.group[0] === value;
}

function sumOrNull(cells: readonly UsageCell[]): string | null {
  return cells.length === 0 ? null : addQuantities(cells.map((cell) => cell.quantity));
}
