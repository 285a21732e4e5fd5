import { amountText, parseAmount } from '../money.ts';
import type { DecimalText } from '../pricing/price-common.ts';

/**
 * What a grant is drawn for: `charges` before tax, so that it lowers the tax too; `total` after tax, where it stands for what an
 * invoice gave back with its tax.
 */
export type Pays = 'charges' | 'total';

/** A credit grant that has something left. */
export interface OpenGrant {
  id: string;
  reason: string;
  pays: Pays;
  balance: DecimalText;
}

/** What an invoice takes from a grant. */
export interface CreditDraw {
  grantId: string;
  reason: string;
  amount: DecimalText;
  /** Absent: `charges`. */
  pays?: 'total';
}

/** Of what an invoice draws, what pays its charges, before tax, or what pays its total, after it. */
export function drawsFor<Draw extends Pick<CreditDraw, 'pays'>>(draws: readonly Draw[], what: Pays): Draw[] {
  return draws.filter(({ pays = 'charges' }) => pays === what);
}

/** How much is drawn from which grant: each in the order given, until nothing is due or nothing is left. */
export function chooseDraws(grants: readonly OpenGrant[], due: DecimalText): CreditDraw[] {
  const draws: CreditDraw[] = [];
  let left = parseAmount(due);
  for (const grant of grants) {
    // What is due may be negative, an invoice of corrections: nothing is drawn, and nothing given back.
    if (left <= 0n) break;
    const balance = parseAmount(grant.balance);
    if (balance <= 0n) continue;
    const usedUp = balance <= left;
    const amount = usedUp ? balance : left;
    const { id: grantId, reason, pays } = grant;
    draws.push({ grantId, reason, amount: amountText(amount), ...(pays === 'total' ? { pays } : {}) });
    left -= amount;
  }
  return draws;
}
