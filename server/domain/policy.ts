import { HOUR, type Micros } from './instant.ts';

/**
 * How long a period that is over stays open to late events before its invoice is final, in milliseconds: two days, in which a
 * sender that was down over a weekend night or a long deploy catches up.
 */
export const GRACE_MS = 48 * 3_600_000;

/** Events are taken from so many months back, and so may periods be: a year can be compared with the one before, and closed. */
export const MONTHS_BACK = 13;

/** Events up to an hour ahead are taken: clocks differ. */
export const AHEAD: Micros = HOUR;

/** How long an explanation link may be good for, as the form offers it; the API takes any whole hours up to the longest. */
export const LINK_TERMS = [
  { name: '1h', hours: 1, words: '1 hour' },
  { name: '1d', hours: 24, words: '1 day' },
  { name: '7d', hours: 7 * 24, words: '7 days' },
  { name: '30d', hours: 30 * 24, words: '30 days' },
  { name: '365d', hours: 365 * 24, words: '1 year' },
] as const;

/** The term of a link whose maker did not choose one. */
export const LINK_TERM = LINK_TERMS.find(({ name }) => name === '30d') ?? LINK_TERMS[0];

/** The longest term of a link, in hours: who still needs it in a year makes another. */
export const LINK_LONGEST_HOURS = 365 * 24;

/** Characters of a link's note, which is one line in a list. */
export const LINK_NOTE_LONGEST = 500;

/** Characters of a question or an answer: two pages. */
export const QUESTION_LONGEST = 5_000;
