import type { Span } from '../../../billing/charge-gathering.ts';
import { chargeIdOf } from '../../../billing/charge-id.ts';
import type { Invoices } from '../../../billing/invoices/invoices.ts';
import { standingOf } from '../../../billing/invoices/standing.ts';
import { pricesOf } from '../../../billing/pricing.ts';
import { type Account, getAccount } from '../../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../../database/accounts/billing-periods.ts';
import type { InvoiceHead } from '../../../database/invoices/invoices.ts';
import { type Micros, microsOf, toRfc3339 } from '../../../domain/instant.ts';
import { licenseIn } from '../../../domain/license-terms.ts';
import { type Amount, amountText, parseAmount } from '../../../domain/money.ts';
import { type ChargeLine, isSameLine } from '../../../domain/pricing/charge-line.ts';
import { calendarDay } from '../../../domain/windows.ts';
import { meterIn } from '../../../metering/stretches.ts';
import type { Readings } from '../../../metering/watermark.ts';
import type { ChargeFinder } from '../../charge/find-charge.ts';
import { actorOf, eventName, saidByEvents } from '../event-said.ts';
import { termsText } from '../price-change.ts';
import { instantWords } from '../sentence.ts';
import type { Against, Changes, ToldDriver } from './changes.types.ts';
import { arithmeticOf, happeningWords, type Wording } from './driver-words.ts';
import { driversBetween } from './drivers.ts';
import { amountOfInvoiced, type Invoiced, invoicedFor, invoicedOn } from './invoiced.ts';
import { type PeriodDeps, type ReadPeriod, readPeriod } from './read-period.ts';
import { amountOfSpan, type Began, middleOf, type SpanTerms, together } from './span-terms.ts';
import { groupValue, type Happening, happeningsOf } from './told-drivers.ts';
import { invoicedDrivers } from './told-invoiced.ts';

/** What differences are opened from. */
export interface ChangesDeps extends PeriodDeps {
  invoices: Pick<Invoices, 'find'>;
  find: ChargeFinder;
  readings: Readings;
  now: () => Date;
}

/** A span to compare with another, or with what was usual in some; of some of the account's charges only, or of all. */
export interface ChangesQuestion {
  now: Span;
  /** Of several the one in the middle, by what they came to. */
  before: readonly Span[];
  /** Only charges, and resources, that have one of these values of each: see `groupValue`. */
  filter?: Readonly<Record<string, readonly string[]>>;
  /** Only this charge. */
  only?: ChargeLine;
  /** See `happeningsOf`. */
  groupBy?: readonly string[];
}

/** Two spans of an account, taken apart. */
interface Compared {
  now: SpanTerms;
  before: SpanTerms;
  /** Where both are a period, or what began of one, and all of it is wanted. */
  invoiced: { now: Invoiced; before: Invoiced } | null;
  periods: readonly ReadPeriod[];
  meteredThrough: Micros;
}

/** Charges are told apart by nothing of this name. */
export class UnknownNameError extends RangeError {
  constructor(
    readonly unknown: string,
    known: readonly string[],
  ) {
    super(`Charges are not told apart by "${unknown}"; they are by ${known.join(', ')}.`);
  }
}

/** So many drivers are told with what their events say. */
const TOLD_WITH_EVENTS = 12;

/** Opens differences between what an account came to in two spans. */
export interface ChangesReader {
  /** `null` when there is no such account. @throws RangeError when a span is beyond the account's periods, or none */
  between: (accountId: string, question: ChangesQuestion) => Promise<Changes | null>;
  /**
   * Of a period, as far as it is metered, against the same part of the one before; of one that is over against the whole of it.
   * `null` when there is no such account or period, or none before.
   */
  ofPeriod: (
    accountId: string,
    periodKey: string | null,
    choice?: Pick<ChangesQuestion, 'filter' | 'only' | 'groupBy'>,
  ) => Promise<Changes | null>;
  /** Of a charge against that of the period before, or of the same part of it; `null` when there is no such charge. */
  ofCharge: (accountId: string, chargeId: string) => Promise<Changes | null>;
  /**
   * Of a day, `YYYY-MM-DD`, against the day before, or the median of the same day of the four weeks before.
   * `null` when there is no such account or day, or nothing before it.
   */
  ofDay: (accountId: string, day: string, against: Against) => Promise<Changes | null>;
}

/** An account and where it stands, at a watermark. */
interface Standpoint {
  account: Account;
  periods: readonly AccountPeriodRow[];
  finals: readonly InvoiceHead[];
  meteredThrough: Micros;
}

/** So many weeks back what is usual is looked for. */
const WEEKS = [1, 2, 3, 4];

/** Reads at one watermark; stores nothing. */
export function createChanges(deps: ChangesDeps): ChangesReader {
  const at = (accountId: string, answer: (stands: Standpoint) => Promise<Changes | null>) =>
    deps.readings.read(async (meteredThrough) => {
      const account = await getAccount(deps.database.queries, accountId);
      if (account === null) return null;
      return answer({ account, meteredThrough, ...(await standingOf(deps.database.queries, account, deps.now())) });
    });

  const ofPeriod: ChangesReader['ofPeriod'] = (accountId, periodKey, choice = {}) =>
    at(accountId, async (stands) => {
      const { periods, meteredThrough } = stands;
      const i = periodKey === null ? periods.length - 1 : periods.findIndex(({ key }) => key === periodKey);
      const [before, now] = [periods[i - 1], periods[i]];
      if (before === undefined || now === undefined) return null;
      const isOver = meteredThrough >= now.to;
      const part = isOver ? before.to - before.from : Math.max(meteredThrough - now.from, 1);
      const same = { from: before.from, to: Math.min(before.from + part, before.to) };
      return compare(deps, stands, { ...choice, now: { from: now.from, to: now.to }, before: [same] });
    });

  return {
    between: (accountId, question) => at(accountId, (stands) => compare(deps, stands, question)),
    ofPeriod,
    ofCharge: (accountId, chargeId) =>
      deps.readings.together(async () => {
        const found = await deps.find(accountId, chargeId);
        return found && ofPeriod(accountId, found.period.key, { only: found.line });
      }),
    ofDay: (accountId, day, against) =>
      at(accountId, async (stands) => {
        const now = dayIn(stands, day);
        if (now === null) return null;
        const days = against === 'previous' ? [1] : WEEKS.map((weeks) => 7 * weeks);
        const before = days.flatMap((back) => dayIn(stands, daysBefore(day, back)) ?? []);
        return before.length === 0 ? null : compare(deps, stands, { now, before });
      }),
  };
}

/** A calendar day, in the zone of the period it lies in; `null` beyond the account's periods. */
function dayIn({ periods }: Standpoint, day: string): Span | null {
  for (const { from, to, timeZone } of periods.toReversed()) {
    const asked = calendarDay(day, timeZone);
    if (asked.from < from || asked.from >= to) continue;
    return { from: asked.from, to: Math.min(calendarDay(asked.next, timeZone).from, to) };
  }
  return null;
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

async function compare(deps: ChangesDeps, stands: Standpoint, question: ChangesQuestion): Promise<Changes> {
  const { account, periods, finals, meteredThrough } = stands;
  const { now, before } = question;
  const spans = [now, ...before];
  for (const span of spans) insistOnSpan(span, periods);
  const touched = periods.filter((period) => spans.some((span) => overlaps(span, period)));
  const cuts = spans.flatMap(({ from, to }) => [from, to]);
  const read = await Promise.all(
    touched.map((period) => {
      const head = finals.find((each) => each.period.key === period.key) ?? null;
      return readPeriod(deps, { account, period, head, meteredThrough, cuts });
    }),
  );
  insistOnNames(question, read);
  const termsOf = (span: Span) => chosen(termsOfSpan(read, span), question);
  const terms = { now: termsOf(now), before: middleOf(before.map(termsOf)) };
  const invoiced = await invoicedOf(deps, stands, question, terms);
  return told(deps, account, question, { ...terms, invoiced, periods: read, meteredThrough });
}

/** What is on the invoices of both, where both spans begin a period, the later is all of one, and nothing is left out. */
async function invoicedOf(
  { invoices }: ChangesDeps,
  { account, periods }: Standpoint,
  { now, before, filter, only }: ChangesQuestion,
  terms: { now: SpanTerms; before: SpanTerms },
): Promise<Compared['invoiced']> {
  const [first] = before;
  const current = periods.find(({ from, to }) => from === now.from && to === now.to);
  const earlier =
    before.length === 1 ? periods.find(({ from, to }) => from === first?.from && first.to <= to) : undefined;
  if (current === undefined || earlier === undefined || filter !== undefined || only !== undefined) return null;
  const viewOf = ({ key, state }: AccountPeriodRow) => invoices.find(account.id, state === 'open' ? 'current' : key);
  const [is, was] = [await viewOf(current), await viewOf(earlier)];
  if (is === null || was === null) return null;
  return { now: invoicedOn(is), before: earlier.to === first?.to ? invoicedOn(was) : invoicedFor(was, terms.before) };
}

/** A name spelled wrong must not mean everything, or nothing. */
function insistOnNames({ filter = {}, groupBy = [] }: ChangesQuestion, read: readonly ReadPeriod[]): void {
  const prices = read.flatMap(({ pricing }) => pricesOf(pricing));
  const known = new Set(['price', 'resource', ...prices.flatMap(({ lineBy = [] }) => lineBy)]);
  for (const name of [...Object.keys(filter), ...groupBy]) {
    if (!known.has(name)) throw new UnknownNameError(name, [...known]);
  }
}

function insistOnSpan({ from, to }: Span, periods: readonly AccountPeriodRow[]): void {
  const [first, last] = [periods[0], periods.at(-1)];
  if (from >= to) throw new RangeError('A span ends after it begins.');
  if (first !== undefined && last !== undefined && from >= first.from && to <= last.to) return;
  const known = first && last ? ` from ${toRfc3339(first.from)} to ${toRfc3339(last.to)}` : '';
  throw new RangeError(`Only spans within the account's billing periods${known} can be compared.`);
}

const overlaps = (a: Span, b: Span) => a.from < b.to && b.from < a.to;

function termsOfSpan(read: readonly ReadPeriod[], span: Span): SpanTerms {
  const parts = read.filter(({ period }) => overlaps(span, period));
  return together(
    parts.map(({ period, terms }) =>
      terms.between({ from: Math.max(span.from, period.from), to: Math.min(span.to, period.to) }),
    ),
  );
}

function chosen({ length, uses, bases }: SpanTerms, { filter = {}, only }: ChangesQuestion): SpanTerms {
  const isWanted = (use: { line: ChargeLine; resource: string }) =>
    (only === undefined || isSameLine(only, use.line)) &&
    Object.entries(filter).every(([name, values]) => values.includes(groupValue(use, name)));
  return { length, uses: uses.filter(isWanted), bases: bases.filter(({ line }) => isWanted({ line, resource: '' })) };
}

async function told(
  deps: ChangesDeps,
  account: Account,
  { now, before, groupBy }: ChangesQuestion,
  compared: Compared,
): Promise<Changes> {
  const wording = wordingOf(deps, account, compared);
  const happenings = happeningsOf(driversBetween(compared.before, compared.now), compared, wording.productOf, groupBy);
  const began = happenings.slice(0, TOLD_WITH_EVENTS).map(beganOf);
  const said = await saidByEvents(deps.store, account.id, began.flat());
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
    ...{ currency: account.currency, minorUnit: wording.minorUnit, timeZone: account.timeZone },
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
  wording: Wording & { timeZone: string; newsAt: (product: string) => Micros | null },
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
    description: `${happeningWords(happening, wording)}${cause === undefined ? '' : causeWords(cause, event, actor, wording.timeZone)}`,
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

/** The events that had something begin, where that made the difference; what added most first. */
function beganOf({ kind, amount, drivers }: Happening): Began[] {
  if (amount < 0n || !['new', 'usage', 'resize'].includes(kind)) return [];
  const all = drivers.flatMap(({ now }) => now.flatMap(({ began }) => [...began.values()]));
  const byEvent = new Map(all.map((each) => [eventName(each), each]));
  const size = ({ quantity }: Began) => quantity;
  return [...byEvent.values()].sort((a, b) => (size(a) > size(b) ? -1 : 1)).slice(0, 4);
}

/** `: ines@orbit.example scaled web 1 → 5 on 24 Nov, 09:00 UTC, until 24 Nov, 18:00 UTC`. */
function causeWords(
  cause: Began,
  event: Record<string, unknown> | undefined,
  actor: string | null,
  timeZone: string,
): string {
  const data = (event?.data ?? {}) as { quantity?: unknown; previousQuantity?: unknown };
  const [was, is] = [data.previousQuantity, data.quantity].map((told) => (typeof told === 'number' ? told : null));
  const did = was != null && is != null && was !== is ? `scaled it ${was} → ${is}` : 'started it';
  const when = `on ${instantWords(toRfc3339(cause.at), timeZone)}`;
  return actor === null
    ? ` (it ${did === 'started it' ? 'began' : `was ${did.replace(' it', '')}`} ${when})`
    : `: ${actor} ${did} ${when}`;
}

function wordingOf(
  { registry }: ChangesDeps,
  account: Account,
  { periods }: Compared,
): Wording & { timeZone: string; newsAt: (product: string) => Micros | null } {
  const latest = periods.at(-1) as ReadPeriod;
  const licenses = new Map(
    periods.flatMap(({ pricing, period }) =>
      pricing.licenses.map((license) => [license.id, licenseIn(license, period)?.product ?? license.product] as const),
    ),
  );
  const productOf = (id: string) => licenses.get(id) ?? 'A license';
  const newsAt = (product: string): Micros | null => {
    const pools = latest.rating.licenses.filter(({ licenseId }) => productOf(licenseId) === product);
    const instants = pools.flatMap(({ exhaustedAt }) => exhaustedAt ?? []);
    return instants.length === 0 ? null : Math.min(...instants);
  };
  return {
    currency: account.currency,
    minorUnit: latest.pricing.minorUnit,
    timeZone: account.timeZone,
    measureOf: (key) => {
      const meter = registry.current(key);
      return meter ? meterIn(meter, latest.period) : { aggregation: 'sum', unit: '' };
    },
    productOf,
    newsAt,
    priceNews: (key) => {
      const at = priceChangeOf(latest, key);
      return at === null ? null : instantWords(toRfc3339(at), account.timeZone);
    },
    licenseNews: (product) => {
      const at = newsAt(product);
      if (at !== null) return `ran out on ${instantWords(toRfc3339(at), account.timeZone)}`;
      const ended = latest.pricing.licenses
        .filter((license) => productOf(license.id) === product)
        .map(({ to }) => microsOf(to));
      const last = ended.length === 0 ? null : Math.max(...ended);
      return last !== null && last < latest.through
        ? `ended on ${instantWords(toRfc3339(last), account.timeZone)}`
        : null;
    },
  };
}

/** When what a price charges changed last, as far as it is metered; `null` where it never did. */
function priceChangeOf({ pricing: { rulings }, through }: ReadPeriod, key: string): Micros | null {
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
