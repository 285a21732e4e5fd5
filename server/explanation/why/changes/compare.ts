import type { Span } from '../../../billing/charge-gathering.ts';
import { daysOf } from '../../../billing/charge-scope.ts';
import type { Invoices } from '../../../billing/invoices/invoices.ts';
import type { Account } from '../../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../../database/accounts/billing-periods.ts';
import type { InvoiceHead } from '../../../database/invoices/invoices.ts';
import { type ChargeLine, isSameLine } from '../../../domain/pricing/charge-line.ts';
import type { LateCauses } from './causes/late-causes.ts';
import type { Changes } from './changes.types.ts';
import { chargesCompared } from './charges-compared.ts';
import { correctionsAmong, type Invoiced, invoicedFor, invoicedOn } from './invoiced.ts';
import { type ChangesQuestion, insistOnNames, insistOnSpan, SpanError } from './question.ts';
import type { Standpoint } from './standpoint.ts';
import { ComputedTerms, type CurrentPeriod } from './terms/computed-terms.ts';
import type { PeriodDeps } from './terms/read-period.ts';
import type { SpansReader } from './terms/read-spans.ts';
import { amountOfSpan, middleOf, type SpanTerms, together } from './terms/span-terms.ts';
import { NOTHING_HIDDEN } from './told/hidden-drivers.ts';
import { toldChanges } from './told/told-changes.ts';
import { groupValue } from './told/told-drivers.ts';

/** What spans are compared with. */
export interface ComparingDeps extends PeriodDeps {
  invoices: Pick<Invoices, 'find' | 'computed'>;
  readSpans: SpansReader;
  lateCauses: LateCauses;
}

/** Each period that a span touches is read and rated as a whole: no more are for one question. */
const MOST_PERIODS = 6;

/** What an account came to in spans, taken apart and told; `null` where that is in different currencies. */
export async function compare(
  { readSpans, ...deps }: ComparingDeps,
  { account, periods, finals, meteredThrough, readAlready }: Standpoint,
  question: ChangesQuestion,
): Promise<Changes | null> {
  const { now, before, only, groupBy = [], hidden = NOTHING_HIDDEN } = question;
  const spans = [now, ...before];
  for (const span of spans) insistOnSpan(span, periods);
  const touched = periods.filter((period) => spans.some((span) => overlaps(span, period)));
  if (touched.length > MOST_PERIODS)
    throw new SpanError(`Spans of at most ${MOST_PERIODS} billing periods can be compared.`);
  const whole = wholePeriods(periods, question);
  const computing = question.current ?? computedFor(deps, account, finals, whole?.later);
  const read = await Promise.all(
    touched.map(async (period) => {
      const own = spans.filter((span) => overlaps(span, period));
      const head = finals.find((each) => each.period.key === period.key) ?? null;
      const known = head === null ? await computing : undefined;
      const isKnown = known?.read.period.key === period.key && own.every((span) => isOfDays(span, period));
      const read = isKnown ? { read: known.read } : {};
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
    together(read.flatMap(({ own, spans: { spans: all } }) => all[own.indexOf(span)] ?? []));
  const earlier = before.map((span) => chosen(termsOf(span), question));
  // What is usual of a part is its part of what is usual of all: so parts add up.
  const usual = middleOf(before.map((span) => chosen(termsOf(span), { ...question, among: everything })));
  const terms = {
    now: chosen(termsOf(now), question),
    before: chosen(usual, question),
    each: earlier.map(amountOfSpan),
  };
  const invoiced =
    whole &&
    (await invoicedOf(deps, account, { ...whole, current: await computing, among: question.among }, terms.before));
  for (const charge of question.onCharge === undefined ? [] : chargesCompared(terms.before, terms.now, invoiced)) {
    question.onCharge?.(charge);
  }
  const at = { now, before };
  return toldChanges(deps, { account, at, ...terms, invoiced, periods: periodsRead, meteredThrough, groupBy, hidden });
}

const everything = () => true;

/** Whether a span begins and ends where days of the period do. */
function isOfDays({ from, to }: Span, period: AccountPeriodRow): boolean {
  const days = daysOf(period);
  return [from, to].every((at) => at <= period.from || at >= period.to || days.includes(at));
}

/** The periods whose invoices are compared, too. */
interface WholePeriods {
  later: AccountPeriodRow;
  earlier: AccountPeriodRow;
  /** Whether all of the earlier is compared, and not the same part of it. */
  isAll: boolean;
}

/** Where both spans begin a period, the later is all of one, and what is on an invoice can be told apart like charges. */
function wholePeriods(
  periods: readonly AccountPeriodRow[],
  { now, before, filter, only }: ChangesQuestion,
): WholePeriods | null {
  const [first] = before;
  const later = periods.find(({ from, to }) => from === now.from && to === now.to);
  const earlier =
    before.length === 1 ? periods.find(({ from, to }) => from === first?.from && first.to <= to) : undefined;
  const isOfInvoices = filter === undefined && only === undefined;
  if (later === undefined || earlier === undefined || !isOfInvoices) return null;
  return { later, earlier, isAll: earlier.to === first?.to };
}

/** Whose invoices, and what on them. */
interface InvoicesCompared extends WholePeriods {
  current: CurrentPeriod | undefined;
  among: ChangesQuestion['among'];
}

/** What a period comes to that is not issued, and what is on its invoice, from one rating. */
async function computedFor(
  { invoices }: Pick<ComparingDeps, 'invoices'>,
  account: Account,
  finals: readonly InvoiceHead[],
  period: AccountPeriodRow | undefined,
): Promise<CurrentPeriod | undefined> {
  if (period === undefined || finals.some((head) => head.period.key === period.key)) return undefined;
  const terms = new ComputedTerms();
  const computed = await invoices.computed(account, period.key, { byDay: true, parts: terms.parts });
  return computed.pricing.rulings.length === 0 ? undefined : terms.of(computed);
}

/** What is on the invoices of both, of what is wanted. */
async function invoicedOf(
  { invoices }: Pick<ComparingDeps, 'invoices'>,
  account: Account,
  { later, earlier, isAll, current, among }: InvoicesCompared,
  before: SpanTerms,
): Promise<{ now: Invoiced; before: Invoiced } | null> {
  const viewOf = ({ key, state }: AccountPeriodRow) =>
    current?.read.period.key === key
      ? current.computed.view
      : invoices.find(account.id, state === 'open' ? 'current' : key);
  const [is, was] = [await viewOf(later), await viewOf(earlier)];
  if (is === null || was === null) return null;
  const both = { now: invoicedOn(is), before: isAll ? invoicedOn(was) : invoicedFor(was, before) };
  if (among === undefined) return both;
  return { now: correctionsAmong(both.now, among), before: correctionsAmong(both.before, among) };
}

const overlaps = (a: Span, b: Span) => a.from < b.to && b.from < a.to;

function chosen(
  { length, uses, bases }: SpanTerms,
  { filter = {}, among, only, isOfDays = false }: ChangesQuestion,
): SpanTerms {
  const isWanted = (use: { line: ChargeLine; resource: string }) =>
    (only === undefined || isSameLine(only, use.line)) &&
    (among === undefined || among(use.line)) &&
    Object.entries(filter).every(([name, values]) => values.includes(groupValue(use, name)));
  return {
    length,
    uses: uses.filter(isWanted),
    bases: isOfDays ? [] : bases.filter(({ line }) => isWanted({ line, resource: '' })),
  };
}
