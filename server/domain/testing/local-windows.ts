export type WindowSize = 'MINUTE' | 'HOUR' | 'DAY' | 'MONTH';

const MINUTE = 60_000_000;

/** Longer than any window of the size, in minutes. */
const REACH = { HOUR: 61, DAY: 26 * 60, MONTH: 32 * 24 * 60 } as const;

/**
 * The end of the local window an instant lies in, found by asking Intl minute by minute (halving) when the clock on the
 * wall shows another window. An hour that a clock change repeats counts as two. Microseconds since 1970.
 */
export function nextLocalBound(at: number, size: WindowSize, timeZone: string): number {
  const first = Math.floor(at / MINUTE) + 1;
  if (size === 'MINUTE') return first * MINUTE;
  const label = labelOf(at, size, timeZone);
  const isNext = (minute: number) => {
    const shown = labelOf(minute * MINUTE, size, timeZone);
    // A clock that is set back over midnight shows the day before again: that is no new day.
    return size === 'HOUR' ? shown !== label : shown > label;
  };
  let same = first - 1;
  let other = first + REACH[size];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (isNext(middle)) other = middle;
    else same = middle;
  }
  const isSetBack = offsetOf(other - SET_BACK, timeZone) !== offsetOf(other, timeZone);
  // Of two midnights halving finds either; the first begins the day.
  for (let minute = Math.max(first, other - SET_BACK); isSetBack && minute < other; minute++)
    if (isNext(minute)) return minute * MINUTE;
  return other * MINUTE;
}

/** The start of the local window an instant lies in. */
export function previousLocalBound(at: number, size: WindowSize, timeZone: string): number {
  let bound = (Math.floor(at / MINUTE) - (size === 'MINUTE' ? 1 : REACH[size])) * MINUTE;
  for (let next = bound; next <= at; next = nextLocalBound(next, size, timeZone)) bound = next;
  return bound;
}

/** No clock is set back further, in minutes. */
const SET_BACK = 180;

const clocks = new Map<string, Intl.DateTimeFormat>();

function offsetOf(minute: number, timeZone: string): string {
  return partsOf(minute * MINUTE, timeZone).timeZoneName ?? '';
}

/** Texts that rise with time, but where a clock is set back. */
function labelOf(at: number, size: Exclude<WindowSize, 'MINUTE'>, timeZone: string): string {
  const parts = partsOf(at, timeZone);
  const two = (digits = '') => digits.padStart(2, '0');
  const month = `${parts.year}-${two(parts.month)}`;
  if (size === 'MONTH') return month;
  const day = `${month}-${two(parts.day)}`;
  return size === 'DAY' ? day : `${day} ${parts.hour} ${parts.timeZoneName}`;
}

function partsOf(at: number, timeZone: string): Record<string, string> {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
  clocks.set(timeZone, clock);
  return Object.fromEntries(clock.formatToParts(Math.floor(at / 1000)).map(({ type, value }) => [type, value]));
}
