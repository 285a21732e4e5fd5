import { AMOUNT_ONE, type Amount, divideHalfUp, moneyText, parseAmount, roundToMinorUnit } from './money.ts';
import type { DecimalText } from './price.ts';

/** What an invoice is computed from. Amounts in its currency, as text. */
export interface InvoiceParts {
  /** Each line, rounded to the minor unit already. */
  lineAmounts: readonly DecimalText[];
  /** What could be drawn from credit grants. */
  creditsAvailable: DecimalText;
  /** Percent of what is left after credits. */
  taxPercent: DecimalText;
  /** Decimals of the currency: 2 for USD. */
  minorUnit: number;
}

/** `total` = `subtotal` − `credits` + `tax`, exactly. */
export interface InvoiceTotals {
  /** The sum of the rounded lines. */
  subtotal: DecimalText;
  /** What is drawn: never more than the subtotal, nor than there is. */
  credits: DecimalText;
  taxBase: DecimalText;
  /** Rounded half up to the minor unit, once, on the whole base. */
  tax: DecimalText;
  total: DecimalText;
}

/**
 * From lines to the total. An invoice of corrections may come to less than nothing: then no credits are drawn, and its
 * tax is given back at the same rate. @throws RangeError when a line is not rounded to the minor unit
 */
export function invoiceTotals({ lineAmounts, creditsAvailable, taxPercent, minorUnit }: InvoiceParts): InvoiceTotals {
  let subtotal: Amount = 0n;
  for (const text of lineAmounts) {
    const line = parseAmount(text);
    if (roundToMinorUnit(line, minorUnit) !== line) throw new RangeError(`the line of ${text} is not rounded`);
    subtotal += line;
  }
  const credits = drawn(subtotal, parseAmount(creditsAvailable));
  const taxBase = subtotal - credits;
  const tax = taxOn(taxBase, taxPercent, minorUnit);
  const text = (amount: Amount) => moneyText(amount, minorUnit);
  return {
    subtotal: text(subtotal),
    credits: text(credits),
    taxBase: text(taxBase),
    tax: text(tax),
    total: text(taxBase + tax),
  };
}

/** One division for percent and rounding together, so that half a minor unit is seen exactly. */
function taxOn(base: Amount, percent: DecimalText, minorUnit: number): Amount {
  const unit = AMOUNT_ONE / 10n ** BigInt(minorUnit);
  return divideHalfUp(base * parseAmount(percent), 100n * AMOUNT_ONE * unit) * unit;
}

/** Credits pay what is due, as far as they go; they never pay out. */
function drawn(subtotal: Amount, available: Amount): Amount {
  if (subtotal <= 0n) return 0n;
  const suffices = available >= subtotal;
  return suffices ? subtotal : available;
}
