import { AMOUNT_DECIMALS, amountText, fixedText, moneyText, parseAmount } from '../domain/money.ts';
import type { InvoiceView } from './invoice.types.ts';
import type { InvoiceArithmetic } from './spend-pages.types.ts';

/** How an invoice's totals come about, from what its lines are before their rounding. Exact. */
export function invoiceArithmetic({
  lines,
  subtotal,
  credits,
  creditDraws,
  taxPercent,
  tax,
  minorUnit,
}: InvoiceView): InvoiceArithmetic {
  const exact = lines.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
  const taxBase = parseAmount(subtotal) - parseAmount(credits);
  const decimals = 2 * AMOUNT_DECIMALS + 2;
  // Percent of 10⁻¹² of a percent: every digit of it is kept.
  const taxExact = taxBase * parseAmount(taxPercent);
  const taxRounded = parseAmount(tax) * 10n ** BigInt(decimals - AMOUNT_DECIMALS);
  let left = parseAmount(subtotal);
  return {
    exact: amountText(exact),
    rounding: amountText(parseAmount(subtotal) - exact),
    afterDraws: creditDraws.map(({ amount }) => {
      left -= parseAmount(amount);
      return moneyText(left, minorUnit);
    }),
    taxBase: moneyText(taxBase, minorUnit),
    taxExact: fixedText(taxExact, decimals),
    taxRounding: fixedText(taxRounded - taxExact, decimals),
  };
}
