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
  taxes,
  tax,
  minorUnit,
}: InvoiceView): InvoiceArithmetic {
  const exact = lines.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
  const taxBase = parseAmount(subtotal) - parseAmount(credits);
  const decimals = 2 * AMOUNT_DECIMALS + 2;
  // Percent of 10⁻¹² of a percent: every digit of it is kept.
  const rates = taxes ?? [{ taxPercent, base: moneyText(taxBase, minorUnit) }];
  const exactTax = (rate: (typeof rates)[0]) => parseAmount(rate.base) * parseAmount(rate.taxPercent);
  const taxExact = rates.reduce((sum, rate) => sum + exactTax(rate), 0n);
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
    taxes: rates.map((rate) => ({
      ...{ taxPercent: rate.taxPercent, base: rate.base },
      exact: fixedText(exactTax(rate), decimals),
    })),
    taxExact: fixedText(taxExact, decimals),
    taxRounding: fixedText(taxRounded - taxExact, decimals),
  };
}
