import type { ChangesPage } from '#server/pages/changes-page.ts';
import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { dayOf, dayText, monthText } from '../../format/time.ts';
import { paths } from '../../paths.ts';

/** What two compared spans are called, and where the later one is. */
export interface SpanNames {
  before: string;
  now: string;
  /** In the middle of a sentence. */
  beforeWords: string;
  nowWords: string;
  to: string;
}

/** Names for what a page compares. */
export function namesOf({ account, asked, periodKey, estimated }: ChangesPage, changes: ShownChanges): SpanNames {
  if ('day' in asked) {
    const day = `${dayText(asked.day)} ${asked.day.slice(0, 4)}`;
    const to = paths.day(account.id, asked.day);
    const before = dayOf(changes.compareFrom, changes.timeZone);
    return asked.against === 'usual'
      ? { before: 'its usual', now: day, beforeWords: 'as is usual on that day of the week', nowWords: `on ${day}`, to }
      : {
          before: dayText(before),
          now: day,
          beforeWords: `on ${dayText(before)}, the day before`,
          nowWords: `on ${day}`,
          to,
        };
  }
  const month = monthText(periodKey);
  const earlier = monthText(dayOf(changes.compareFrom, changes.timeZone).slice(0, 7));
  const until = dayText(dayOf(changes.compareTo, changes.timeZone));
  const isWhole = Date.parse(changes.meteredThrough) >= Date.parse(changes.to) || !estimated;
  const to = 'chargeId' in asked ? paths.charge(account.id, asked.chargeId) : paths.account(account.id);
  return {
    before: isWhole ? earlier : `${earlier} until ${until}`,
    now: month,
    beforeWords: isWhole ? `in ${earlier}` : `in the same part of ${earlier}`,
    nowWords: isWhole ? `in ${month}` : `so far in ${month}`,
    to,
  };
}
