import type { Aggregation } from '../../domain/aggregation.ts';
import { isLevels } from '../../domain/aggregation.ts';
import { parseQuantity } from '../../domain/money.ts';

/** What a quantity is of: as a meter says it. */
export interface Measure {
  aggregation: Aggregation;
  levels?: string;
  unit: string;
}

const SECOND = 10n ** 18n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const ENGLISH = new Intl.NumberFormat('en', { maximumFractionDigits: 12 });

/** Whether the meter's quantity is time that slots ran. */
export const isRunningTime = ({ aggregation, levels }: Measure): boolean => isLevels(aggregation) && levels === 'slots';

/** A quantity of the meter as people say it: `1,204 h 30 min`, `12.5 units`. Exact decimal text in, not negative. */
export function quantityWords(meter: Measure, quantity: string): string {
  return isRunningTime(meter) ? durationWords(quantity) : `${groupedDigits(quantity)} ${meter.unit}`;
}

/** Slot-seconds as people say it, rounded to the smaller unit said: `1,204 h 30 min`. */
export function durationWords(quantity: string): string {
  const exact = parseQuantity(quantity);
  if (exact < SECOND) return exact === 0n ? '0 s' : 'less than 1 s';
  const unit = exact < HOUR ? SECOND : MINUTE;
  const seconds = (((exact + unit / 2n) / unit) * unit) / SECOND;
  const [hours, minutes, rest] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  const parts = [
    hours > 0n ? `${groupedDigits(String(hours))} h` : '',
    minutes > 0n ? `${minutes} min` : '',
    rest > 0n && hours === 0n ? `${rest} s` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Decimal text with its thousands apart. */
export function groupedDigits(decimal: string): string {
  return ENGLISH.format(decimal as `${number}`);
}
