import { type Amount, parseAmount } from './money.ts';

/** What a day came to. Exact decimal text; `null` while it is not known. */
export interface DayAmount {
  /** Calendar day, `YYYY-MM-DD`. */
  day: string;
  /** Which day of its billing period it is, from 0. */
  position: number;
  amount: string | null;
}

/** A day outside the range of its like. */
export interface UnusualDay {
  day: string;
  /** The median of its like. */
  usual: Amount;
  /** Days after it, one after another, that are so as well, in the same direction. */
  until: string;
}

/** So many weeks back a day's like is looked for; fewer than three are no rule. */
const WEEKS = 6;
const FEWEST = 3;
/** Of so many the least and the most do not count. */
const MANY = 5;
/** Farther from the median than so many of its deviations is no chance: three standard deviations of what is distributed normally. */
const DEVIATIONS = 3n;
/** The median absolute deviation is this part of a standard deviation: 1 / 1.4826, in thousandths. */
const STANDARD = [1483n, 1000n] as const;
/** What varies by less than this part of the median is not looked at, whatever its like did: a tenth, then thrice that. */
const LEAST_PART = 10n;

/**
 * Days that came to something unusual: farther from the median of the same day of the six weeks before than three of its robust
 * standard deviations (1.4826 × the median absolute deviation, at least a tenth of the median), beyond the least and the most of
 * those weeks (of five and more the second) by a tenth of the median. It is usual all the same where the same day of the billing period before stood out of its
 * weekday in the same way. So neither a weekly rhythm, nor what is due on the first of a month, nor a minute of
 * anything is unusual. Of days one after another that are so in the same direction only the first is told.
 * @param days rising, without gaps; the first are only looked back at
 * @param isAsked which days are wanted
 */
export function unusualDays(days: readonly DayAmount[], isAsked: (day: string) => boolean): UnusualDay[] {
  const amounts = days.map(({ amount }) => (amount === null ? null : parseAmount(amount)));
  const told: UnusualDay[] = [];
  let direction = 0;
  for (const [i, { day, position }] of days.entries()) {
    const amount = amounts[i] ?? null;
    const range = amount === null || !isAsked(day) ? null : rangeOf(sameWeekday(amounts, i));
    const lately = direction;
    direction = amount === null || range === null ? 0 : beyond(amount, range);
    if (amount === null || range === null || direction === 0) continue;
    if (wasSoBefore(samePosition(days, i, position), amounts, direction, amount)) direction = 0;
    else if (direction === lately) (told.at(-1) as UnusualDay).until = day;
    else told.push({ day, usual: range.median, until: day });
  }
  return told;
}

/** What the same day of the weeks before came to, as far as that is known. */
function sameWeekday(amounts: readonly (Amount | null)[], at: number): Amount[] {
  const like: Amount[] = [];
  for (let week = 1; week <= WEEKS; week++) {
    const amount = amounts[at - 7 * week];
    if (amount != null) like.push(amount);
  }
  return like;
}

/** Where the same day of the period before is. */
function samePosition(days: readonly DayAmount[], at: number, position: number): number | null {
  for (let i = at - 1; i >= 0; i--) if (days[i]?.position === position) return i;
  return null;
}

/** Whether the same day of the period before stood out of its weekday as well, as far as this one. */
function wasSoBefore(
  at: number | null,
  amounts: readonly (Amount | null)[],
  direction: number,
  amount: Amount,
): boolean {
  const before = at === null ? null : (amounts[at] ?? null);
  if (at === null || before === null) return false;
  const around: Amount[] = [];
  for (let week = -WEEKS; week <= WEEKS; week++) {
    const like = amounts[at + 7 * week];
    if (week !== 0 && like != null) around.push(like);
  }
  const range = rangeOf(around);
  return range !== null && beyond(before, range) === direction && size(amount - before) <= range.within;
}

interface Range {
  median: Amount;
  /** How far from the median is still usual. */
  within: Amount;
  /** How low and how high its like came, but for one, and a tenth of the median more. */
  low: Amount;
  high: Amount;
}

function rangeOf(like: readonly Amount[]): Range | null {
  if (like.length < FEWEST) return null;
  const median = medianOf(like);
  const deviation = medianOf(like.map((amount) => size(amount - median)));
  const standard = (deviation * STANDARD[0]) / STANDARD[1];
  const least = size(median) / LEAST_PART;
  const sorted = rising(like);
  // One of many may have been unusual itself.
  const skipped = sorted.length >= MANY ? 1 : 0;
  const [lowest, highest] = [sorted[skipped] ?? median, sorted.at(-1 - skipped) ?? median];
  const within = DEVIATIONS * (standard > least ? standard : least);
  return { median, within, low: lowest - least, high: highest + least };
}

function beyond(amount: Amount, { median, within, low, high }: Range): number {
  if (amount > median + within && amount > high) return 1;
  return amount < median - within && amount < low ? -1 : 0;
}

function medianOf(amounts: readonly Amount[]): Amount {
  const sorted = rising(amounts);
  const [lower, upper] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((lower as Amount) + (upper as Amount)) / 2n;
}

function rising(amounts: readonly Amount[]): Amount[] {
  return [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const size = (value: Amount) => (value < 0n ? -value : value);
