import type { ClickHouse } from '../../../../clickhouse/index.ts';
import type { Span } from '../../../billing/charge-gathering.ts';
import { chargeIdOf } from '../../../billing/charge-id.ts';
import type { Account } from '../../../database/accounts/accounts.ts';
import { type Micros, microsOf, toRfc3339 } from '../../../domain/instant.ts';
import { licenseIn } from '../../../domain/license-terms.ts';
import { type Amount, amountText, parseAmount } from '../../../domain/money.ts';
import type { MeterRegistry } from '../../../metering/registry.ts';
import { meterIn } from '../../../metering/stretches.ts';
import { actorOf, eventName, saidByEvents } from '../event-said.ts';
import { termsText } from '../price-change.ts';
import { instantWords } from '../sentence.ts';
import type { Changes, ToldDriver } from './changes.types.ts';
import { arithmeticOf, happeningWords, type Wording } from './driver-words.ts';
import { driversBetween } from './drivers.ts';
import { amountOfInvoiced, type Invoiced } from './invoiced.ts';
import type { ReadSpans } from './read-spans.ts';
import { amountOfSpan, type Began, type SpanTerms } from './span-terms.ts';
import { type Happening, happeningsOf } from './told-drivers.ts';
import { invoicedDrivers } from './told-invoiced.ts';

/** Two spans of an account, taken apart. */
export interface Compared {
  account: Account;
  /** When they are; of what is usual all that was looked at. */
  at: { now: Span; before: readonly Span[] };
  now: SpanTerms;
  before: SpanTerms;
  /** Where both are a period, or what began of one, and all of it is wanted. */
  invoiced: { now: Invoiced; before: Invoiced } | null;
  /** The periods they are of, the latest last. */
  periods: readonly ReadSpans[];
  meteredThrough: Micros;
  /** See `happeningsOf`. */
  groupBy: readonly string[];
}

/** So many drivers are told with what their events say. */
const TOLD_WITH_EVENTS = 12;
/** So many events are told of each. */
const MOST_EVENTS = 4;

type FullWording = Wording & { timeZone: string; newsAt: (product: string) => Micros | null };

/** A difference in words, with the events that made the largest drivers of it. */
export async function toldChanges(
  { store, registry }: { store: ClickHouse; registry: MeterRegistry },
  compared: Compared,
): Promise<Changes> {
  const { account, at, groupBy } = compared;
  const { now, before } = at;
  const wording = wordingOf(registry, compared);
  const happenings = happeningsOf(driversBetween(compared.before, compared.now), compared, wording.productOf, groupBy);
  const began = happenings.slice(0, TOLD_WITH_EVENTS).map(beganOf);
  const said = await saidByEvents(store, account.id, began.flat());
  const drivers = happenings.map((happening, i) => toldDriver(happening, began[i] ?? [], said, wording));
  const { invoiced } = compared;
  if (invoiced !== null) drivers.push(...invoicedDrivers(invoiced.before, invoiced.now, wording.minorUnit));
  const [amount, compareAmount] = (['now', 'before'] as const).map(
    (side) => amountOfSpan(compared[side]) + (invoiced === null ? 0n : amountOfInvoiced(invoiced[side])),
  ) as [Amount, Amount];
  return {
    ...{ from: toRfc3339(now.from), to: toRfc3339(now.to) },
    ...{
      compareFrom: toRfc3339(Math.min(...before.map(({ from }) => from))),
      compareTo: toRfc3339(Math.max(...before.map(({ to }) => to))),
    },
    ...{ currency: wording.currency, minorUnit: wording.minorUnit, timeZone: wording.timeZone },
    ...{ amountExact: amountText(amount), compareAmountExact: amountText(compareAmount) },
    differenceExact: amountText(amount - compareAmount),
    drivers: drivers.sort(bySize),
    meteredThrough: toRfc3339(compared.meteredThrough),
  };
}

function toldDriver(
  happening: Happening,
  began: readonly Began[],
  said: ReadonlyMap<string, Record<string, unknown>>,
  wording: FullWording,
): ToldDriver {
  const { kind, amount, drivers } = happening;
  const [first] = drivers;
  const arithmetic = arithmeticOf(happening, wording);
  const [cause] = began;
  const event = cause && said.get(eventName(cause));
  const actor = actorOf(event);
  const licensed = kind === 'license' ? wording.newsAt(wording.productOf(first?.licenseId ?? '')) : null;
  const at = licensed ?? cause?.at ?? null;
  const isOfOne = new Set(drivers.map(({ line, periodKey }) => chargeIdOf(periodKey, line))).size === 1;
  const { line, periodKey, resource } = first as NonNullable<typeof first>;
  return {
    kind,
    description: `${happeningWords(happening, wording)}${cause === undefined ? '' : causeWords(event, cause, actor, wording.timeZone)}`,
    ...(arithmetic === null ? {} : { arithmetic }),
    ...(at === null ? {} : { at: toRfc3339(at) }),
    ...(actor === null ? {} : { actor }),
    ...(isOfOne ? { chargeId: chargeIdOf(periodKey, line) } : {}),
    ...(drivers.length === 1 && resource !== '' ? { resource } : {}),
    ...(began.length === 0 ? {} : { eventRefs: began.map(({ source, id }) => ({ source, id })) }),
    amountExact: amountText(amount),
    ...(Object.keys(happening.group).length === 0 ? {} : { groupBy: happening.group }),
    inside: drivers.map((driver) => ({
      chargeId: chargeIdOf(driver.periodKey, driver.line),
      description: driver.price.description,
      lineValues: { ...driver.line.lineValues },
      resource: driver.resource === '' ? null : driver.resource,
      amountExact: amountText(driver.amount),
    })),
  };
}

/** The events that had something begin which did not run before, where that made the difference; what added most first. */
function beganOf({ kind, amount, drivers }: Happening): Began[] {
  if (amount < 0n || !['new', 'usage', 'resize'].includes(kind)) return [];
  const of = (side: 'before' | 'now') => drivers.flatMap((driver) => driver[side].flatMap(({ began }) => [...began]));
  const known = new Set(of('before').map(([event]) => event));
  const fresh = new Map(of('now').filter(([event]) => !known.has(event)));
  return [...fresh.values()].sort((a, b) => (a.quantity > b.quantity ? -1 : 1)).slice(0, MOST_EVENTS);
}

/** `: ines@orbit.example scaled web 1 → 5 on 24 Nov, 09:00 UTC, until 24 Nov, 18:00 UTC`. */
function causeWords(
  event: Record<string, unknown> | undefined,
  cause: Began,
  actor: string | null,
  timeZone: string,
): string {
  const data = (event?.data ?? {}) as { quantity?: unknown; previousQuantity?: unknown };
  const [was, is] = [data.previousQuantity, data.quantity].map((told) => (typeof told === 'number' ? told : null));
  const isScaled = was != null && is != null && was !== is && was !== 0;
  const when = `on ${instantWords(toRfc3339(cause.at), timeZone)}`;
  if (actor === null) return isScaled ? `: scaled ${was} → ${is} ${when}` : `: it began ${when}`;
  return `: ${actor} ${isScaled ? `scaled it ${was} → ${is}` : 'started it'} ${when}`;
}

function wordingOf(registry: MeterRegistry, { periods, at }: Compared): FullWording {
  const latest = periods.at(-1) as ReadSpans;
  const { timeZone } = latest.period;
  const licenses = new Map(
    periods.flatMap(({ pricing, period }) =>
      pricing.licenses.map((license) => [license.id, licenseIn(license, period)?.product ?? license.product] as const),
    ),
  );
  const productOf = (id: string) => licenses.get(id) ?? 'A license';
  const words = (instant: Micros) => instantWords(toRfc3339(instant), timeZone);
  // What happened before both spans, or after them, makes no difference between them.
  const isBetween = (instant: Micros) =>
    instant >= Math.min(...at.before.map(({ from }) => from)) && instant < at.now.to;
  const ranOut = (product: string): Micros | null => {
    const pools = periods.flatMap((read) => read.licenses).filter(({ licenseId }) => productOf(licenseId) === product);
    return pools.flatMap(({ exhaustedAt }) => exhaustedAt ?? []).findLast(isBetween) ?? null;
  };
  const ended = (product: string): Micros | null => {
    const own = latest.pricing.licenses.filter(({ id }) => productOf(id) === product);
    const last = Math.max(0, ...own.map(({ to }) => microsOf(to)));
    return last < latest.through && isBetween(last) ? last : null;
  };
  return {
    ...{ currency: latest.pricing.account.currency, minorUnit: latest.pricing.minorUnit, timeZone, productOf },
    measureOf: (key) => {
      const meter = registry.current(key);
      return meter ? meterIn(meter, latest.period) : { aggregation: 'sum', unit: '' };
    },
    newsAt: (product) => ranOut(product) ?? ended(product),
    priceNews: (key) => {
      const changed = priceChangeOf(latest, key);
      return changed === null ? null : words(changed);
    },
    licenseNews: (product) => {
      const [out, end] = [ranOut(product), ended(product)];
      if (out !== null) return `ran out on ${words(out)}`;
      return end === null ? null : `ended on ${words(end)}`;
    },
  };
}

/** When what a price charges changed last, as far as it is metered; `null` where it never did. */
function priceChangeOf({ pricing: { rulings }, through }: ReadSpans, key: string): Micros | null {
  const told = rulings.flatMap(({ from, prices }) => {
    const price = prices.find((each) => each.key === key);
    return price === undefined || from > through ? [] : [{ from, terms: termsText(price) }];
  });
  return told.findLast(({ terms }, i) => i > 0 && told[i - 1]?.terms !== terms)?.from ?? null;
}

function bySize(a: ToldDriver, b: ToldDriver): number {
  const [x, y] = [a, b].map(({ amountExact }) => parseAmount(amountExact.replace('-', ''))) as [Amount, Amount];
  return x > y ? -1 : x < y ? 1 : 0;
}
