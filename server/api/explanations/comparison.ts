import { chargeIdOf } from '../../billing/charge-id.ts';
import type { Explanations } from '../../explanation/explanations.ts';
import type { ChangesReader } from '../../explanation/why/changes/changes.ts';

/** What made the difference of a charge to that of the period before, as explanations tell it. */
export interface Comparison {
  previous: { chargeId: string; periodKey: string; amountExact: string };
  difference: string;
  drivers: { kind: string; resource: string | null; amountExact: string; text: string }[];
}

/** The same as `…/changes` of the charge, in short; `null` where nothing of it was there before. */
export async function comparisonOf(
  { explanations, changes }: { explanations: Pick<Explanations, 'find'>; changes: ChangesReader },
  accountId: string,
  chargeId: string,
): Promise<Comparison | null> {
  const found = await explanations.find(accountId, chargeId);
  const answer = await changes.ofCharge(accountId, chargeId);
  if (found === null || found.previousKey === null || answer === null) return null;
  const { drivers, compareAmountExact, differenceExact } = answer;
  if (drivers.length > 0 && drivers.every(({ kind }) => kind === 'new')) return null;
  return {
    previous: {
      chargeId: chargeIdOf(found.previousKey, found.line),
      periodKey: found.previousKey,
      amountExact: compareAmountExact,
    },
    difference: differenceExact,
    drivers: drivers.map(({ kind, resource = null, amountExact, description }) => {
      return { kind, resource, amountExact, text: description };
    }),
  };
}
