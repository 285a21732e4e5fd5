import { instantWords } from '../why/sentence.ts';
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
    const span = (begin: string, end: string) => `${instantWords(begin, timeZone)} – ${instantWords(end, timeZone)}`;
    return `Why ${span(from, to)} differs from ${span(compareFrom, compareTo)}`;
  }
  const year = (instant: string) => words(instant, { year: 'numeric' });
  const month = (instant: string, withYear: boolean) =>
    words(instant, { month: 'long', ...(withYear ? { year: 'numeric' } : {}) });
  const title = `Why ${month(compareFrom, year(compareFrom) !== year(from))} → ${month(from, true)} differs`;
  if (charge === null) return title;
  const names = Object.values(charge.lineValues).filter((name) => name !== '');
  return `${title}: ${charge.description}${names.length === 0 ? '' : ` of ${names.join(', ')}`}`;
}
