import { startChild } from './child.ts';
import type { RatingAnswer, RatingQuestion } from './children/rating-month.ts';
import { rounded } from './figures.ts';
import type { Row } from './report.ts';

const BAR = { seconds: 3, megabytes: 200 };
const CASES: Record<RatingQuestion['usage'], string> = {
  events: 'events over 40 charges, graduated, percentage and per unit',
  intervals: 'intervals of 1,000 slots, each with its cap, by day',
};

/** How long the rating engine alone takes for a month, and how much memory beside what it is given. */
export async function rating(_folder: string, short: boolean): Promise<Row[]> {
  const contributions = short ? 100_000 : 1_000_000;
  const rows: Row[] = [];
  for (const [usage, what] of Object.entries(CASES)) {
    const month = startChild(new URL('./children/rating-month.ts', import.meta.url));
    try {
      const question: RatingQuestion = { usage: usage as RatingQuestion['usage'], contributions };
      const { seconds, megabytes } = await month.ask<RatingAnswer>(question);
      rows.push({
        what: `rate ${contributions.toLocaleString('en')} ${what}`,
        measured: `${rounded(seconds)} s, ${rounded(megabytes)} MB above its input`,
        bar: `≤ ${BAR.seconds} s, ≤ ${BAR.megabytes} MB`,
        met: seconds <= BAR.seconds && megabytes <= BAR.megabytes,
        figures: { seconds, megabytes, contributions },
      });
    } finally {
      await month.end();
    }
  }
  return rows;
}
