import type { GatheredUsage, Span } from '../../../billing/charge-gathering.ts';
import type { Pricing } from '../../../billing/pricing.ts';
import type { AccountPeriodRow } from '../../../database/accounts/billing-periods.ts';
import type { Micros } from '../../../domain/instant.ts';
import type { RatedLicense } from '../../../domain/rating/rating.types.ts';
import { KeptReads } from '../../../billing/kept/kept-reads.ts';
import { type PeriodDeps, type PeriodToRead, type ReadPeriod, readPeriod } from './read-period.ts';
import type { SpanTerms } from './span-terms.ts';

/** Spans of a period, taken apart. */
export interface ReadSpans {
  period: AccountPeriodRow;
  pricing: Pricing;
  licenses: readonly RatedLicense[];
  /** Amounts are known up to here. */
  through: Micros;
  /** In the order they were asked for, as far as they lie in the period. */
  spans: SpanTerms[];
}

/** Reads spans of a period. */
export type SpansReader = (asked: Omit<PeriodToRead, 'cuts'>, spans: readonly Span[]) => Promise<ReadSpans>;

/** So many resources, in all spans that are kept: some 30 MB. */
const MOST_KEPT = 20_000;

/** What was issued stands, so spans of it are read once; the last asked for are kept. */
export function createSpansReader(deps: PeriodDeps): SpansReader {
  const kept = new KeptReads<ReadSpans>(MOST_KEPT, ({ spans: all }) =>
    all.reduce((sum, { uses }) => sum + uses.length, 1),
  );
  // What was read already by whoever asks is rated once for all its spans.
  const rated = new WeakMap<GatheredUsage, Promise<ReadPeriod>>();
  return async (asked, spans) => {
    const { account, period, head, usage } = asked;
    const within = spans.map(({ from, to }) => ({ from: Math.max(from, period.from), to: Math.min(to, period.to) }));
    if (usage !== undefined) {
      const read = rated.get(usage) ?? readPeriod(deps, { ...asked, cuts: [] });
      rated.set(usage, read);
      return spansOf(await read, within);
    }
    if (head === null) return readSpans(deps, asked, within);
    return kept.get(JSON.stringify([account.id, head.id, within]), () => readSpans(deps, asked, within));
  };
}

async function readSpans(
  deps: PeriodDeps,
  asked: Omit<PeriodToRead, 'cuts'>,
  spans: readonly Span[],
): Promise<ReadSpans> {
  const cuts = spans.flatMap(({ from, to }) => [from, to]);
  return spansOf(await readPeriod(deps, { ...asked, cuts }), spans);
}

function spansOf({ period, pricing, rating, terms, through }: ReadPeriod, spans: readonly Span[]): ReadSpans {
  return { period, pricing, licenses: rating.licenses, through, spans: spans.map((span) => terms.between(span)) };
}
