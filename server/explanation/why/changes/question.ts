import type { Span } from '../../../billing/charge-gathering.ts';
import type { InvoiceLine } from '../../../billing/invoice.types.ts';
import { pricesOf } from '../../../billing/pricing.ts';
import type { AccountPeriodRow } from '../../../database/accounts/billing-periods.ts';
import { toRfc3339 } from '../../../domain/instant.ts';
import type { ChargeLine } from '../../../domain/pricing/charge-line.ts';
import type { ChargeCompared } from './charges-compared.ts';
import type { Standpoint } from './standpoint.ts';
import type { CurrentPeriod } from './terms/computed-terms.ts';
import type { ReadSpans } from './terms/read-spans.ts';
import type { Hidden } from './told/hidden-drivers.ts';

/** A span to compare with another, or with what was usual in some; of some of the account's charges only, or of all. */
export interface ChangesQuestion {
  now: Span;
  /** Of several the one in the middle, by what they came to. */
  before: readonly Span[];
  /** Only charges, and resources, that have one of these values of each: see `groupValue`. */
  filter?: Readonly<Record<string, readonly string[]>>;
  /** Only charges, and corrections, of which this holds; credits and tax are of none of them. */
  among?: (line: ChargeLine & Pick<InvoiceLine, 'corrects'>) => boolean;
  /** Is told what each charge and correction of either came to. */
  onCharge?: (charge: ChargeCompared) => void;
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

/** A name spelled wrong must not mean everything, or nothing. */
export function insistOnNames({ filter = {}, groupBy = [] }: ChangesQuestion, read: readonly ReadSpans[]): void {
  const prices = read.flatMap(({ pricing }) => pricesOf(pricing));
  const known = new Set(['price', 'resource', ...prices.flatMap(({ lineBy = [] }) => lineBy)]);
  for (const name of [...Object.keys(filter), ...groupBy]) {
    if (!known.has(name)) throw new UnknownNameError(name, [...known]);
  }
}

export function insistOnSpan({ from, to }: Span, periods: readonly AccountPeriodRow[]): void {
  const [first, last] = [periods[0], periods.at(-1)];
  if (from >= to) throw new SpanError('A span ends after it begins.');
  if (first !== undefined && last !== undefined && from >= first.from && to <= last.to) return;
  const known = first && last ? ` from ${toRfc3339(first.from)} to ${toRfc3339(last.to)}` : '';
  throw new SpanError(`Only spans within the account's billing periods${known} can be compared.`);
}

/** What something costs that has not come is not known. */
export function insistOnBegun({ from }: Span, { meteredThrough }: Standpoint): void {
  if (from < meteredThrough) return;
  throw new SpanError(`What comes after ${toRfc3339(meteredThrough)} is not known yet: up to there usage is metered.`);
}
