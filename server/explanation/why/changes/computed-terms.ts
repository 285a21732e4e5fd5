import type { PartsWanted } from '../../../billing/account-charges.ts';
import type { ComputedInvoice } from '../../../billing/invoices/invoices.ts';
import { PeriodTerms } from './period-terms.ts';
import type { ReadPeriod } from './read-period.ts';

/** A period whose invoice was computed just now, taken apart by the same rating. */
export interface CurrentPeriod {
  computed: ComputedInvoice;
  read: ReadPeriod;
}

/** Takes a period apart while its invoice is computed by day, so that it is rated once for both. */
export class ComputedTerms {
  private terms: PeriodTerms | null = null;

  /** What the invoice is to be computed with. */
  readonly parts: PartsWanted = {
    byStage: true,
    begin: ({ days, versions }) => {
      const terms = new PeriodTerms(days, versions);
      this.terms = terms;
      return (charge, part) => terms.add(charge, part);
    },
  };

  /** @throws Error when it was not computed with `parts` */
  of(computed: ComputedInvoice): CurrentPeriod {
    const { terms } = this;
    if (terms === null) throw new Error('nobody was told the parts of the invoice');
    const { period, pricing, charges, through } = computed;
    terms.done(charges.rating.charges, period.key, through);
    return { computed, read: { period, pricing, rating: charges.rating, terms, bounds: charges.days, through } };
  }
}
