import { wholeDays } from '#server/domain/whole-days.ts';
import type { ChangesPage } from '#server/pages/changes-page.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { dayOf, dayText, momentText, monthText } from '../format/time.ts';

/** What two compared spans are called. */
export interface SpanNames {
  before: string;
  now: string;
  /** In the middle of a sentence. */
  beforeWords: string;
  nowWords: string;
}

/** What a difference is of, as far as its spans are named by it. */
type Of = Pick<ChangesPage, 'asked' | 'periodKey' | 'estimated'>;

/** Names for the spans that are compared. */
export function namesOf({ asked, periodKey, estimated }: Of, changes: ShownChanges): SpanNames {
  if ('day' in asked) return dayNames(asked, changes);
  if ('from' in asked) return spanNames(changes);
  const month = monthText(periodKey);
  const earlier = monthText(dayOf(changes.compareFrom, changes.timeZone).slice(0, 7));
  const until = dayText(dayOf(changes.compareTo, changes.timeZone));
  const isWhole = Date.parse(changes.meteredThrough) >= Date.parse(changes.to) || !estimated;
  return {
    before: isWhole ? earlier : `${earlier} until ${until}`,
    now: month,
    beforeWords: isWhole ? `in ${earlier}` : `in the same part of ${earlier}`,
    nowWords: isWhole ? `in ${month}` : `so far in ${month}`,
  };
}

function dayNames(asked: { day: string; against: 'previous' | 'usual' }, changes: ShownChanges): SpanNames {
  const now = datedDay(asked.day);
  const nowWords = `on ${now}`;
  if (asked.against === 'usual') {
    return { before: 'its usual', now, beforeWords: 'as is usual on that day of the week', nowWords };
  }
  const before = dayText(dayOf(changes.compareFrom, changes.timeZone));
  return { before, now, beforeWords: `on ${before}, the day before`, nowWords };
}

function spanNames({ from, to, compareFrom, compareTo, timeZone, meteredThrough }: ShownChanges): SpanNames {
  const words = (begin: string, end: string) => {
    const { name, words } = spanName(begin, end, timeZone);
    // What is ahead is known of neither.
    return { name, words: Date.parse(meteredThrough) < Date.parse(end) ? `so far ${words}` : words };
  };
  const [now, before] = [words(from, to), words(compareFrom, compareTo)];
  return { before: before.name, now: now.name, beforeWords: before.words, nowWords: now.words };
}

/** A span by its month, its day, or its days, of which the last is in it; else to the second. */
function spanName(from: string, to: string, timeZone: string): { name: string; words: string } {
  const days = wholeDays(from, to, timeZone);
  if (days === null) {
    const [begin, end] = [from, to].map((at) => momentText(at, timeZone, null));
    return { name: `${begin} – ${end}`, words: `from ${begin} to ${end}` };
  }
  const { first, last, month } = days;
  if (month !== null) return { name: monthText(month), words: `in ${monthText(month)}` };
  const [begin, end] = [datedDay(first), datedDay(last)];
  if (first === last) return { name: end, words: `on ${end}` };
  const since = first.slice(0, 4) === last.slice(0, 4) ? dayText(first) : begin;
  return { name: `${since} – ${end}`, words: `from ${since} through ${end}` };
}

const datedDay = (day: string) => `${dayText(day)} ${day.slice(0, 4)}`;
