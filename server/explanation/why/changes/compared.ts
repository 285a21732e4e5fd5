import type { Span } from '../../../billing/charge-gathering.ts';
import type { Account } from '../../../database/accounts/accounts.ts';
import type { Micros } from '../../../domain/instant.ts';
import type { Amount } from '../../../domain/money.ts';
import type { Invoiced } from './invoiced.ts';
import type { ReadSpans } from './terms/read-spans.ts';
import type { SpanTerms } from './terms/span-terms.ts';
import type { Hidden } from './told/hidden-drivers.ts';

/** Two spans of an account, taken apart. */
export interface Compared {
  account: Account;
  /** When they are; of what is usual all that was looked at. */
  at: { now: Span; before: readonly Span[] };
  now: SpanTerms;
  before: SpanTerms;
  /** What each of the earlier spans came to, of which `before` is the middle. */
  each: readonly Amount[];
  /** Where both are a period, or what began of one, and all of it is wanted. */
  invoiced: { now: Invoiced; before: Invoiced } | null;
  /** The periods they are of, the latest last. */
  periods: readonly ReadSpans[];
  meteredThrough: Micros;
  /** See `happeningsOf`. */
  groupBy: readonly string[];
  hidden: Hidden;
}
