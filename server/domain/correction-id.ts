/** A correction's id is the charge's and the period of the invoice it stands on: `2026-09-d62e67e01b60a1313b77-in-2026-10`. */
const CORRECTION_ID = /^.+-in-(\d{4}-(?:0[1-9]|1[0-2]))$/;

/** The key of the period on whose invoice a correction stands; `null` where an id is none of a correction. */
export function periodOfCorrection(id: string): string | null {
  return CORRECTION_ID.exec(id)?.[1] ?? null;
}
