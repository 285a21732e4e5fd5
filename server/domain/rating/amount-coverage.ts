import { AMOUNT_ONE, type Amount, parseAmount } from '../money.ts';
import { inOrder, spanOf } from './contribution.ts';
import { type Claim, drawDown, withoutReturned } from './draw-down.ts';
import type { LicenseTerm, Pool } from './license-coverage.ts';
import type { Part } from './rate-charge.ts';

/** Parts of one charge, in the order they count, and what each license in money covers of the charge. */
export interface PartsOfCharge {
  priceKey: string;
  parts: Part[];
  /** By license, in the order in which they first covered anything. */
  covered: Map<string, Amount>;
}

interface Claimant extends Claim {
  charge: PartsOfCharge;
  part: Part;
  weight: bigint;
}

/** Amounts times weights are exact in 10⁻²⁴; pools are told in 10⁻¹⁸. */
const SCALE = 1_000_000n;

/** The pool of a license in money at the period's start. */
export function amountPool(term: LicenseTerm, period: { from: number; to: number }): Pool {
  const { license, from, to } = term;
  const capacity = ((parseAmount(license.quantity) * BigInt(to - from)) / BigInt(period.to - period.from)) * AMOUNT_ONE;
  return { term, scale: SCALE, capacity, drawn: 0n, left: capacity, exhaustedAt: null, counts: null };
}

/**
 * Covers amounts with a license in money, in time order over all its charges, after discounts. What is due without usage
 * is no part and stays due. What it gives is gone from the pool.
 */
export function coverAmounts(pool: Pool, charges: readonly PartsOfCharge[]): void {
  const { license, from, to } = pool.term;
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
  const { covered, exhaustedAt } = drawDown(pool.left, claimants);
  const before = pool.drawn;
  claimants.forEach(({ charge, part, weight }, i) => {
    const taken = (covered[i] as bigint) / weight;
    part.coveredAmount += taken;
    charge.covered.set(license.id, (charge.covered.get(license.id) ?? 0n) + taken);
    pool.drawn += taken * weight;
  });
  pool.exhaustedAt ??= exhaustedAt;
  // A rest too small to be given at an instant is given to nobody later either.
  pool.left = exhaustedAt === null ? pool.left - (pool.drawn - before) : 0n;
}
