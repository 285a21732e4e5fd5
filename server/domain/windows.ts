import { Temporal } from 'temporal-polyfill';
import { DAY, HOUR, MINUTE } from './instant.ts';

/** Windows of the calendar in a zone: a `DAY` may have 23 or 25 hours. */
export type WindowSize = 'MINUTE' | 'HOUR' | 'DAY' | 'MONTH';

/** Asked for more windows than one answer may have. */
export class TooManyWindowsError extends RangeError {}

/** Months are found one by one with the calendar: fifty years of them. */
const MOST: Record<WindowSize, number> = { MINUTE: 50_000, HOUR: 50_000, DAY: 50_000, MONTH: 600 };
/** No window is longer: a day that clocks set back, or that a zone moved over the date line, is no longer than two. */
const LONGEST: Record<WindowSize, number> = { MINUTE, HOUR, DAY: 2 * DAY, MONTH: 33 * DAY };

/**
 * The bounds that cut `[from, to)` into windows of a named zone, both ends included; microseconds since 1970.
 * Days and months start at local midnight and are as long as they are there: 23 or 25 hours when clocks change. The
 * first and last window are cut at `from` and `to`. Found by arithmetic between one change of clocks and the next.
 * @throws TooManyWindowsError beyond 50,000 windows, or 600 months: before any is made where the span says so already
 */
export function windowBounds(from: number, to: number, size: WindowSize, timeZone: string): number[] {
  if (to <= from) return [];
  refuseTooMany(from, to, size);
  const bounds = [from];
  for (const bound of size === 'MONTH' ? monthsAfter(from, timeZone) : clockBounds(from, to, size, timeZone)) {
    if (bound >= to) break;
    if (bounds.length >= MOST[size]) throw tooMany(size);
    bounds.push(bound);
  }
  bounds.push(to);
  return bounds;
}

/** By arithmetic, without looking at a calendar. @throws TooManyWindowsError where there are more than may be, whatever the zone */
export function refuseTooMany(from: number, to: number, size: WindowSize): void {
  if ((to - from) / LONGEST[size] > MOST[size]) throw tooMany(size);
}

/** About how many windows a span has, by arithmetic; no more than are answered. */
export function windowsWithin(from: number, to: number, size: WindowSize): number {
  const usual = { MINUTE, HOUR, DAY, MONTH: 30 * DAY }[size];
  return Math.min(MOST[size], Math.max(0, (to - from) / usual));
}

function tooMany(size: WindowSize): TooManyWindowsError {
  const most = MOST[size].toLocaleString('en');
  return new TooManyWindowsError(`more than ${most} windows; ask for a shorter time or larger windows`);
}

function* monthsAfter(from: number, timeZone: string): Generator<number> {
  for (let start = startOfWindow(from, 'MONTH', timeZone); ; ) {
    start = nextWindow(start, 'MONTH');
    const micros = start.epochMilliseconds * 1000;
    if (micros > from) yield micros;
  }
}

/** Where a clock on the wall shows a full minute, hour or day, after `from` and before `to`; hours also end where it is changed. */
function* clockBounds(from: number, to: number, size: 'MINUTE' | 'HOUR' | 'DAY', timeZone: string): Generator<number> {
  const unit = { MINUTE, HOUR, DAY }[size];
  /** What the clock showed last: a midnight that it shows twice begins one day. */
  let shown = Number.NEGATIVE_INFINITY;
  for (let begin = from; begin < to; ) {
    const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(begin / 1000)).toZonedDateTimeISO(timeZone);
    const offset = local.offsetNanoseconds / 1000;
    const change = local.getTimeZoneTransition('next');
    const end = change === null ? to : Math.min(to, change.epochMilliseconds * 1000);
    const isChanged = begin > from;
    const day = (at: number) => Math.floor(at / unit);
    // Clocks that are set over midnight begin the day there.
    if (isChanged && (size !== 'DAY' || day(begin + offset) > day(shown - 1))) yield begin;
    for (let at = begin + unit - mod(begin + offset, unit); at < end; at += unit) {
      if (size !== 'DAY' || at + offset >= shown) yield at;
    }
    shown = Math.max(shown, end + offset);
    begin = end;
  }
}

function mod(value: number, unit: number): number {
  return ((value % unit) + unit) % unit;
}

/** The whole window an instant lies in. */
export function windowAt(micros: number, size: WindowSize, timeZone: string): { from: number; to: number } {
  const start = startOfWindow(micros, size, timeZone);
  return { from: start.epochMilliseconds * 1000, to: nextWindow(start, size).epochMilliseconds * 1000 };
}

function startOfWindow(micros: number, size: WindowSize, timeZone: string): Temporal.ZonedDateTime {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(micros / 1000)).toZonedDateTimeISO(timeZone);
  if (size === 'DAY') return local.startOfDay();
  if (size === 'MONTH') return local.with({ day: 1 }).startOfDay();
  const start = local.subtract({ milliseconds: intoUnit(local, UNIT_MS[size]) });
  if (start.offsetNanoseconds === local.offsetNanoseconds) return start;
  const change = local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return change !== null && change.epochMilliseconds > start.epochMilliseconds ? change : start;
}

/** Hours and minutes end where the clock on the wall shows the next full one, or where clocks change within. */
function nextWindow(start: Temporal.ZonedDateTime, size: WindowSize): Temporal.ZonedDateTime {
  if (size === 'DAY') return start.add({ days: 1 }).startOfDay();
  if (size === 'MONTH') return start.add({ months: 1 }).with({ day: 1 }).startOfDay();
  const next = start.add({ milliseconds: UNIT_MS[size] - intoUnit(start, UNIT_MS[size]) });
  if (next.offsetNanoseconds === start.offsetNanoseconds) return next;
  // Lord Howe Island moves its clocks by half an hour: without a cut here no later hour would be a full one.
  return start.getTimeZoneTransition('next') ?? next;
}

const UNIT_MS = { HOUR: 3_600_000, MINUTE: 60_000 } as const;

/** How long the local hour or minute has lasted, if the offset did not change within. */
function intoUnit(at: Temporal.ZonedDateTime, unit: number): number {
  const local = at.epochMilliseconds + at.offsetNanoseconds / 1e6;
  return mod(local, unit);
}

/** The calendar day of an instant in a zone, `YYYY-MM-DD`. */
export function localDay(micros: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(micros / 1000))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/**
 * A calendar day of a zone, and the days beside it.
 * @param day `YYYY-MM-DD`
 * @throws RangeError when there is no such day
 */
export function calendarDay(day: string, timeZone: string): { from: number; previous: string; next: string } {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(day)) throw new RangeError(`"${day}" is no day; write it as 2026-11-03`);
  const date = Temporal.PlainDate.from(day);
  return {
    from: date.toZonedDateTime(timeZone).epochMilliseconds * 1000,
    previous: date.subtract({ days: 1 }).toString(),
    next: date.add({ days: 1 }).toString(),
  };
}
