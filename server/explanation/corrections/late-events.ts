import {
  type ChargeEvent,
  type ClickHouse,
  type LateContributions,
  lateContributions,
} from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import { addsUp, isLevels } from '../../domain/aggregation.ts';
import { type Micros, toRfc3339 } from '../../domain/instant.ts';
import { amountText, quantityText } from '../../domain/money.ts';
import { readingOf } from '../../metering/registry.ts';
import { spansOf } from '../charge/charge-spans.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { openCharge, rateCharge } from '../charge/open-charge.ts';
import { readAsItStands } from '../charge/standing-still.ts';
import type { LateEvent } from './correction.types.ts';

/**
 * The first events that bear on a charge and were received in `(after, by]`, in the order they count, and how many there are.
 * Of levels those of its resources: one that told another size, or an end, changes it too.
 * @param resources of the charge, before and with them; `null` for any of the meter
 */
export function lateEventsOf(
  store: ClickHouse,
  found: FoundCharge,
  received: { after: Micros; by: Micros },
  { resources, limit }: { resources: ReadonlySet<string> | null; limit: number },
): Promise<LateContributions> {
  const { account, meter, period } = found;
  const isLevel = isLevels(meter.aggregation);
  // A level that was told late reaches into the period from before it.
  const spans = isLevel ? [{ from: 0, to: period.to, dimensions: [] }] : spansOf(found);
  const subjects = isLevel && resources !== null ? [...resources] : null;
  return lateContributions(store.read, account.id, readingOf(meter), { spans, subjects, received }, limit);
}

/** The events with what each adds to the charge. */
export async function withAmounts(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  events: readonly ChargeEvent[],
): Promise<LateEvent[]> {
  const instants = [...new Set(events.map(({ time }) => time))];
  const finer = {
    cuts: instants.flatMap((at) => [at, at + 1]),
    singleEvents: instants.map((at) => ({ from: at, to: at + 1 })),
  };
  const opened = await readAsItStands(store, found, (standing) =>
    addsUp(found.meter.aggregation) ? rateCharge(charges, standing, finer) : openCharge(charges, store, standing),
  );
  const sums = new Map<string, { amount: bigint; quantity: bigint }>();
  for (const { contribution, amount, coveredAmount } of opened?.parts ?? []) {
    const key = keyOf(contribution);
    const sum = sums.get(key) ?? { amount: 0n, quantity: 0n };
    sums.set(key, { amount: sum.amount + amount - coveredAmount, quantity: sum.quantity + contribution.quantity });
  }
  return events.map((event) => {
    const { amount, quantity } = sums.get(keyOf(event)) ?? { amount: 0n, quantity: 0n };
    return {
      ...{ source: event.source, id: event.id, resource: event.subject },
      ...{ eventTime: toRfc3339(event.time), receiveTime: toRfc3339(event.receivedAt) },
      ...{ quantity: quantityText(quantity), amountExact: amountText(amount) },
    };
  });
}

const keyOf = ({ source, id }: { source: string; id: string }) => JSON.stringify([source, id]);
