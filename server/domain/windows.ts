import { Temporal } from 'temporal-polyfill';

export type WindowSize = 'MINUTE' | 'HOUR' | 'DAY' | 'MONTH';

/** Asked for more windows than one answer may have. */
export class TooManyWindowsError extends RangeError {}

const MAX_WINDOWS = 50_000;

/**
 * The bounds that cut `[from, to)` into windows of a named zone, both ends included; microseconds since 1970.
 * Days and months start at local midnight and are as long as they are there: 23 or 25 hours when clocks change. The
 * first and last window are cut at `from` and `to`.
 * @throws TooManyWindowsError beyond 50,000 windows
 */
export function windowBounds(from: number, to: number, size: WindowSize, timeZone: string): number[] {
  if (to <= from) return [];
  const bounds = [from];
  let start = startOfWindow(from, size, timeZone);
  for (;;) {
    start = nextWindow(start, size);
    const micros = start.epochMilliseconds * 1000;
    if (micros >= to) break;
    if (micros > from) bounds.push(micros);
    if (bounds.length > MAX_WINDOWS) {
      throw new TooManyWindowsError(`more than ${MAX_WINDOWS} windows; ask for a shorter time or larger windows`);
    }
  }
  bounds.push(to);
  return bounds;
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
  return ((local % unit) + unit) % unit;
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
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError(`"${day}" is no day; write it as 2026-11-03`);
  const date = Temporal.PlainDate.from(day);
  return {
    from: date.toZonedDateTime(timeZone).epochMilliseconds * 1000,
    previous: date.subtract({ days: 1 }).toString(),
    next: date.add({ days: 1 }).toString(),
  };
}
