import type { PartsWanted } from '../../../../billing/account-charges.ts';
import { PeriodTerms } from './period-terms.ts';

/** Takes a period apart by day while its charges are rated, so that they are rated once for both. */
export class TermsWanted {
  private begun: PeriodTerms | null = null;

  /** What charges are to be asked for with, by day. */
  readonly parts: PartsWanted = {
    byStage: true,
    begin: ({ days, versions }) => {
      const terms = new PeriodTerms(days, versions);
      this.begun = terms;
      return (charge, part) => terms.add(charge, part);
    },
  };

  /** @throws Error when nothing was rated with `parts` */
  get terms(): PeriodTerms {
    if (this.begun === null) throw new Error('nobody was told the parts of the charges');
    return this.begun;
  }
}
