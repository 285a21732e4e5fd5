import { amountText, parseAmount } from './money.ts';
import type { DecimalText } from './price.ts';

/** A credit grant that has something left. */
export interface OpenGrant {
  id: string;
  reason: string;
  balance: DecimalText;
}

/** What an invoice takes from a grant. */
export interface CreditDraw {
  grantId: string;
  reason: string;
  amount: DecimalText;
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
    draws.push({ grantId: grant.id, reason: grant.reason, amount: amountText(amount) });
    left -= amount;
  }
  return draws;
}

/**
 * The instant a grant must reach to pay for a period: its last millisecond. A grant that expires with the period still
 * pays for it, however late the invoice is made final. `to` in microseconds.
 */
export function lastInstantOf(period: { to: number }): Date {
  return new Date(Math.ceil(period.to / 1000) - 1);
}
