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
  const now = `${dayText(asked.day)} ${asked.day.slice(0, 4)}`;
  const nowWords = `on ${now}`;
  if (asked.against === 'usual') {
    return { before: 'its usual', now, beforeWords: 'as is usual on that day of the week', nowWords };
  }
  const before = dayText(dayOf(changes.compareFrom, changes.timeZone));
  return { before, now, beforeWords: `on ${before}, the day before`, nowWords };
}

function spanNames({ from, to, compareFrom, compareTo, timeZone }: ShownChanges): SpanNames {
  const span = (begin: string, end: string) => {
    return `${momentText(begin, timeZone, null)} to ${momentText(end, timeZone, null)}`;
  };
  const [now, before] = [span(from, to), span(compareFrom, compareTo)];
  return { before, now, beforeWords: `from ${before}`, nowWords: `from ${now}` };
}
