import { type ChargeEvent, type ClickHouse, chargeEvents } from '../../clickhouse/index.ts';
import type { Aggregation } from '../domain/aggregation.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { parseFixed, QUANTITY_DECIMALS, QUANTITY_ONE, type Quantity } from '../domain/money.ts';
import { chargeKey } from '../domain/pricing/charge-line.ts';
import { takeAlike } from '../domain/pricing/match.ts';
import type { Contribution } from '../domain/rating/contribution.ts';
import type { ChargeUsage, VersionInForce } from '../domain/rating/rating.types.ts';
import { type RegisteredMeter, readingOf } from '../metering/registry.ts';
import { type MeterStretch, stretchesOf } from '../metering/stretches.ts';
import { lineAt } from './charge-filter.ts';
import { apart, type Span, versionAt } from './charge-gathering.ts';
import { type Pricing, versionsInForce } from './pricing.ts';

/** Charges on a meter that stands at something: a maximum, a latest value, a number of different ones. */
interface StandingCharges {
  pricing: Pricing;
  period: BillingPeriod;
  meter: RegisteredMeter;
  charges: readonly ChargeUsage[];
}

/**
 * The charges with their windows replaced by the events that changed what they stand at: of a maximum, those that were higher
 * than all before; of different values, the first of each; of a latest value, each that differs or is told under other terms
 * than before. The first event always counts, also of nothing: from then on there is usage. Only windows in which it
 * changed can hold such events, but a latest value may rise and fall back inside one, and values may have been seen before
 * their price began. The meter is read once, however many charges there are.
 */
export async function changesOf(
  store: ClickHouse,
  { pricing, period, meter, charges }: StandingCharges,
): Promise<ChargeUsage[]> {
  const versions = versionsInForce(pricing, period);
  // In each stretch in which the meter measures otherwise it starts from nothing.
  const stretches = stretchesOf(meter, { from: period.from, to: period.to });
  const isOne = stretches.length === 1;
  const spans = apart(charges.flatMap((charge) => windowsOfChanges(charge, { meter, isOne }, versions)));
  const events = await chargeEvents(store.read, pricing.account.id, readingOf(meter), spans);
  const own = eventsByCharge(events, meter, charges, versions);
  return charges.map((charge) => {
    const kept = charge.contributions.filter(({ kind }) => kind !== 'bucket');
    const changes = changesAmong(own.get(chargeKey(charge)) ?? [], stretches, versions);
    return { ...charge, contributions: [...kept, ...changes] };
  });
}

/** The windows of a charge that may hold an event with which it changed. */
function windowsOfChanges(
  charge: ChargeUsage,
  { meter, isOne }: { meter: RegisteredMeter; isOne: boolean },
  versions: readonly VersionInForce[],
): Span[] {
  const isRising =
    isOne &&
    (meter.aggregation === 'max' || (meter.aggregation === 'unique' && hasOneStart(versions, charge.priceKey)));
  const windows = charge.contributions.filter(({ kind }) => kind === 'bucket');
  const begin = windows.reduce((first, { from }) => Math.min(first, from), Number.POSITIVE_INFINITY);
  return windows.filter(({ quantity, from }) => !isRising || quantity !== 0n || from === begin);
}

type Told = ChargeEvent & { named: Record<string, string> };

/** The events of each charge, by its key: found by what they are, not by asking each charge about each event. */
function eventsByCharge(
  events: readonly ChargeEvent[],
  meter: RegisteredMeter,
  charges: readonly ChargeUsage[],
  versions: readonly VersionInForce[],
): ReadonlyMap<string, Told[]> {
  const own = new Map(charges.map((charge) => [chargeKey(charge), [] as Told[]]));
  const priceKeys = [...new Set(charges.map(({ priceKey }) => priceKey))];
  for (const event of events) {
    const named = Object.fromEntries(meter.dimensionNames.map((name, i) => [name, event.dimensions[i] ?? '']));
    for (const priceKey of priceKeys) {
      const line = lineAt(priceKey, named, event.time, versions);
      if (line !== null) own.get(chargeKey(line))?.push({ ...event, named });
    }
  }
  return own;
}

function changesAmong(
  events: readonly Told[],
  stretches: readonly MeterStretch<RegisteredMeter>[],
  versions: readonly VersionInForce[],
): Contribution[] {
  const standings = stretches.map((stretch) => ({ ...stretch, standing: new Standing(stretch.meter.aggregation) }));
  const contributions: Contribution[] = [];
  for (const event of events) {
    const stretch = standings.findLast(({ from }) => from <= event.time);
    if (stretch === undefined) continue;
    const quantity = stretch.standing.change(event);
    const { time, source, id, subject, named: dimensions } = event;
    const told = contributions.at(-1);
    // Only a value that was told in the same stretch is replaced by the next one.
    const isLatest = stretch.meter.aggregation === 'latest' && standings.length === 1;
    const isUnderOthers =
      isLatest && told !== undefined && versionAt(versions, told.from) !== versionAt(versions, time);
    if (quantity === 0n && told !== undefined && !isUnderOthers) continue;
    contributions.push({
      ...{ kind: 'event', from: time, to: time, quantity, slot: '', events: 1, source, id, subject, dimensions },
      ...(isLatest ? { replaces: true } : {}),
    });
  }
  return contributions;
}

/** Whether every version of the card prices the same usage by this key, so that the charge begins with the period. */
export function hasOneStart(versions: readonly VersionInForce[], priceKey: string): boolean {
  const prices = versions.map((version) => version.prices.get(priceKey));
  const [first] = prices;
  return first === undefined
    ? prices.length === 0
    : prices.every((price) => price !== undefined && takeAlike(price, first));
}

/** What an aggregate stands at, event after event. */
class Standing {
  private value: Quantity = 0n;
  private isFirst = true;
  private readonly values = new Set<string>();

  constructor(private readonly aggregation: Aggregation) {}

  /** Takes an event in. @returns by how much it changed */
  change({ value, textValue }: Pick<ChargeEvent, 'value' | 'textValue'>): Quantity {
    const before = this.value;
    this.value = this.after(value, textValue);
    this.isFirst = false;
    return this.value - before;
  }

  private after(value: string, textValue: string): Quantity {
    switch (this.aggregation) {
      case 'count':
        return this.value + QUANTITY_ONE;
      case 'sum':
        return this.value + parseFixed(value, QUANTITY_DECIMALS);
      case 'unique': {
        const isNew = !this.values.has(textValue);
        this.values.add(textValue);
        return isNew ? this.value + QUANTITY_ONE : this.value;
      }
      case 'latest':
        return parseFixed(value, QUANTITY_DECIMALS);
      // Levels are told in intervals, beside these.
      case 'time_weighted':
      case 'max': {
        const now = parseFixed(value, QUANTITY_DECIMALS);
        return this.isFirst || now > this.value ? now : this.value;
      }
    }
  }
}
