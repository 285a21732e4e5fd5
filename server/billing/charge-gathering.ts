import type { ChargeEvent, ChargeInterval, ChargeUsageRow, UsageEntry } from '../../clickhouse/index.ts';
import { addsUp } from '../domain/aggregation.ts';
import type { Micros } from '../domain/instant.ts';
import {
  AMOUNT_DECIMALS,
  parseFixed,
  parseQuantity,
  QUANTITY_DECIMALS,
  type Quantity,
  quantityText,
} from '../domain/money.ts';
import { chargeKey } from '../domain/pricing/charge-line.ts';
import { lineValuesOf, priceFor } from '../domain/pricing/match.ts';
import type { Price } from '../domain/pricing/price.ts';
import { type Contribution, cutAt } from '../domain/rating/contribution.ts';
import { countUntil } from '../domain/rating/instants.ts';
import type { ChargeUsage, VersionInForce } from '../domain/rating/rating.types.ts';
import type { RegisteredMeter } from '../metering/registry.ts';
import type { UnpricedUsage } from './invoice.types.ts';

/** An account with the prices that rule the period. */
export interface PricedAccount {
  accountId: string;
  versions: readonly VersionInForce[];
  /** Whether what it uses in the period is told at all: not before it is on a rate card, nor after its end. */
  isCharged: boolean;
  /** Whether it was there in the period: else nothing is due that was not used. */
  isThere: boolean;
  /** Keys of prices a license names: their usage is kept apart by app and team. */
  licensed: ReadonlySet<string>;
}

/** The usage of an account's charges, and what no price covers. */
export interface GatheredUsage {
  charges: ChargeUsage[];
  unpriced: UnpricedUsage[];
}

/** A stretch of time, half-open. */
export interface Span {
  from: Micros;
  to: Micros;
}

/** The same time in spans that rise and neither overlap nor touch. */
export function apart(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** How a counting meter is asked for: all its additive usage at once, other aggregations once for each kind of line. */
export interface Entry extends UsageEntry {
  of: RegisteredMeter;
  names: string[];
  /** Whether any price is for this meter. */
  priced: boolean;
  /** The part of the period the meter measures so, where it measures otherwise in another. */
  span?: Span;
}

/** A charge while its usage is collected. */
interface Gathered {
  priceKey: string;
  lineValues: Record<string, string>;
  contributions: Contribution[];
  standing?: true;
}

/** Where intervals of some dimensions belong: the price of each version, and its charge once there is one. */
interface Matches {
  dimensions: Record<string, string>;
  prices: (Price | null)[];
  charges: Gathered[];
}

/** Collects one account's usage by charge. */
export class ChargeGathering {
  private readonly charges = new Map<string, Gathered>();
  private readonly starts: number[];
  // What many intervals have in common is made once; the reader gives equal dimensions as one array.
  private readonly matches = new Map<RegisteredMeter, Map<readonly string[], Matches>>();
  private readonly levels = new Map<string, bigint>();
  private readonly slots = new Map<string, string[]>();
  private readonly unpriced = new Map<
    string,
    { meter: RegisteredMeter; dimensions: Record<string, string>; quantity: Quantity }
  >();
  /** Of aggregations that do not add up: what each charge stands at. */
  private readonly standing = new Map<string, Quantity>();
  /** Entries of such with usage that none of the prices they are read for takes; another entry's may. */
  readonly untaken = new Set<Entry>();

  constructor(private readonly account: PricedAccount) {
    this.starts = account.versions.map(({ from }) => from);
    for (const { prices } of account.isThere ? account.versions : []) {
      // Due without usage, so it is a charge without any, too.
      for (const price of prices.values()) if (price.flatAtZero && !price.lineBy?.length) this.charge(price, {});
    }
  }

  counted(entry: Entry, row: ChargeUsageRow, bounds: readonly Micros[]): void {
    const dimensions = named(entry.names, row.group);
    const price = this.priceOf(entry, row.window, dimensions);
    const to = bounds[bounds.indexOf(row.window) + 1] as Micros;
    const value = parseFixed(row.value, QUANTITY_DECIMALS);
    if (price === null) {
      if (entry.priced && !addsUp(entry.aggregation)) this.untaken.add(entry);
      else this.addUnpriced(entry.of, dimensions, value);
      return;
    }
    const charge = this.charge(price, dimensions);
    // In each part of the period in which the meter measures otherwise it starts from nothing.
    const key = `${chargeKey(charge)} ${entry.span?.from ?? ''}`;
    let quantity = value;
    if (!addsUp(entry.aggregation)) {
      charge.standing = true;
      const before = this.standing.get(key);
      // The first value is what it stands at, also below zero.
      const after = entry.aggregation === 'max' && before !== undefined && before > value ? before : value;
      quantity = after - (before ?? 0n);
      this.standing.set(key, after);
    }
    charge.contributions.push({
      kind: 'bucket',
      from: row.window,
      to,
      quantity,
      ...(entry.aggregation === 'latest' ? { replaces: true } : {}),
      slot: '',
      events: Number.parseInt(row.events, 10),
      source: '',
      id: JSON.stringify(row.group),
      subject: '',
      dimensions,
    });
  }

  /** Replaces buckets inside any of the spans (rising and apart) by the events in them. */
  events(entry: Entry, events: readonly ChargeEvent[], spans: readonly Span[]): void {
    const starts = spans.map(({ from }) => from);
    const isInSpan = ({ from, to }: Contribution) => to <= (spans[countUntil(starts, from) - 1]?.to ?? from);
    for (const charge of this.charges.values()) {
      charge.contributions = charge.contributions.filter(
        (c) => c.kind !== 'bucket' || !isInSpan(c) || !this.isOf(charge.priceKey, entry.meter, c.from),
      );
    }
    for (const event of events) {
      const all = named(entry.of.dimensionNames, event.dimensions);
      const price = this.priceOf(entry, event.time, all);
      if (price === null) continue;
      this.charge(price, all).contributions.push({
        kind: 'event',
        from: event.time,
        to: event.time,
        quantity: entry.aggregation === 'count' ? parseQuantity('1') : parseQuantity(event.value),
        slot: '',
        events: 1,
        source: event.source,
        id: event.id,
        subject: event.subject,
        dimensions: all,
      });
    }
  }

  interval(meter: RegisteredMeter, interval: ChargeInterval): void {
    const { startsAt: from, endsAt: to, subject, slot, source, id } = interval;
    const level = known(this.levels, interval.level, () => parseFixed(interval.level, AMOUNT_DECIMALS));
    if (from >= to || level === 0n) return;
    const ofMeter = known(this.matches, meter, () => new Map<readonly string[], Matches>());
    const matches = known(ofMeter, interval.dimensions, () => this.matchesOf(meter, interval.dimensions));
    const slots = known(this.slots, subject, () => [] as string[]);
    slots[slot] ??= JSON.stringify([subject, slot]);
    const whole: Contribution = {
      kind: 'interval',
      from,
      to,
      quantity: level * BigInt(to - from),
      slot: slots[slot],
      events: 1,
      source,
      id,
      subject,
      dimensions: matches.dimensions,
    };
    // A version may price it otherwise: each stretch is matched by the version in force, and cut only where that is another charge.
    let charge: Gathered | undefined;
    for (const piece of cutAt(whole, this.starts)) {
      const version = countUntil(this.starts, piece.from) - 1;
      const price = matches.prices[version];
      const before: Gathered | undefined = charge;
      charge = undefined;
      if (price == null) {
        this.addUnpriced(meter, matches.dimensions, piece.quantity);
        continue;
      }
      matches.charges[version] ??= this.charge(price, matches.dimensions);
      charge = matches.charges[version];
      if (charge === before)
        charge.contributions.push(longer(charge.contributions.pop() as Contribution, piece, whole));
      else charge.contributions.push(piece);
    }
  }

  /** Where intervals of these dimensions belong, under each version. */
  private matchesOf(meter: RegisteredMeter, values: readonly string[]): Matches {
    const dimensions = named(meter.dimensionNames, values);
    const prices = this.account.versions.map((version) => priceFor(version.prices, meter.key, dimensions, null));
    return { dimensions, prices, charges: [] };
  }

  done(): GatheredUsage {
    return {
      charges: [...this.charges.values()]
        .map((charge) => ({
          charge,
          place: `${JSON.stringify([charge.priceKey, ...Object.values(charge.lineValues)])} ${chargeKey(charge)}`,
        }))
        .sort((a, b) => (a.place < b.place ? -1 : 1))
        .map(({ charge }) => charge),
      unpriced: [...this.unpriced.values()].map(({ meter, dimensions, quantity }) => ({
        meter: meter.key,
        description: meter.description,
        dimensions,
        quantity: quantityText(quantity),
        unit: meter.unit,
      })),
    };
  }

  private isOf(priceKey: string, meter: string, at: Micros): boolean {
    return versionAt(this.account.versions, at).prices.get(priceKey)?.meter === meter;
  }

  private priceOf(entry: Entry, at: Micros, dimensions: Record<string, string>): Price | null {
    const exact = addsUp(entry.aggregation) ? null : entry.names;
    return priceFor(versionAt(this.account.versions, at).prices, entry.meter, dimensions, exact);
  }

  private charge(price: Price, dimensions: Record<string, string>): Gathered {
    const line = { priceKey: price.key, lineValues: lineValuesOf(price, dimensions) };
    return known(this.charges, chargeKey(line), () => ({ ...line, contributions: [] }));
  }

  addUnpriced(meter: RegisteredMeter, dimensions: Record<string, string>, quantity: Quantity): void {
    if (!this.account.isCharged) return;
    const key = JSON.stringify([meter.key, dimensions]);
    const before = this.unpriced.get(key)?.quantity ?? 0n;
    this.unpriced.set(key, { meter, dimensions, quantity: before + quantity });
  }
}

/** Two pieces of an interval of which the other begins where the one ends, as one. */
function longer(one: Contribution, other: Contribution, whole: Contribution): Contribution {
  if (one.from === whole.from && other.to === whole.to) return whole;
  return { ...one, to: other.to, quantity: one.quantity + other.quantity };
}

/** The version that rules at an instant. */
export function versionAt(versions: readonly VersionInForce[], at: Micros): VersionInForce {
  return versions.findLast(({ from }) => from <= at) ?? (versions[0] as VersionInForce);
}

/** What the map has for a key, made when it is first asked for. */
function known<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** Values by the names of their dimensions. */
export function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}
