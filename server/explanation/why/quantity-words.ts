import type { Aggregation } from '../../domain/aggregation.ts';
import { isLevels } from '../../domain/aggregation.ts';
import { durationText } from '../../domain/duration.ts';

/** What a quantity is of: as a meter says it. */
export interface Measure {
  aggregation: Aggregation;
  levels?: string;
  unit: string;
}

const ENGLISH = new Intl.NumberFormat('en', { maximumFractionDigits: 12 });

/** Whether the meter's quantity is time that slots ran. */
export const isRunningTime = ({ aggregation, levels }: Measure): boolean => isLevels(aggregation) && levels === 'slots';

/** A quantity of the meter as people say it: `1,204 h 30 min`, `12.5 units`. Exact decimal text in, not negative. */
export function quantityWords(meter: Measure, quantity: string): string {
  return isRunningTime(meter) ? durationText(quantity, 'said') : `${groupedDigits(quantity)} ${meter.unit}`;
}

/** Decimal text with its thousands apart. */
export function groupedDigits(decimal: string): string {
  return ENGLISH.format(decimal as `${number}`);
}
