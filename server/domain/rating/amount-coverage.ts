import { AMOUNT_ONE, type Amount, parseAmount } from '../money.ts';
import { cutAt, inOrder, spanOf } from './contribution.ts';
import { type Claim, drawDown, withoutReturned } from './draw-down.ts';
import { type LicenseTerm, type Limit, leftOf, newPool, type Pool, quantityTime, spend } from './license-pool.ts';
import { shareOf } from './piece.ts';
import type { CoveredAmount, Part } from './rate-charge.ts';

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
  const { from, to } = term;
  const most = (quantityTime(term) / BigInt(period.to - period.from)) * AMOUNT_ONE;
  return newPool(term, SCALE, [{ from, to, most }]);
}

/**
 * Covers amounts with a license in money, in time order over all its charges, after discounts; what runs is cut at the
 * instant the license ran out. What is due without usage is no part and stays due. What it gives is gone from the pool.
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
  const limit = pool.limits[0] as Limit;
  const left = leftOf(pool, limit);
  const { covered, exhaustedAt } = drawDown(left, claimants);
  let drawn = 0n;
  const cuts = new Map<Part, Part[]>();
  claimants.forEach(({ charge, part, weight }, i) => {
    const taken = (covered[i] as bigint) / weight;
    if (taken === 0n) return;
    const given = { licenseId: license.id, amount: taken };
    if (exhaustedAt !== null && isCutAt(exhaustedAt, part, taken))
      cuts.set(part, coveredUntil(exhaustedAt, part, given));
    else cover(part, given);
    charge.covered.set(license.id, (charge.covered.get(license.id) ?? 0n) + taken);
    drawn += taken * weight;
  });
  for (const charge of charges) {
    if (charge.parts.some((part) => cuts.has(part)))
      charge.parts = charge.parts.flatMap((part) => cuts.get(part) ?? part);
  }
  spend(pool, limit, left, drawn, exhaustedAt);
}

/** Whether what runs is covered until then and not after it; what is taken back later may leave less than that. */
function isCutAt(instant: number, { contribution: { kind, from, to }, amount, coveredAmount }: Part, taken: Amount) {
  return kind === 'interval' && from < instant && instant < to && taken < amount - coveredAmount;
}

function cover(part: Part, covered: CoveredAmount): void {
  part.coveredAmount += covered.amount;
  part.coveredAmounts = [...part.coveredAmounts, covered];
}

/** An interval's part, covered up to the instant the license ran out and not after it. */
function coveredUntil(exhaustedAt: number, part: Part, covered: CoveredAmount): Part[] {
  const { contribution, coveredAmount, included } = part;
  const [first, rest] = cutAt(contribution, [exhaustedAt]);
  const length = contribution.to - contribution.from;
  if (first === undefined || rest === undefined)
    throw new Error(`a part is covered in part outside its time, ${contribution.id}`);
  const given = (included * BigInt(first.to - first.from)) / BigInt(length);
  const amount = coveredAmount + covered.amount;
  const shareOfAmount = (whole: Amount) => (part.amount === 0n ? 0n : (whole * amount) / part.amount);
  const [limits, discount] = [shareOfAmount(part.limits), shareOfAmount(part.discount)];
  const until: Part = {
    ...{ ...part, contribution: first, covered: shareOf(part, first, length), included: given },
    ...{ amount, limits, discount },
  };
  cover(until, covered);
  return [
    until,
    {
      ...{ ...part, contribution: rest, covered: shareOf(part, rest, length), included: included - given },
      ...{ amount: part.amount - amount, limits: part.limits - limits, discount: part.discount - discount },
      ...{ coveredAmount: 0n, coveredAmounts: [] },
    },
  ];
}
