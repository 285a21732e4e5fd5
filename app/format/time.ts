const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `2026-11` → `November 2026`. */
export function monthText(period: string): string {
  const [year, month] = period.split('-');
  return `${monthName(month)} ${year}`;
}

/** Which day of the week a calendar day is: `Tuesday`. */
export function weekdayText(day: string): string {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
}

/** `2026-11-01` → `Nov 1`. */
export function dayText(day: string): string {
  const [, month, date] = day.split('-');
  return `${monthName(month).slice(0, 3)} ${Number(date)}`;
}

/** Instant as a clock shows it in the zone: `14:03:07`. */
export function clockOf(instant: string, timeZone: string): string {
  const p = partsOf(instant, timeZone);
  return `${p.hour}:${p.minute}:${p.second}`;
}

/** Calendar day of an instant in the zone: `2026-11-24`. */
export function dayOf(instant: string, timeZone: string): string {
  const p = partsOf(instant, timeZone);
  return `${p.year}-${p.month}-${p.day}`;
}

/**
 * The clock, with the day before it unless it is the day of `asOf`: `14:03:07`, `Nov 23, 14:03:07`. On a page that is read
 * the same for long, `asOf` is `null`: `Nov 23 2026, 14:03:07`.
 */
export function momentText(instant: string, timeZone: string, asOf: string | null): string {
  const day = dayOf(instant, timeZone);
  const clock = clockOf(instant, timeZone);
  if (asOf === null) return `${dayText(day)} ${day.slice(0, 4)}, ${clock}`;
  return day === dayOf(asOf, timeZone) ? clock : `${dayText(day)}, ${clock}`;
}

/** How long `instant` is before `asOf`, in words, or `null` when it is not older than `graceSeconds`. */
export function delayText(instant: string, asOf: string, graceSeconds: number): string | null {
  const seconds = Math.floor((Date.parse(asOf) - Date.parse(instant)) / 1000);
  return seconds <= graceSeconds ? null : spanText(seconds);
}

/** Whole seconds in the two largest units: `187` → `3 min 7 s`, `90000` → `1 day 1 h`. */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return two(seconds, 60, 'min', 1, 's');
  if (seconds < 86_400) return two(seconds, 3600, 'h', 60, 'min');
  return two(seconds, 86_400, seconds < 172_800 ? 'day' : 'days', 3600, 'h');
}

function two(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

function monthName(month: string | undefined): string {
  const name = MONTHS[Number(month) - 1];
  if (!name) throw new Error(`"${month}" is not a month; days are like "2026-11-01"`);
  return name;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making an Intl format takes far longer than using it, so each zone's is kept. */
function partsOf(instant: string, timeZone: string): Record<Part, string> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const found = { year: '', month: '', day: '', hour: '', minute: '', second: '' };
  for (const { type, value } of format.formatToParts(new Date(instant))) if (type in found) found[type as Part] = value;
  return found;
}
