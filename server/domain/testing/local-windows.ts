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
  let same = first - 1;
  let other = first + REACH[size];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (labelOf(middle * MINUTE, size, timeZone) === label) same = middle;
    else other = middle;
  }
  return other * MINUTE;
}

/** The start of the local window an instant lies in. */
export function previousLocalBound(at: number, size: WindowSize, timeZone: string): number {
  let bound = (Math.floor(at / MINUTE) - (size === 'MINUTE' ? 1 : REACH[size])) * MINUTE;
  for (let next = bound; next <= at; next = nextLocalBound(next, size, timeZone)) bound = next;
  return bound;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function labelOf(at: number, size: Exclude<WindowSize, 'MINUTE'>, timeZone: string): string {
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
  const parts = Object.fromEntries(clock.formatToParts(Math.floor(at / 1000)).map(({ type, value }) => [type, value]));
  const month = `${parts.year}-${parts.month}`;
  if (size === 'MONTH') return month;
  return size === 'DAY' ? `${month}-${parts.day}` : `${month}-${parts.day} ${parts.hour} ${parts.timeZoneName}`;
}
