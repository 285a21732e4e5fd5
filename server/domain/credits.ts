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

/** A grant with something left, and until when it pays. */
export interface PayingGrant extends OpenGrant {
  /** In microseconds since 1970; `null`: for good. */
  expiresAt: number | null;
}

/** What the void invoice of a period gave back: it is there for the invoice that replaces it. */
export interface Reservation {
  periodKey: string;
  grantId: string;
  amount: DecimalText;
}

/** What is due for a period that has no invoice yet, before credits. */
export interface DueInvoice {
  key: string;
  /** When the period begins, in microseconds since 1970. */
  from: number;
  due: DecimalText;
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
 * What each period without an invoice may draw from: a grant pays for a period if it was in force at an instant of it; the
 * oldest period first, and nothing twice. What a void invoice gave back is kept for its own period.
 * @param grants in the order they are drawn
 * @param invoices oldest first
 * @returns by period key: its grants with what is left for it
 */
export function allotCredits(
  grants: readonly PayingGrant[],
  reservations: readonly Reservation[],
  invoices: readonly DueInvoice[],
): Map<string, OpenGrant[]> {
  const left = new Map(grants.map(({ id, balance }) => [id, parseAmount(balance)]));
  const reserved = new Map<string, Map<string, bigint>>();
  for (const { periodKey, grantId, amount } of reservations) {
    const all = left.get(grantId) ?? 0n;
    const kept = parseAmount(amount) < all ? parseAmount(amount) : all;
    left.set(grantId, all - kept);
    const own = reserved.get(periodKey) ?? new Map<string, bigint>();
    reserved.set(periodKey, own.set(grantId, (own.get(grantId) ?? 0n) + kept));
  }
  const allotted = new Map<string, OpenGrant[]>();
  for (const { key, from, due } of invoices) {
    const own = reserved.get(key);
    const open = grants.flatMap(({ id, reason, expiresAt }): OpenGrant[] => {
      if (expiresAt !== null && expiresAt <= from) return [];
      const balance = (left.get(id) ?? 0n) + (own?.get(id) ?? 0n);
      return balance > 0n ? [{ id, reason, balance: amountText(balance) }] : [];
    });
    allotted.set(key, open);
    for (const [id, amount] of own ?? []) left.set(id, (left.get(id) ?? 0n) + amount);
    for (const { grantId, amount } of chooseDraws(open, due)) {
      left.set(grantId, (left.get(grantId) ?? 0n) - parseAmount(amount));
    }
  }
  return allotted;
}
