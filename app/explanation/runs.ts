import type { ChargeMark, Explanation, RunLane } from '#server/explanation/explanation.types.ts';
import { dayOf, dayText } from '../format/time.ts';

type Period = Pick<Explanation['invoice']['period'], 'from' | 'to' | 'timeZone'>;

const DAY_MS = 86_400_000;
/** Where the bars of a lane stand, in its own height. */
const LANE = { top: 4, height: 16 };
/** Narrower than can be seen. */
const LEAST = 0.15;

/** A bar of a lane, in percent of its width and in pixels of its height: for drawing only. */
export interface RunBar {
  left: number;
  width: number;
  top: number;
  height: number;
  isCharged: boolean;
}

/** Where an instant lies in the period, in percent. */
export function placeIn({ from, to }: Period, instant: string): number {
  const begin = Date.parse(from);
  const share = (Date.parse(instant) - begin) / (Date.parse(to) - begin);
  return Math.min(1, Math.max(0, share)) * 100;
}

/** The bars of a lane; of levels that differ the highest takes the whole height. */
export function barsOf(period: Period, { stretches }: Pick<RunLane, 'stretches'>): RunBar[] {
  const highest = Math.max(...stretches.map(({ level }) => Number(level)), 0);
  return stretches.map(({ from, to, level, isCharged }) => {
    const [left, right] = [placeIn(period, from), placeIn(period, to)];
    const height = highest === 0 ? LANE.height : Math.max(2, (Number(level) / highest) * LANE.height);
    return { left, width: Math.max(right - left, LEAST), top: LANE.top + LANE.height - height, height, isCharged };
  });
}

/** Every seventh day of the period from its first: what stands below the bars. */
export function weeksOf(period: Period): { at: number; text: string }[] {
  const [begin, end] = [Date.parse(period.from), Date.parse(period.to)];
  const weeks: { at: number; text: string }[] = [];
  for (let at = begin; at < end; at += 7 * DAY_MS) {
    // An hour more or less, where clocks change, is still the same day.
    const noon = new Date(at + DAY_MS / 2).toISOString();
    weeks.push({ at: placeIn(period, new Date(at).toISOString()), text: dayText(dayOf(noon, period.timeZone)) });
  }
  return weeks;
}

/** The marks that bear on a lane: those of its resource, and those of none. */
export function marksOfLane(marks: readonly ChargeMark[], resource: string): ChargeMark[] {
  return marks.filter((mark) => mark.resource === null || mark.resource === resource);
}
