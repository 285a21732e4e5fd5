import type { InvoiceView } from '../billing/invoice.types.ts';
import { drawsFor } from '../domain/invoice/credits.ts';
import { AMOUNT_DECIMALS, amountText, fixedText, moneyText, parseAmount } from '../domain/money.ts';
import type { InvoiceArithmetic } from './spend-pages.types.ts';

/** How an invoice's totals come about, from what its lines are before their rounding. Exact. */
export function invoiceArithmetic({
  lines,
  subtotal,
  creditDraws,
  taxPercent,
  taxes,
  tax,
  minorUnit,
}: InvoiceView): InvoiceArithmetic {
  const exact = lines.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
  const beforeTax = drawsFor(creditDraws, 'charges');
  const taxBase = beforeTax.reduce((left, { amount }) => left - parseAmount(amount), parseAmount(subtotal));
  const decimals = 2 * AMOUNT_DECIMALS + 2;
  // Percent of 10⁻¹² of a percent: every digit of it is kept.
  const rates = taxes ?? [{ taxPercent, base: moneyText(taxBase, minorUnit) }];
  const exactTax = (rate: (typeof rates)[0]) => parseAmount(rate.base) * parseAmount(rate.taxPercent);
  const taxExact = rates.reduce((sum, rate) => sum + exactTax(rate), 0n);
  const taxRounded = parseAmount(tax) * 10n ** BigInt(decimals - AMOUNT_DECIMALS);
  let left = parseAmount(subtotal);
  const leftAt = ({ amount }: { amount: string }) => {
    const before = moneyText(left, minorUnit);
    left -= parseAmount(amount);
    return { before, after: moneyText(left, minorUnit) };
  };
  const leftAtDraws = beforeTax.map(leftAt);
  left += parseAmount(tax);
  leftAtDraws.push(...drawsFor(creditDraws, 'total').map(leftAt));
  return {
    exact: amountText(exact),
    rounding: amountText(parseAmount(subtotal) - exact),
    leftAtDraws,
    taxBase: moneyText(taxBase, minorUnit),
    taxes: rates.map((rate) => ({
      ...{ taxPercent: rate.taxPercent, base: rate.base },
      exact: fixedText(exactTax(rate), decimals),
    })),
    taxExact: fixedText(taxExact, decimals),
    taxRounding: fixedText(taxRounded - taxExact, decimals),
  };
}
