import type { LicenseUse } from '#server/pages/spend-pages.types.ts';

/** How a license stands, in words: what to worry about comes as a warning. */
export interface LicenseWords {
  text: string;
  warns: boolean;
}

/**
 * @param amount writes a quantity with its unit
 * @param moment writes an instant
 */
export function licenseWords(
  { measure, exhaustedAt, paceUnits, capacityUnits }: LicenseUse,
  open: boolean,
  amount: (units: string) => string,
  moment: (instant: string) => string,
): LicenseWords {
  if (exhaustedAt !== null) {
    const when = moment(exhaustedAt);
    return measure === 'max'
      ? { text: `More than was bought since ${when}: the rest is charged on demand.`, warns: true }
      : { text: `Ran out on ${when}: use after that is charged on demand.`, warns: true };
  }
  if (!open) return { text: 'Covered all of its use.', warns: false };
  if (measure === 'max') return { text: 'Covers all of its use so far.', warns: false };
  if (paceUnits === null) return { text: 'Too early in the month to tell where its pace leads.', warns: false };
  return Number(paceUnits) > Number(capacityUnits)
    ? { text: `At this pace ${amount(paceUnits)} by the end of the month: more than was bought.`, warns: true }
    : { text: `At this pace ${amount(paceUnits)} by the end of the month: it lasts.`, warns: false };
}
