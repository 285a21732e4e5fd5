/** The demo lives in UTC. Moments are milliseconds since 1970, days are whole days since 1970. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Months of the history, seen from its first seeding: the last two that were over, and the open one. */
export const MONTH_BEFORE_LAST = 1;
export const LAST_MONTH = 2;

/** The first instant (UTC) of the month three months before `now`: where the demo's history starts. */
export function historyStart(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3, 1));
}

/** The first instant (UTC) of the month after that of a moment. */
export function nextMonth(at: number): number {
  const then = new Date(at);
  return Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 1);
}

/** A moment in the `month`-th month of the history (0 is the first); days past its end are clamped to its last day. */
export function momentIn(anchor: number, month: number, day: number, time: string): number {
  const start = new Date(anchor);
  const year = start.getUTCFullYear();
  const index = start.getUTCMonth() + month;
  const lastDay = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  return Date.UTC(year, index, Math.min(day, lastDay), hour, minute, second);
}

/** Which month of the history a moment lies in; negative before it. */
export function monthOf(anchor: number, at: number): number {
  const start = new Date(anchor);
  const then = new Date(at);
  return (then.getUTCFullYear() - start.getUTCFullYear()) * 12 + then.getUTCMonth() - start.getUTCMonth();
}

/** 0 for Sunday to 6 for Saturday. 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Whether people are at work that day. */
export function isWorkday(day: number): boolean {
  const w = weekday(day);
  return w !== 0 && w !== 6;
}

/** RFC 3339 in UTC, to the microsecond where `micros` (since 1970) has them, else to the millisecond. */
export function isoFromMicros(micros: number): string {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  const rest = micros % 1000;
  return rest === 0 ? text : `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}

const BY_WEEKDAY = [0.45, 1.05, 1.15, 1.2, 1.15, 1.05, 0.5];
const BY_HOUR = [
  0.5, 0.42, 0.38, 0.36, 0.38, 0.45, 0.6, 0.85, 1.1, 1.3, 1.4, 1.42, 1.38, 1.42, 1.5, 1.55, 1.52, 1.45, 1.35, 1.25,
  1.15, 1.0, 0.8, 0.62,
];

/** How busy people keep the customer's apps at a moment: about 1 on average, 0.16 on Sunday night, 1.9 on Wednesday afternoon. */
export function busyness(at: number): number {
  const hours = (at % DAY) / HOUR;
  const hour = Math.floor(hours);
  const here = BY_HOUR[hour] ?? 1;
  const next = BY_HOUR[(hour + 1) % 24] ?? 1;
  const daily = here + (next - here) * (hours - hour);
  return daily * (BY_WEEKDAY[weekday(Math.floor(at / DAY))] ?? 1);
}
