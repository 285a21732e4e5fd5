import { type ChargeUsageRow, type ClickHouse, chargeEvents, chargeUsage } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';
import { parseFixed, QUANTITY_DECIMALS, QUANTITY_ONE, type Quantity } from '../domain/money.ts';
import { decidingDimensions, priceFor } from '../domain/pricing/match.ts';
import { countUntil, rising } from '../domain/rating/instants.ts';
import { readingOf } from '../metering/registry.ts';
import { apart, type Entry, named, type PricedAccount, type Span, versionAt } from './charge-gathering.ts';

/** What no price takes of a meter that stands at something, by the dimensions its prices look at. */
export interface Unpriced {
  dimensions: Record<string, string>;
  /** The meter's own over the time in which no price takes it: a maximum of it, not a sum of maxima. */
  quantity: Quantity;
}

/**
 * What no price takes of a maximum, a latest value or a number of different ones. It is asked for apart: how charges read
 * such a meter, once for each kind of line, tells of none of them what the others take.
 */
export async function unpricedOf(
  store: ClickHouse,
  account: PricedAccount,
  entry: Entry,
  span: Span,
): Promise<Unpriced[]> {
  const { versions, accountId } = account;
  const prices = versions.flatMap((version) =>
    [...version.prices.values()].filter(({ meter }) => meter === entry.meter),
  );
  const names = [...new Set(prices.flatMap(decidingDimensions))].sort();
  const starts = versions.map(({ from }) => from).filter((at) => at > span.from && at < span.to);
  const bounds = rising([span.from, ...starts, span.to]);
  const groupBy = names.map((name) => entry.of.dimensionNames.indexOf(name) + 1);
  const rows = await chargeUsage(store.read, [accountId], [{ ...entry, names, groupBy } as Entry], bounds);
  const groups = new Map<string, ChargeUsageRow[]>();
  for (const row of rows) {
    if (priceFor(versionAt(versions, row.window).prices, entry.meter, named(names, row.group), null) !== null) continue;
    const key = JSON.stringify(row.group);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const isApart = entry.aggregation === 'unique' && [...groups.values()].some((windows) => windows.length > 1);
  const different = isApart ? await differentIn(store, accountId, { entry, names, bounds, groups }) : null;
  return [...groups].map(([key, windows]) => {
    const dimensions = named(names, windows[0]?.group ?? []);
    const values = windows.map(({ value }) => parseFixed(value, QUANTITY_DECIMALS));
    if (entry.aggregation === 'max') values.sort((a, b) => (a < b ? -1 : 1));
    return { dimensions, quantity: different?.get(key) ?? (values.at(-1) as Quantity) };
  });
}

/** How many different values each group has in all of its windows together; the events are read once for all of them. */
async function differentIn(
  store: ClickHouse,
  accountId: string,
  {
    entry: { of },
    names,
    bounds,
    groups,
  }: {
    entry: Entry;
    names: readonly string[];
    bounds: readonly Micros[];
    groups: ReadonlyMap<string, readonly ChargeUsageRow[]>;
  },
): Promise<Map<string, Quantity>> {
  const windows = [...new Set([...groups.values()].flatMap((own) => own.map(({ window }) => window)))];
  const spans = windows.map((window) => ({ from: window, to: bounds[bounds.indexOf(window) + 1] as Micros }));
  const events = await chargeEvents(store.read, accountId, readingOf(of), apart(spans));
  const positions = names.map((name) => of.dimensionNames.indexOf(name));
  const values = new Map([...groups.keys()].map((key) => [key, new Set<string>()]));
  const isIn = new Set([...groups].flatMap(([key, own]) => own.map(({ window }) => `${window} ${key}`)));
  for (const { dimensions, time, textValue } of events) {
    const key = JSON.stringify(positions.map((position) => dimensions[position] ?? ''));
    const window = bounds[countUntil(bounds, time) - 1];
    if (isIn.has(`${window} ${key}`)) values.get(key)?.add(textValue);
  }
  return new Map([...values].map(([key, different]) => [key, BigInt(different.size) * QUANTITY_ONE]));
}
