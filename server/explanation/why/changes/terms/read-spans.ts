import type { Span } from '../../../../billing/charge-gathering.ts';
import { daysOf } from '../../../../billing/charge-scope.ts';
import { KeptReads } from '../../../../billing/kept/kept-reads.ts';
import type { Pricing } from '../../../../billing/pricing.ts';
import type { AccountPeriodRow } from '../../../../database/accounts/billing-periods.ts';
import type { Micros } from '../../../../domain/instant.ts';
import { chargeKey } from '../../../../domain/pricing/charge-line.ts';
import type { RatedLicense } from '../../../../domain/rating/rating.types.ts';
import { type PeriodByDay, type PeriodDeps, type ReadPeriod, readByDay, readPeriod } from './read-period.ts';
import type { SpanTerms } from './span-terms.ts';

/** Spans of a period, taken apart. */
export interface ReadSpans {
  period: AccountPeriodRow;
  pricing: Pricing;
  licenses: readonly RatedLicense[];
  /** Amounts are known up to here. */
  through: Micros;
  /** Events received by then are in it; absent: by when it is asked. */
  asOf?: Micros;
  /** In the order they were asked for, as far as they lie in the period. */
  spans: SpanTerms[];
}

/** A period to read spans of. */
interface Asked extends PeriodByDay {
  /** Read already; where the spans begin and end with its days. */
  read?: ReadPeriod;
}

/** Reads spans of a period. */
export type SpansReader = (asked: Asked, spans: readonly Span[]) => Promise<ReadSpans>;

/** So many resources, in all spans that are kept: some 30 MB. */
const MOST_KEPT = 20_000;

/** What was issued stands, so spans of it are read once; the last asked for are kept. */
export function createSpansReader(deps: PeriodDeps): SpansReader {
  const kept = new KeptReads<ReadSpans>(MOST_KEPT, ({ spans: all }) =>
    all.reduce((sum, { uses }) => sum + uses.length, 1),
  );
  return async (asked, spans) => {
    const { account, period, head, read, only } = asked;
    const within = spans.map(({ from, to }) => ({ from: Math.max(from, period.from), to: Math.min(to, period.to) }));
    if (read !== undefined) return spansOf(read, within);
    if (head === null) return readSpans(deps, asked, within);
    const name = [account.id, head.id, within, only === undefined ? null : chargeKey(only)];
    return kept.get(JSON.stringify(name), () => readSpans(deps, asked, within));
  };
}

async function readSpans(deps: PeriodDeps, asked: PeriodByDay, spans: readonly Span[]): Promise<ReadSpans> {
  const days = new Set(daysOf(asked.period));
  const cuts = spans.flatMap(({ from, to }) => [from, to]).filter((at) => !days.has(at));
  return spansOf(await (cuts.length === 0 ? readByDay(deps, asked) : readPeriod(deps, { ...asked, cuts })), spans);
}

function spansOf({ period, pricing, rating, terms, through, asOf }: ReadPeriod, spans: readonly Span[]): ReadSpans {
  return {
    period,
    pricing,
    licenses: rating.licenses,
    through,
    ...(asOf === undefined ? {} : { asOf }),
    spans: spans.map((span) => terms.between(span)),
  };
}
