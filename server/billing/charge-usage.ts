import {
  type ChargeInterval,
  type ChargeUsageRow,
  type ClickHouse,
  chargeEvents,
  chargeIntervals,
  chargeUsage,
  type UsageEntry,
} from '../../clickhouse/index.ts';
import { addsUp, isLevels } from '../domain/aggregation.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import type { ChargeLine } from '../domain/pricing/charge-line.ts';
import { decidingDimensions } from '../domain/pricing/match.ts';
import { modelOf } from '../domain/pricing/models/models.ts';
import type { Price } from '../domain/pricing/price.ts';
import { type RegisteredMeter, readingOf } from '../metering/registry.ts';
import { type MeterStretch, stretchesOf } from '../metering/stretches.ts';
import { intervalsAsOf } from '../usage/intervals-as-of.ts';
import { commonDimensions } from './charge-filter.ts';
import {
  apart,
  ChargeGathering,
  type Entry,
  type GatheredUsage,
  type PricedAccount,
  type Span,
} from './charge-gathering.ts';
import { unpricedOf } from './unpriced-usage.ts';

/** Which usage, and how finely counting meters are read. */
export interface UsageScope {
  period: BillingPeriod;
  /** Open intervals run to here. */
  through: Micros;
  /** Instants inside the period at which counted usage is cut. */
  cuts: readonly Micros[];
  /** Counted usage in these is read event by event. */
  singleEvents: readonly Span[];
  /** Meters of which all counted usage is read event by event. */
  inOrder?: ReadonlySet<string>;
  /** Only usage of this charge is wanted; some of others may come with it. */
  only?: ChargeLine;
  /** Whether nobody asks what no price takes of meters that stand at something: that is read apart. */
  withoutUnpriced?: boolean;
}

/** What consumption of a license is told by, where the meter has it. */
const TOLD_BY = ['app', 'team'];

/** Reads the usage that charges of these accounts are computed from; the same for one account and for thousands. */
export async function gatherUsage(
  store: ClickHouse,
  meters: readonly RegisteredMeter[],
  accounts: readonly PricedAccount[],
  scope: UsageScope,
): Promise<Map<string, GatheredUsage>> {
  const accountIds = accounts.map(({ accountId }) => accountId);
  const stretches = meters.flatMap((meter) => stretchesOf(meter, { from: scope.period.from, to: scope.period.to }));
  // Intervals end with their stretch, so those of all stretches are read at once.
  const isTimed = ({ aggregation }: RegisteredMeter) => isLevels(aggregation);
  const timed = [
    ...new Map(stretches.flatMap(({ meter }) => (isTimed(meter) ? [[meter.key, meter] as const] : []))).values(),
  ];
  const { only } = scope;
  const filter = (meter: RegisteredMeter) =>
    only === undefined || accounts[0] === undefined ? [] : commonDimensions(meter, accounts[0].versions, only);
  const entries = entriesOf(stretches, accounts, filter, scope.period);
  const bounds = boundsOf(scope);
  // What no price is for is only told as unpriced: in one piece.
  const idle = entries.filter(({ priced }) => !priced);
  const unique = entries.filter(({ priced, aggregation }) => priced && aggregation === 'unique' && bounds.length > 2);
  const isReadByEvent = (entry: Entry) => addsUp(entry.aggregation) && isWhole(scope);
  const plain = entries.filter((entry) => !idle.includes(entry) && !unique.includes(entry) && !isReadByEvent(entry));
  const whole = [scope.period.from, scope.period.to];
  const gathered = new Map<string, ChargeGathering>();
  for (const account of accounts) gathered.set(account.accountId, new ChargeGathering(account));
  const byKey = new Map(timed.map((meter) => [meter.key, meter]));
  const ran = { from: scope.period.from, to: scope.period.to, through: scope.through };
  const onInterval = (interval: Readonly<ChargeInterval>) =>
    gathered.get(interval.accountId)?.interval(byKey.get(interval.meter) as RegisteredMeter, interval);
  const isKept = ({ asOf }: RegisteredMeter) => asOf === undefined;
  const [rows, idleRows, standing] = await Promise.all([
    usageOf(plain, bounds, (...asked) => chargeUsage(store.read, accountIds, ...asked)),
    usageOf(idle, whole, (...asked) => chargeUsage(store.read, accountIds, ...asked)),
    usageOf(unique, bounds, (...asked) => standingUniques(store, accountIds, ...asked)),
    chargeIntervals(
      store.read,
      accountIds,
      timed.filter(isKept).map((meter) => ({ ...readingOf(meter), only: filter(meter) })),
      ran,
      onInterval,
    ),
    ...timed
      .filter((meter) => !isKept(meter))
      .flatMap((meter) => accountIds.map((id) => intervalsAsOf(store, id, meter, ran, onInterval))),
  ]);
  for (const { entry, row, bounds } of [...rows, ...idleRows, ...standing]) {
    gathered.get(row.accountId)?.counted(entry, row, bounds);
  }
  for (const account of accounts) {
    for (const entry of entries) {
      if (!addsUp(entry.aggregation)) continue;
      const isEachRead = needsEvents(account, entry) || scope.inOrder?.has(entry.meter);
      const spans = within(isEachRead ? [scope.period] : apart(scope.singleEvents), entry.span);
      if (spans.length === 0) continue;
      const events = await chargeEvents(store.read, account.accountId, readingOf(entry.of), spans);
      gathered.get(account.accountId)?.events(entry, events, spans);
    }
    const untaken = scope.withoutUnpriced ? [] : [...(gathered.get(account.accountId)?.untaken ?? [])];
    // The meter once, however many kinds of lines it is read for.
    for (const entry of new Map(untaken.map((each) => [each.of, each])).values()) {
      for (const { dimensions, quantity } of await unpricedOf(store, account, entry, entry.span ?? scope.period)) {
        gathered.get(account.accountId)?.addUnpriced(entry.of, dimensions, quantity);
      }
    }
  }
  return new Map([...gathered].map(([accountId, gathering]) => [accountId, gathering.done()]));
}

/** Whether all of it is read event by event. */
function isWhole({ period, singleEvents }: UsageScope): boolean {
  const [span, ...others] = apart(singleEvents);
  return span !== undefined && others.length === 0 && span.from <= period.from && span.to >= period.to;
}

function boundsOf({ period, cuts }: UsageScope): Micros[] {
  const inside = cuts.filter((cut) => cut > period.from && cut < period.to);
  return [...new Set([period.from, ...inside, period.to])].sort((a, b) => a - b);
}

/** Usage of entries in windows; of an entry for a part of the period in the windows of that part. */
async function usageOf(
  entries: readonly Entry[],
  bounds: readonly Micros[],
  read: (entries: Entry[], bounds: Micros[]) => Promise<ChargeUsageRow[]>,
): Promise<{ entry: Entry; row: ChargeUsageRow; bounds: readonly Micros[] }[]> {
  const bySpan = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = entry.span === undefined ? '' : `${entry.span.from} ${entry.span.to}`;
    bySpan.set(key, [...(bySpan.get(key) ?? []), entry]);
  }
  const readTogether = async (together: Entry[]) => {
    const { span } = together[0] as Entry;
    const own =
      span === undefined ? [...bounds] : [span.from, ...bounds.filter((at) => at > span.from && at < span.to), span.to];
    const rows = await read(together, own);
    return rows.map((row) => ({ entry: together[row.entry] as Entry, row, bounds: own }));
  };
  return (await Promise.all([...bySpan.values()].map(readTogether))).flat();
}

/** Of some spans what lies in another. */
function within(spans: readonly Span[], part: Span | undefined): readonly Span[] {
  if (part === undefined) return spans;
  return spans
    .map(({ from, to }) => ({ from: Math.max(from, part.from), to: Math.min(to, part.to) }))
    .filter(({ from, to }) => from < to);
}

/** Unique values cannot be added up: each window is asked where their number stands, from the first bound on. */
function standingUniques(store: ClickHouse, accountIds: string[], entries: Entry[], bounds: Micros[]) {
  const standing = entries.map((entry) => ({ ...entry, standing: true as const }));
  return chargeUsage(store.read, accountIds, standing, bounds);
}

function pricesOn(meter: string, accounts: readonly PricedAccount[]): Price[] {
  const prices = new Map<string, Price>();
  const seen = new Set<unknown>();
  for (const { versions } of accounts) {
    for (const version of versions) {
      if (seen.has(version.prices)) continue;
      seen.add(version.prices);
      for (const price of version.prices.values()) {
        if (price.meter === meter) prices.set(JSON.stringify([price.key, decidingDimensions(price)]), price);
      }
    }
  }
  return [...prices.values()];
}

function entriesOf(
  stretches: readonly MeterStretch<RegisteredMeter>[],
  accounts: readonly PricedAccount[],
  filter: (meter: RegisteredMeter) => { position: number; value: string }[],
  period: BillingPeriod,
): Entry[] {
  return stretches.flatMap(({ meter, from, to }): Entry[] => {
    if (isLevels(meter.aggregation)) return [];
    const prices = pricesOn(meter.key, accounts);
    const entry = (names: string[]): Entry => ({
      of: meter,
      ...(from === period.from && to === period.to ? {} : { span: { from, to } }),
      names,
      priced: prices.length > 0,
      ...readingOf(meter),
      only: filter(meter),
      aggregation: meter.aggregation as UsageEntry['aggregation'],
      groupBy: names.map((name) => meter.dimensionNames.indexOf(name) + 1),
    });
    if (addsUp(meter.aggregation)) {
      const isLicensed = accounts.some(({ licensed }) => prices.some(({ key }) => licensed.has(key)));
      const told = isLicensed ? TOLD_BY.filter((name) => meter.dimensionNames.includes(name)) : [];
      return [entry([...new Set([...prices.flatMap(decidingDimensions), ...told])].sort())];
    }
    const kinds = new Map(
      prices.map((price) => [JSON.stringify(decidingDimensions(price)), decidingDimensions(price)]),
    );
    return kinds.size === 0 ? [entry([])] : [...kinds.values()].map(entry);
  });
}

function needsEvents(account: PricedAccount, entry: Entry): boolean {
  return pricesOn(entry.meter, [account]).some((price) => modelOf(price).needsSingleEvents(price));
}
