import { type ChargeEvent, type ClickHouse, chargeEvents } from '../../clickhouse/index.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { parseFixed, QUANTITY_DECIMALS, QUANTITY_ONE, type Quantity } from '../domain/money.ts';
import type { Contribution } from '../domain/rating/contribution.ts';
import type { ChargeUsage, VersionInForce } from '../domain/rating/rating.types.ts';
import { type RegisteredMeter, readingOf } from '../metering/registry.ts';
import { stretchesOf } from '../metering/stretches.ts';
import { isOfCharge } from './charge-filter.ts';
import { apart } from './charge-gathering.ts';
import { type Pricing, versionsInForce } from './pricing.ts';

/** A charge on a meter that stands at something: a maximum, a latest value, a number of different ones. */
interface RunningCharge {
  pricing: Pricing;
  period: BillingPeriod;
  meter: RegisteredMeter;
  charge: ChargeUsage;
}

/**
 * The charge with its windows replaced by the events that changed what it stands at: of a maximum, those that were higher
 * than all before; of different values, the first of each; of a latest value, each that differs. Only windows in which it
 * changed can hold such events, but a latest value may rise and fall back inside one, and values may have been seen before
 * their price began.
 */
export async function changesOf(
  store: ClickHouse,
  { pricing, period, meter, charge }: RunningCharge,
): Promise<ChargeUsage> {
  const versions = versionsInForce(pricing.rateCard?.versions ?? [], period);
  // In each stretch in which the meter measures otherwise it starts from nothing.
  const stretches = stretchesOf(meter, { from: period.from, to: period.to });
  const isRising =
    stretches.length === 1 &&
    (meter.aggregation === 'max' || (meter.aggregation === 'unique' && hasOneStart(versions, charge.priceKey)));
  const kept = charge.contributions.filter(({ kind }) => kind !== 'bucket');
  const mayHold = ({ kind, quantity }: Contribution) => kind === 'bucket' && (!isRising || quantity !== 0n);
  const spans = apart(charge.contributions.filter(mayHold));
  const events = await chargeEvents(store.read, pricing.account.id, readingOf(meter), spans);
  const standings = stretches.map((stretch) => ({ ...stretch, standing: new Standing(stretch.meter.aggregation) }));
  const contributions: Contribution[] = kept;
  for (const event of events) {
    const dimensions = Object.fromEntries(meter.dimensionNames.map((name, i) => [name, event.dimensions[i] ?? '']));
    if (!isOfCharge(charge, dimensions, event.time, versions)) continue;
    const quantity = standings.findLast(({ from }) => from <= event.time)?.standing.change(event) ?? 0n;
    if (quantity === 0n) continue;
    const { time, source, id, subject } = event;
    contributions.push({
      ...{ kind: 'event', from: time, to: time, quantity, slot: '', events: 1, source, id, subject, dimensions },
    });
  }
  return { ...charge, contributions };
}

/** Whether every version of the card prices the same usage by this key, so that the charge begins with the period. */
export function hasOneStart(versions: readonly VersionInForce[], priceKey: string): boolean {
  const usage = versions.map(({ prices }) => {
    const price = prices.get(priceKey);
    return price && JSON.stringify([price.match, price.lineBy]);
  });
  return usage.every((each) => each !== undefined && each === usage[0]);
}

/** What a running aggregate stands at, event after event. */
class Standing {
  private value: Quantity = 0n;
  private readonly values = new Set<string>();

  constructor(private readonly aggregation: string) {}

  /** Takes an event in. @returns by how much it changed */
  change({ value, textValue }: Pick<ChargeEvent, 'value' | 'textValue'>): Quantity {
    const before = this.value;
    if (this.aggregation === 'unique') {
      if (!this.values.has(textValue)) this.value += QUANTITY_ONE;
      this.values.add(textValue);
    } else if (this.aggregation === 'sum' || this.aggregation === 'count') {
      this.value += this.aggregation === 'count' ? QUANTITY_ONE : parseFixed(value, QUANTITY_DECIMALS);
    } else {
      const now = parseFixed(value, QUANTITY_DECIMALS);
      if (this.aggregation === 'latest' || now > before) this.value = now;
    }
    return this.value - before;
  }
}
