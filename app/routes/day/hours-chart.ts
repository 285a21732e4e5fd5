import { isZero } from '#server/domain/decimal.ts';
import type { DayPage, SpendHour } from '#server/pages/spend-pages.types.ts';
import { type ChartModel, modelOf } from '../../chart/chart-model.ts';
import { clockOf } from '../../format/time.ts';
import { groupText, patternOf } from '../../spend/group-name.ts';

/** A day whose cost can be told. */
export type SpentDay = NonNullable<DayPage['spent']>;

/** So many hours apart there is room for a label on the smallest screen. */
const LABEL_EVERY = 4;

/** When each hour begins, as clocks show it; what they show twice in a day is so `again` the second time. */
export function hourNames(hours: readonly Pick<SpendHour, 'from'>[], timeZone: string): string[] {
  const shown = new Set<string>();
  return hours.map(({ from }) => {
    const clock = clockOf(from, timeZone).slice(0, 5);
    const name = shown.has(clock) ? `${clock} again` : clock;
    shown.add(clock);
    return name;
  });
}

/** From when to when an hour is, as clocks show it: `14:00 – 15:00`. */
export function hourWords({ from, to }: Pick<SpendHour, 'from' | 'to'>, timeZone: string): string {
  const [begin, end] = [from, to].map((at) => clockOf(at, timeZone).slice(0, 5));
  return `${begin} – ${end}`;
}

/** The hour an instant lies in, as an index; −1 where in none. */
export function hourOf(hours: readonly Pick<SpendHour, 'from' | 'to'>[], at: string): number {
  const instant = Date.parse(at);
  return hours.findIndex(({ from, to }) => Date.parse(from) <= instant && instant < Date.parse(to));
}

/** Whether some of what groups cost is of no hour; of all together that may still be nothing. */
export function hasOfNoHour(groups: SpentDay['groups']): boolean {
  return groups.some(({ ofNoHour }) => !isZero(ofNoHour));
}

/** The chart of a day's hours, stacked by group. Floats, good for pixels and for nothing else. */
export function hoursChart(
  { account, by, marks }: Pick<DayPage, 'account' | 'by' | 'marks'>,
  hours: readonly SpendHour[],
  groups: SpentDay['groups'],
  currency: string,
): ChartModel {
  const names = hourNames(hours, account.timeZone);
  const marked = new Set(marks.map(({ at }) => hourOf(hours, at)));
  const columns = hours.map(({ from, state }, index) => {
    const name = names[index] ?? '';
    const isLabelled = name.endsWith(':00') && Number(name.slice(0, 2)) % LABEL_EVERY === 0;
    return {
      ...{ index, at: from, label: isLabelled ? name : null, state },
      marked: marked.has(index),
      values: groups.map((group) => Math.max(0, Number(group.hours[index] ?? 0))),
    };
  });
  const series = groups.map((group, i) => ({ name: groupText(group, by), pattern: patternOf(group, i) }));
  return modelOf(series, columns, currency);
}
