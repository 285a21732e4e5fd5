import { AMOUNT_ONE, type Amount, parseAmount } from '../money.ts';
import { inOrder, spanOf } from './contribution.ts';
import { type Claim, drawDown, withoutReturned } from './draw-down.ts';
import type { Drawdown, LicenseTerm } from './license-coverage.ts';
import type { Part } from './rate-charge.ts';

/** Parts of one charge, in the order they count, and what each license in money covers of them. */
export interface PartsOfCharge {
  priceKey: string;
  parts: Part[];
  coveredAmount: { licenseId: string; amount: Amount }[];
}

interface Claimant extends Claim {
  charge: PartsOfCharge;
  part: Part;
  weight: bigint;
}

/** Money is kept in 10⁻¹² and told, like quantities, in 10⁻¹⁸. */
const TOLD = 1_000_000n;

/**
 * Covers amounts with a license in money, in time order over all its charges, after discounts. What is due without usage
 * is no part and stays due.
 */
export function coverAmounts(
  { license, from, to }: LicenseTerm,
  period: { from: number; to: number },
  charges: readonly PartsOfCharge[],
): Drawdown {
  const capacity = (parseAmount(license.quantity) * BigInt(to - from)) / BigInt(period.to - period.from);
  const claimants: Claimant[] = [];
  for (const charge of charges) {
    const text = license.weights[charge.priceKey];
    if (text === undefined) continue;
    const weight = parseAmount(text);
    const rests = withoutReturned(charge.parts.map((part) => part.amount - part.coveredAmount));
    charge.parts.forEach((part, i) => {
      const span = spanOf(part.contribution);
      const rest = rests[i] as Amount;
      if (span.from < from || span.from >= to || rest === 0n) return;
      claimants.push({ ...span, total: rest * weight, charge, part, weight });
    });
  }
  claimants.sort((a, b) => inOrder(a.part.contribution, b.part.contribution));
  const { covered, exhaustedAt } = drawDown(capacity * AMOUNT_ONE, claimants);
  let drawn = 0n;
  const byCharge = new Map<PartsOfCharge, Amount>();
  claimants.forEach(({ charge, part, weight }, i) => {
    const taken = (covered[i] as bigint) / weight;
    part.coveredAmount += taken;
    byCharge.set(charge, (byCharge.get(charge) ?? 0n) + taken);
    drawn += taken * weight;
  });
  for (const [charge, amount] of byCharge) charge.coveredAmount.push({ licenseId: license.id, amount });
  return { licenseId: license.id, capacity: capacity * TOLD, drawn: (drawn / AMOUNT_ONE) * TOLD, exhaustedAt };
}
