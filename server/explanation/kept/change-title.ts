import { wholeDays } from '../../domain/whole-days.ts';
import type { ChangeTold } from './frozen-change.ts';

/** What a difference is called in lists and mails: `Why October → November 2026 differs`. */
export function changeTitle({ asked, charge, changes }: ChangeTold): string {
  const { from, to, compareFrom, compareTo, timeZone } = changes;
  const words = (instant: string, format: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...format, timeZone }).format(new Date(instant));
  if ('day' in asked) {
    const day = (instant: string) => words(instant, { day: 'numeric', month: 'long', year: 'numeric' });
    return `Why ${day(from)} differs from ${asked.against === 'usual' ? 'its usual' : day(compareFrom)}`;
  }
  if ('from' in asked) {
    return `Why ${spanWords(from, to, timeZone)} differs from ${spanWords(compareFrom, compareTo, timeZone)}`;
  }
  const year = (instant: string) => words(instant, { year: 'numeric' });
  const month = (instant: string, withYear: boolean) =>
    words(instant, { month: 'long', ...(withYear ? { year: 'numeric' } : {}) });
  const title = `Why ${month(compareFrom, year(compareFrom) !== year(from))} → ${month(from, true)} differs`;
  if (charge === null) return title;
  const names = Object.values(charge.lineValues).filter((name) => name !== '');
  return `${title}: ${charge.description}${names.length === 0 ? '' : ` of ${names.join(', ')}`}`;
}

const DATE = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const MOMENT = { ...DATE, hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;

/** `October 2026`, `1 October 2026 – 14 October 2026`; to the minute where it is not of whole days. */
function spanWords(from: string, to: string, timeZone: string): string {
  const days = wholeDays(from, to, timeZone);
  if (days === null) {
    const format = new Intl.DateTimeFormat('en-GB', { ...MOMENT, timeZone });
    return [from, to].map((at) => format.format(new Date(at))).join(' – ');
  }
  const { first, last, month } = days;
  const { day, ...ofMonth } = DATE;
  const format = new Intl.DateTimeFormat('en-GB', { ...ofMonth, ...(month === null ? { day } : {}), timeZone: 'UTC' });
  const all = month === null && first !== last ? [first, last] : [first];
  return all.map((each) => format.format(new Date(each))).join(' – ');
}
