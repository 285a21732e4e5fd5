import { amountText, parseAmount } from '../money.ts';
import type { DecimalText } from '../pricing/price-common.ts';
import type { OpenGrant } from './credits.ts';
import { payInvoice, type TaxedAmount } from './invoice-totals.ts';

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

/** What is due for a period that has no invoice yet, before credits and tax. */
export interface DueInvoice {
  key: string;
  /** When the period begins, in microseconds since 1970. */
  from: number;
  amounts: readonly TaxedAmount[];
  /** Decimals of the currency: 2 for USD. */
  minorUnit: number;
}

/**
 * What each period without an invoice may draw from: a grant pays for a period if it was in force at an instant of it; the
 * oldest period first, and nothing twice. What a void invoice gave back is kept for its own period.
 * @param grants in the order they are drawn
 * @param invoices oldest first
 * @returns by period key: its grants with what is left for it
 * @throws Error when more would be drawn than was granted
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
  for (const { key, from, amounts, minorUnit } of invoices) {
    const own = reserved.get(key);
    const open = grants.flatMap(({ id, reason, pays, expiresAt }): OpenGrant[] => {
      if (expiresAt !== null && expiresAt <= from) return [];
      const balance = (left.get(id) ?? 0n) + (own?.get(id) ?? 0n);
      return balance > 0n ? [{ id, reason, pays, balance: amountText(balance) }] : [];
    });
    allotted.set(key, open);
    for (const [id, amount] of own ?? []) left.set(id, (left.get(id) ?? 0n) + amount);
    for (const { grantId, amount } of payInvoice(open, amounts, minorUnit).draws) {
      const rest = (left.get(grantId) ?? 0n) - parseAmount(amount);
      if (rest < 0n)
        throw new Error(
          `period ${key} would draw ${amount} of grant ${grantId}, ${amountText(-rest)} more than is left`,
        );
      left.set(grantId, rest);
    }
  }
  return allotted;
}
