import { type DayAmount, unusualDays } from '../domain/unusual-days.ts';
import { seededRandom } from './seeded-random.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-08-01T00:00:00Z');
const DAYS = 92;
/** The last month of a history is asked about. */
const ASKED = '2026-10-01';
/** A planted day costs so much more, or so much less, than it would have. */
const LEAST = 0.6;

interface History {
  days: DayAmount[];
  /** The day that was planted; `null` in a history in which nothing happened. */
  planted: string | null;
}

/**
 * Three months of what an account could cost a day: a level that grows or falls slowly, weekends that cost less or more, what is
 * due on the first, days that differ by chance, and in every other history one day on which something happened.
 */
function historyOf(seed: number): History {
  const random = seededRandom(seed);
  const level = 20 + 500 * random();
  const trend = 0.0015 * (random() - 0.5);
  const weekend = 0.5 + 0.7 * random();
  const first = random() < 0.3 ? level * 2 : 0;
  const noise = 0.08 * random();
  const plantedAt = seed % 2 === 0 ? Math.floor(DAYS - 31 + 31 * random()) : -1;
  const jump = random() < 0.8 ? LEAST + random() : -LEAST - 0.35 * random();
  const days = Array.from({ length: DAYS }, (_, i): DayAmount => {
    const at = new Date(START + i * DAY);
    const day = at.toISOString().slice(0, 10);
    const rhythm = at.getUTCDay() % 6 === 0 ? weekend : 1;
    const chance = 1 + noise * (random() + random() + random() - 1.5);
    const usual = level * (1 + trend * i) * rhythm * chance + (day.endsWith('-01') ? first : 0);
    const amount = i === plantedAt ? usual * (1 + jump) : usual;
    return { day, position: at.getUTCDate() - 1, amount: amount.toFixed(6) };
  });
  return { days, planted: days[plantedAt]?.day ?? null };
}

/** How the rule for unusual days does on made-up histories. */
export function backtest(histories: number): { precision: number; recall: number; planted: number; told: number } {
  let [planted, told, right] = [0, 0, 0];
  for (let seed = 1; seed <= histories; seed++) {
    const history = historyOf(seed);
    const found = unusualDays(history.days, (day) => day >= ASKED).map(({ day }) => day);
    told += found.length;
    if (history.planted === null) continue;
    planted++;
    if (found.includes(history.planted)) right++;
  }
  return { precision: told === 0 ? 1 : right / told, recall: right / planted, planted, told };
}
