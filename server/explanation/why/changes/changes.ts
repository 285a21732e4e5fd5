import type { Span } from '../../../billing/charge-gathering.ts';
import { daysOf } from '../../../billing/charge-scope.ts';
import type { Invoices } from '../../../billing/invoices/invoices.ts';
import { standingOf } from '../../../billing/invoices/standing.ts';
import { pricesOf } from '../../../billing/pricing.ts';
import { getAccount } from '../../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../../database/accounts/billing-periods.ts';
import { toRfc3339 } from '../../../domain/instant.ts';
import { type ChargeLine, isSameLine } from '../../../domain/pricing/charge-line.ts';
import type { Readings } from '../../../metering/watermark.ts';
import type { ChargeFinder } from '../../charge/find-charge.ts';
import type { Against, Changes } from './changes.types.ts';
import type { CurrentPeriod } from './computed-terms.ts';
import { type Hidden, NOTHING_HIDDEN } from './hidden-drivers.ts';
import { type Invoiced, invoicedFor, invoicedOn } from './invoiced.ts';
import { type CorrectionOpener, createLateCauses, type LateCauses } from './late-causes.ts';
import type { PeriodDeps } from './read-period.ts';
import { createSpansReader, type ReadSpans, type SpansReader } from './read-spans.ts';
import { middleOf, type SpanTerms, together } from './span-terms.ts';
import { dayIn, daysBefore, type Standpoint, samePart } from './standpoint.ts';
import { toldChanges } from './told-changes.ts';
import { groupValue } from './told-drivers.ts';
import { createUnusual, type UnusualDayTold, type WholeDays } from './told-unusual.ts';

/** What differences are opened from. */
export interface ChangesDeps extends PeriodDeps {
  invoices: Pick<Invoices, 'find'>;
  find: ChargeFinder;
  correction: CorrectionOpener;
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
  /** Of days: what is of no day is left out. */
  isOfDays?: boolean;
  /** What is not told of it, all of it is without. */
  hidden?: Hidden;
  /** The open period, or one that waits for its invoice, where it was computed already at the same watermark. */
  current?: CurrentPeriod;
}

/** These spans cannot be compared; the message says why. */
export class SpanError extends Error {}

/** Charges are told apart by nothing of this name. */
export class UnknownNameError extends Error {
  constructor(
    readonly unknown: string,
    known: readonly string[],
  ) {
    super(`Charges are not told apart by "${unknown}"; they are by ${known.join(', ')}.`);
  }
}

/** Opens differences between what an account came to in two spans. */
export interface ChangesReader {
  /** `null` when there is no such account. @throws SpanError when one is beyond its periods, none, or of another currency */
  between: (accountId: string, question: ChangesQuestion) => Promise<Changes | null>;
  /**
   * Of a period, as far as it is metered, against the same part of the one before; of one that is over against the whole of it.
   * `null` when there is no such account or period, none before, or that is of another currency.
   */
  ofPeriod: (
    accountId: string,
    periodKey: string | null,
    choice?: Pick<ChangesQuestion, 'filter' | 'only' | 'groupBy' | 'current' | 'hidden'>,
  ) => Promise<Changes | null>;
  /** Of a charge against that of the period before, or of the same part of it; `null` when there is no such charge. */
  ofCharge: (accountId: string, chargeId: string, choice?: Pick<ChangesQuestion, 'hidden'>) => Promise<Changes | null>;
  /**
   * Of a day, `YYYY-MM-DD`, against the day before, or the median of the same day of the four weeks before; of one that still
   * runs against the same part of those.
   * `null` when there is no such account or day, it has not come, or there is nothing before it.
   */
  ofDay: (
    accountId: string,
    day: string,
    against: Against,
    choice?: Pick<ChangesQuestion, 'current' | 'hidden'>,
  ) => Promise<Changes | null>;
  /** The unusual days of a period, the latest few, each against what is usual. */
  unusual: (accountId: string, days: WholeDays, choice?: Pick<ChangesQuestion, 'current'>) => Promise<UnusualDayTold[]>;
}

/** What spans are compared with. */
interface ComparingDeps extends ChangesDeps {
  readSpans: SpansReader;
  lateCauses: LateCauses;
}

/** Each period that a span touches is read and rated as a whole: no more are for one question. */
const MOST_PERIODS = 6;

/** So many weeks back what is usual is looked for. */
const WEEKS = [1, 2, 3, 4];

/** Reads at one watermark; stores nothing. */
export function createChanges(deps: ChangesDeps): ChangesReader {
  const lateCauses = createLateCauses(deps.store, deps.correction);
  const reading = { ...deps, lateCauses, readSpans: createSpansReader(deps) };
  const unusual = createUnusual(deps);
  const at = <Answer>(accountId: string, answer: (stands: Standpoint) => Promise<Answer>): Promise<Answer | null> =>
    deps.readings.read(async (meteredThrough) => {
      const account = await getAccount(deps.database.queries, accountId);
      if (account === null) return null;
      const standing = await standingOf(deps.database.queries, account, deps.now());
      return answer({ account, meteredThrough, ...standing, readAlready: new Map() });
    });

  const ofPeriod: ChangesReader['ofPeriod'] = (accountId, periodKey, choice = {}) =>
    at(accountId, async (stands) => {
      const { periods, meteredThrough } = stands;
      const i = periodKey === null ? periods.length - 1 : periods.findIndex(({ key }) => key === periodKey);
      const [before, now] = [periods[i - 1], periods[i]];
      if (before === undefined || now === undefined) return null;
      const whole = { from: before.from, to: before.to };
      const same = meteredThrough >= now.to ? whole : samePart(now, whole, meteredThrough);
      return compare(reading, stands, { ...choice, now: { from: now.from, to: now.to }, before: [same] });
    });

  return {
    between: (accountId, question) =>
      at(accountId, async (stands) => {
        for (const span of [question.now, ...question.before]) insistOnBegun(span, stands);
        const changes = await compare(reading, stands, question);
        if (changes === null) throw new SpanError('What was charged in different currencies cannot be compared.');
        return changes;
      }),
    ofPeriod,
    ofCharge: (accountId, chargeId, choice = {}) =>
      deps.readings.together(async () => {
        const found = await deps.find(accountId, chargeId);
        return found && ofPeriod(accountId, found.period.key, { ...choice, only: found.line });
      }),
    ofDay: (accountId, day, against, choice = {}) =>
      at(accountId, (stands) => ofDay(reading, stands, { ...choice, day, against })),
    unusual: async (accountId, days, choice = {}) => {
      const told = await at(accountId, (stands) =>
        unusual(stands, days, {
          rests: choice.current?.computed.pricing ?? null,
          against: (day) => ofDay(reading, stands, { ...choice, day, against: 'usual' }),
        }),
      );
      return told ?? [];
    },
  };
}

function ofDay(
  reading: ComparingDeps,
  stands: Standpoint,
  { day, against, ...choice }: { day: string; against: Against } & Pick<ChangesQuestion, 'current' | 'hidden'>,
): Promise<Changes | null> {
  const now = dayIn(stands, day);
  // What a day costs that has not come is not known.
  if (now === null || now.from >= stands.meteredThrough) return Promise.resolve(null);
  const days = against === 'previous' ? [1] : WEEKS.map((weeks) => 7 * weeks);
  const isWhole = now.to <= stands.meteredThrough;
  const before = days.flatMap((back): Span[] => {
    const other = dayIn(stands, daysBefore(day, back));
    if (other === null) return [];
    return [isWhole ? other : samePart(now, other, stands.meteredThrough)];
  });
  if (before.length === 0) return Promise.resolve(null);
  return compare(reading, stands, { ...choice, now, before, isOfDays: true });
}

async function compare(
  { readSpans, ...deps }: ComparingDeps,
  { account, periods, finals, meteredThrough, readAlready }: Standpoint,
  question: ChangesQuestion,
): Promise<Changes | null> {
  const { now, before, current, only, groupBy = [], hidden = NOTHING_HIDDEN } = question;
  const spans = [now, ...before];
  for (const span of spans) insistOnSpan(span, periods);
  const touched = periods.filter((period) => spans.some((span) => overlaps(span, period)));
  if (touched.length > MOST_PERIODS)
    throw new SpanError(`Spans of at most ${MOST_PERIODS} billing periods can be compared.`);
  const read = await Promise.all(
    touched.map(async (period) => {
      const own = spans.filter((span) => overlaps(span, period));
      const head = finals.find((each) => each.period.key === period.key) ?? null;
      const isRead = current?.read.period.key === period.key && head === null;
      const read = isRead && own.every((span) => isOfDays(span, period)) ? { read: current.read } : {};
      const asked = {
        account,
        period,
        head,
        meteredThrough,
        readAlready,
        ...read,
        ...(only === undefined ? {} : { only }),
      };
      return { own, spans: await readSpans(asked, own) };
    }),
  );
  const periodsRead = read.map((each) => each.spans);
  // What was charged in another currency is no more and no less.
  if (new Set(periodsRead.map(({ pricing }) => pricing.account.currency)).size > 1) return null;
  insistOnNames(question, periodsRead);
  const termsOf = (span: Span) =>
    chosen(together(read.flatMap(({ own, spans: { spans: all } }) => all[own.indexOf(span)] ?? [])), question);
  const terms = { now: termsOf(now), before: middleOf(before.map(termsOf)) };
  const invoiced = await invoicedOf(deps, { account, periods }, question, terms);
  const at = { now, before };
  return toldChanges(deps, { account, at, ...terms, invoiced, periods: periodsRead, meteredThrough, groupBy, hidden });
}

/** Whether a span begins and ends where days of the period do. */
function isOfDays({ from, to }: Span, period: AccountPeriodRow): boolean {
  const days = daysOf(period);
  return [from, to].every((at) => at <= period.from || at >= period.to || days.includes(at));
}

/** What is on the invoices of both, where both spans begin a period, the later is all of one, and nothing is left out. */
async function invoicedOf(
  { invoices }: ChangesDeps,
  { account, periods }: Pick<Standpoint, 'account' | 'periods'>,
  { now, before, filter, only, current }: ChangesQuestion,
  terms: { now: SpanTerms; before: SpanTerms },
): Promise<{ now: Invoiced; before: Invoiced } | null> {
  const [first] = before;
  const later = periods.find(({ from, to }) => from === now.from && to === now.to);
  const earlier =
    before.length === 1 ? periods.find(({ from, to }) => from === first?.from && first.to <= to) : undefined;
  if (later === undefined || earlier === undefined || filter !== undefined || only !== undefined) return null;
  const viewOf = ({ key, state }: AccountPeriodRow) =>
    current?.read.period.key === key
      ? current.computed.view
      : invoices.find(account.id, state === 'open' ? 'current' : key);
  const [is, was] = [await viewOf(later), await viewOf(earlier)];
  if (is === null || was === null) return null;
  return { now: invoicedOn(is), before: earlier.to === first?.to ? invoicedOn(was) : invoicedFor(was, terms.before) };
}

/** A name spelled wrong must not mean everything, or nothing. */
function insistOnNames({ filter = {}, groupBy = [] }: ChangesQuestion, read: readonly ReadSpans[]): void {
  const prices = read.flatMap(({ pricing }) => pricesOf(pricing));
  const known = new Set(['price', 'resource', ...prices.flatMap(({ lineBy = [] }) => lineBy)]);
  for (const name of [...Object.keys(filter), ...groupBy]) {
    if (!known.has(name)) throw new UnknownNameError(name, [...known]);
  }
}

function insistOnSpan({ from, to }: Span, periods: readonly AccountPeriodRow[]): void {
  const [first, last] = [periods[0], periods.at(-1)];
  if (from >= to) throw new SpanError('A span ends after it begins.');
  if (first !== undefined && last !== undefined && from >= first.from && to <= last.to) return;
  const known = first && last ? ` from ${toRfc3339(first.from)} to ${toRfc3339(last.to)}` : '';
  throw new SpanError(`Only spans within the account's billing periods${known} can be compared.`);
}

/** What something costs that has not come is not known. */
function insistOnBegun({ from }: Span, { meteredThrough }: Standpoint): void {
  if (from < meteredThrough) return;
  throw new SpanError(`What comes after ${toRfc3339(meteredThrough)} is not known yet: up to there usage is metered.`);
}

const overlaps = (a: Span, b: Span) => a.from < b.to && b.from < a.to;

function chosen(
  { length, uses, bases }: SpanTerms,
  { filter = {}, only, isOfDays = false }: ChangesQuestion,
): SpanTerms {
  const isWanted = (use: { line: ChargeLine; resource: string }) =>
    (only === undefined || isSameLine(only, use.line)) &&
    Object.entries(filter).every(([name, values]) => values.includes(groupValue(use, name)));
  return {
    length,
    uses: uses.filter(isWanted),
    bases: isOfDays ? [] : bases.filter(({ line }) => isWanted({ line, resource: '' })),
  };
}
