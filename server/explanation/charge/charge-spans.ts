import { positionsOf } from '../../billing/charge-filter.ts';
import type { Span } from '../../billing/charge-gathering.ts';
import { ratingScope } from '../../billing/charge-scope.ts';
import { lineText } from '../../domain/pricing/charge-line.ts';
import { lineValuesOf } from '../../domain/pricing/match.ts';
import type { FoundCharge } from './found-charge.ts';

/** A stretch of the period in which usage with these dimensions belongs to the charge. */
export interface ChargeSpan extends Span {
  dimensions: { position: number; value: string }[];
}

/** When which usage belongs to the charge: a version of the rate card may match other usage than the one before, or none. */
export function spansOf(found: FoundCharge): ChargeSpan[] {
  const { pricing, period, line, meter } = found;
  const { versions } = ratingScope(pricing, period);
  const spans: ChargeSpan[] = [];
  for (const [i, { from, prices }] of versions.entries()) {
    const price = prices.get(line.priceKey);
    if (price === undefined || price.meter !== meter.key) continue;
    const isItsLine = lineText(lineValuesOf(price, { ...line.lineValues })) === lineText(line.lineValues);
    if (!isItsLine) continue;
    const to = versions[i + 1]?.from ?? period.to;
    const dimensions = positionsOf({ meter, price, line });
    const last = spans.at(-1);
    const goesOn = last?.to === from && JSON.stringify(last.dimensions) === JSON.stringify(dimensions);
    if (last !== undefined && goesOn) last.to = to;
    else spans.push({ from, to, dimensions });
  }
  return spans;
}
