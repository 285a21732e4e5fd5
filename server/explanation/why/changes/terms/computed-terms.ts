import type { PartsWanted } from '../../../../billing/account-charges.ts';
import type { ComputedInvoice } from '../../../../billing/invoices/invoices.ts';
import type { ReadPeriod } from './read-period.ts';
import { TermsWanted } from './terms-wanted.ts';

/** A period whose invoice was computed just now, taken apart by the same rating. */
export interface CurrentPeriod {
  computed: ComputedInvoice;
  read: ReadPeriod;
}

/** Takes a period apart while its invoice is computed by day. */
export class ComputedTerms {
  private readonly wanted = new TermsWanted();

  /** What the invoice is to be computed with. */
  readonly parts: PartsWanted = this.wanted.parts;

  /** @throws Error when it was not computed with `parts` */
  of(computed: ComputedInvoice): CurrentPeriod {
    const { terms } = this.wanted;
    const { period, pricing, charges, through } = computed;
    terms.done(charges.rating.charges, period.key, through);
    return { computed, read: { period, pricing, rating: charges.rating, terms, bounds: charges.days, through } };
  }
}
