import type { Amount, Quantity } from '../money.ts';
import type { PriceFunction, PriceStages } from './price-function.ts';

/** What a charge comes to by the terms of one segment, or by all; licenses in money and the rounding come after. */
export interface ChargedSums extends PriceStages {
  /** Given by the price's own allowance. */
  included: Quantity;
}

const NOTHING: Readonly<ChargedSums> = { model: 0n, limited: 0n, discounted: 0n, exact: 0n, included: 0n };

/** Sums of which nothing is charged yet. */
export const nothingCharged = (): ChargedSums => ({ ...NOTHING });

/** Counts what a price function has moved by since it stood at `start`. @returns where it stands */
export function countMove(sums: ChargedSums, start: PriceStages, p: PriceFunction): PriceStages {
  const stop = p.stages();
  sums.model += stop.model - start.model;
  sums.limited += stop.limited - start.limited;
  sums.discounted += stop.discounted - start.discounted;
  sums.exact += stop.exact - start.exact;
  return stop;
}

/** An exact fraction of 10⁻¹² of the currency; the denominator is above zero. */
export interface ExactAmount {
  numerator: bigint;
  denominator: bigint;
}

/** What the segments come to together, before anything of it was rounded. */
export function sumOfFractions(fractions: readonly ExactAmount[]): ExactAmount {
  let numerator = 0n;
  let denominator = 1n;
  for (const each of fractions) {
    if (each.denominator === denominator) numerator += each.numerator;
    else {
      numerator = numerator * each.denominator + each.numerator * denominator;
      denominator *= each.denominator;
    }
  }
  return { numerator, denominator };
}

/** Added up, of one field. */
export function total(sums: readonly (ChargedSums | null)[], field: keyof ChargedSums): Amount {
  return sums.reduce((all, each) => all + (each === null ? 0n : each[field]), 0n);
}
