import { type ClickHouse, contributionSums } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import { addsUp } from '../../domain/aggregation.ts';
import { greatestCommonDivisor } from '../../domain/greatest-common-divisor.ts';
import { parseAmount, parseFixed, QUANTITY_DECIMALS } from '../../domain/money.ts';
import type { RatedCharge, RatedPart } from '../../domain/rating/rating.types.ts';
import { readingOf } from '../../metering/registry.ts';
import { spansOf } from '../charge/charge-spans.ts';
import { rateEachEvent } from '../charge/each-event.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { type OpenedCharge, openCharge, roughWindows } from '../charge/open-charge.ts';
import { type EvenWindows, evenWindowsOf } from './resources.ts';

/** What every single event of a charge adds, together, from the events themselves. */
export interface CheckSums {
  line: RatedCharge;
  amount: bigint;
  parts: number;
  events: number;
}

/** Quantities are in 10⁻¹⁸, what an event contributes is in 10⁻¹². */
const PER_VALUE = 1_000_000n;
/** Nothing that is contributed is a multiple of it. */
const TOO_LARGE = 2n ** 127n;

/**
 * Sums what every event of a charge adds. Where a unit costs the same, an event adds its share, which must be a whole
 * 10⁻¹² of the currency: those are summed in the store, one by one. Where it does not, every event is rated.
 */
export async function sumEachEvent(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
): Promise<CheckSums | null> {
  const opened = await openCharge(charges, store, found);
  if (opened === null) return null;
  const nothing = { line: opened.rated, amount: parseAmount(opened.rated.base), parts: 0, events: 0 };
  const sums = { ...nothing };
  const add = ({ contribution, amount, coveredAmount }: RatedPart) => {
    sums.parts++;
    sums.events += contribution.events;
    sums.amount += amount - coveredAmount;
  };
  if (!addsUp(found.meter.aggregation)) {
    opened.parts.forEach(add);
    return sums;
  }
  const shares = await sumShares(store, found, opened);
  if (shares !== null) {
    for (const part of opened.parts) if (part.contribution.kind !== 'bucket') add(part);
    sums.parts += shares.events;
    sums.events += shares.events;
    sums.amount += shares.amount;
    return sums;
  }
  await rateEachEvent(store, found, opened, add);
  return sums;
}

/** What the events in windows come to; `null` where they cannot be told by their shares, or came to something else. */
async function sumShares(
  store: ClickHouse,
  found: FoundCharge,
  { parts }: OpenedCharge,
): Promise<{ amount: bigint; events: number } | null> {
  const windows = parts.filter(({ contribution }) => contribution.kind === 'bucket');
  if (roughWindows(windows).length > 0) return null;
  const total = { amount: 0n, events: 0 };
  const evenWindows = evenWindowsOf(windows);
  const summed = new Map(evenWindows.map((even) => [even, 0n]));
  for (const { from, to, dimensions } of spansOf(found)) {
    const inSpan = evenWindows.filter((even) => even.from >= from && even.to <= to);
    const asked = inSpan.map((even) => ({ from: even.from, to: even.to, divisor: divisorOf(even) }));
    if (asked.some(({ divisor }) => divisor >= TOO_LARGE)) return null;
    const reading = { ...readingOf(found.meter), asOf: found.meteredThrough, dimensions };
    const answers = await contributionSums(store.read, found.account.id, reading, asked);
    for (const [i, { sum, events, odd }] of answers.entries()) {
      const even = inSpan[i] as EvenWindows;
      if (odd > 0) return null;
      summed.set(even, parseFixed(sum, QUANTITY_DECIMALS));
      total.events += events;
    }
  }
  for (const [even, quantity] of summed) {
    if (quantity !== even.quantity) return null;
    total.amount += even.amount;
  }
  return total;
}

/** What a contribution, in 10⁻¹², must be a multiple of for its share of the windows' amount to be whole. */
function divisorOf({ amount, quantity }: EvenWindows): bigint {
  if (quantity === 0n) return 1n;
  const unit = quantity / greatestCommonDivisor(amount, quantity);
  const divisor = unit < 0n ? -unit : unit;
  return divisor / greatestCommonDivisor(divisor, PER_VALUE);
}
