import type { Amount, Quantity } from '../../../domain/money.ts';

/** What of a charge and resource made a difference, in the order in which one is replaced after the other. */
export const KINDS = [
  'days',
  'new',
  'gone',
  'usage',
  'resize',
  'price',
  'license',
  'allowance',
  'tier',
  'cap',
  'minimum',
  'discount',
] as const;

/** One of them. */
export type DriverKind = (typeof KINDS)[number];

/** Amounts are rounded to 10⁻¹² of the currency on their way; what a million roundings could come to. */
export const IN_LAST_DIGITS: Amount = 500_000n;

/** An amount of one kind, while a difference is taken apart. */
export interface Piece {
  kind: DriverKind;
  amount: Amount;
  quantity: Quantity | null;
  licenseId: string | null;
}

/** A piece of a kind; of a license, of which. */
export function piece(
  kind: DriverKind,
  amount: Amount,
  quantity: Quantity | null,
  licenseId: string | null = null,
): Piece {
  return { kind, amount, quantity, licenseId };
}

/** What both have of the same: the lesser of the two where both are more, or both less; else nothing. */
export function inCommon(a: bigint, b: bigint): bigint {
  if (a > 0n !== b > 0n || a === 0n || b === 0n) return 0n;
  return size(a) < size(b) ? a : b;
}

/** How much it is, more or less. */
export const size = (value: bigint) => (value < 0n ? -value : value);

/** What something of each comes to together. */
export function sum<Each>(all: readonly Each[], of: (each: Each) => bigint): bigint {
  return all.reduce((total, each) => total + of(each), 0n);
}
