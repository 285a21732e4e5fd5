import type { IncludedUse } from '#server/billing/included-use.ts';
import type { LicenseWords } from './license-words.ts';

/**
 * How far what a price includes reaches, in words: what to worry about comes as a warning.
 * @param amount writes a quantity with its unit
 * @param moment writes an instant, and `day` a day
 */
export function includedWords(
  use: IncludedUse,
  open: boolean,
  { amount, moment, day }: Record<'amount' | 'moment' | 'day', (text: string) => string>,
): LicenseWords {
  const { isPool, beyond, exhaustedAt, exhaustedDay, chargeId, pace, percent } = use;
  const after = isPool ? 'nothing more is in it until the next month' : 'use after that is charged';
  if (Number(beyond) > 0) {
    if (exhaustedAt !== null) return { text: `Ran out on ${moment(exhaustedAt)}: ${after}.`, warns: true };
    if (exhaustedDay !== null) return { text: `Ran out on ${day(exhaustedDay)}: ${after}.`, warns: true };
    return { text: `Used up: ${isPool ? after : `${amount(beyond)} beyond it are charged`}.`, warns: true };
  }
  if (chargeId === null) return { text: 'Nothing of it was used.', warns: false };
  if (!open) return { text: 'It was enough.', warns: false };
  if (Number(percent) >= 100) return { text: `Used up just now: ${after}.`, warns: true };
  if (pace === null) return { text: 'Too early in the month to tell where its pace leads.', warns: false };
  return Number(pace) > Number(use.included)
    ? { text: `At this pace ${amount(pace)} by the end of the month: more than is included.`, warns: true }
    : { text: `At this pace ${amount(pace)} by the end of the month: it lasts.`, warns: false };
}
