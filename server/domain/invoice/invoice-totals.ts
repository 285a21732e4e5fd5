import {
  AMOUNT_ONE,
  type Amount,
  amountText,
  divideHalfUp,
  moneyText,
  parseAmount,
  roundToMinorUnit,
} from '../money.ts';
import type { DecimalText } from '../pricing/price-common.ts';
import { type CreditDraw, chooseDraws, type OpenGrant } from './credits.ts';

/** An amount that is taxed at one rate. */
export interface TaxedAmount {
  taxPercent: DecimalText;
  /** Rounded to the minor unit already. */
  amount: DecimalText;
}

/** What an invoice is computed from. Amounts in its currency, as text. */
export interface InvoiceInput {
  /** Each line, or each part of one that is taxed at a rate of its own; in the order in which credits pay them. */
  amounts: readonly TaxedAmount[];
  /** What could be drawn from credit grants. */
  creditsAvailable: DecimalText;
  /** Decimals of the currency: 2 for USD. */
  minorUnit: number;
}

/** What is taxed at one rate, after credits. */
export interface InvoiceTax {
  taxPercent: DecimalText;
  base: DecimalText;
  /** Rounded half up to the minor unit, once, on the whole base. */
  tax: DecimalText;
}

/** `total` = `subtotal` − `credits` + `tax`, exactly. */
export interface InvoiceTotals {
  /** The sum of the rounded lines. */
  subtotal: DecimalText;
  /** What is drawn: before tax never more than the subtotal, after tax never more than is then to be paid. */
  credits: DecimalText;
  taxBase: DecimalText;
  /** The sum of `taxes`. */
  tax: DecimalText;
  /** By rate, in the order in which the rates first come. */
  taxes: InvoiceTax[];
  total: DecimalText;
}

/**
 * From lines to the total. Credits pay what is taxed at the first rate first. An invoice of corrections may come to less than
 * nothing: then no credits are drawn, and its tax is given back at the rates it was charged at.
 * @throws RangeError when an amount is not rounded to the minor unit
 */
export function invoiceTotals({ amounts, creditsAvailable, minorUnit }: InvoiceInput): InvoiceTotals {
  const bases = new Map<string, { taxPercent: DecimalText; base: Amount }>();
  let subtotal: Amount = 0n;
  for (const { taxPercent, amount } of amounts) {
    const part = parseAmount(amount);
    if (roundToMinorUnit(part, minorUnit) !== part) throw new RangeError(`the amount of ${amount} is not rounded`);
    subtotal += part;
    const rate = String(parseAmount(taxPercent));
    const known = bases.get(rate) ?? { taxPercent, base: 0n };
    bases.set(rate, { ...known, base: known.base + part });
  }
  const credits = drawn(subtotal, parseAmount(creditsAvailable));
  let unpaid = credits;
  const text = (amount: Amount) => moneyText(amount, minorUnit);
  let tax: Amount = 0n;
  const taxes = [...bases.values()].map(({ taxPercent, base }): InvoiceTax => {
    const pays = drawn(base, unpaid);
    unpaid -= pays;
    const due = taxOn(base - pays, taxPercent, minorUnit);
    tax += due;
    return { taxPercent, base: text(base - pays), tax: text(due) };
  });
  return {
    subtotal: text(subtotal),
    credits: text(credits),
    taxBase: text(subtotal - credits),
    tax: text(tax),
    taxes,
    total: text(subtotal - credits + tax),
  };
}

/**
 * What an invoice comes to, and what it draws from credits: first from those that pay charges, then, of what is to be paid with its
 * tax, from those that pay totals. Only what is to be paid is drawn for: where tax is given back at a higher rate than what the credits
 * would pay is taxed at, that is less than the charges.
 * @param grants in the order they are drawn
 * @param amounts as of `invoiceTotals`
 */
export function payInvoice(
  grants: readonly OpenGrant[],
  amounts: readonly TaxedAmount[],
  minorUnit: number,
): { draws: CreditDraw[]; totals: InvoiceTotals } {
  const undrawn = invoiceTotals({ amounts, creditsAvailable: '0', minorUnit });
  if (grants.length === 0 || parseAmount(undrawn.total) <= 0n) return { draws: [], totals: undrawn };
  const paying = (what: OpenGrant['pays']) => grants.filter(({ pays }) => pays === what);
  const drawnFor = (due: Amount) => chooseDraws(paying('charges'), amountText(due));
  const after = (due: Amount) =>
    invoiceTotals({ amounts, creditsAvailable: amountText(sumOf(drawnFor(due))), minorUnit });
  const due = mostThat((due) => parseAmount(after(due).total) >= 0n, parseAmount(undrawn.subtotal), minorUnit);
  const beforeTax = drawnFor(due);
  const taxed = after(due);
  const afterTax = chooseDraws(paying('total'), taxed.total);
  const paid = sumOf(afterTax);
  const totals = {
    ...taxed,
    credits: moneyText(parseAmount(taxed.credits) + paid, minorUnit),
    total: moneyText(parseAmount(taxed.total) - paid, minorUnit),
  };
  return { draws: [...beforeTax, ...afterTax], totals };
}

/** The most, in whole minor units from nothing up, that something holds for; it holds for nothing, and for less if for more. */
function mostThat(holds: (amount: Amount) => boolean, most: Amount, minorUnit: number): Amount {
  if (most <= 0n || holds(most)) return most;
  const unit = AMOUNT_ONE / 10n ** BigInt(minorUnit);
  let [low, high] = [0n, most / unit];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (holds(middle * unit)) low = middle;
    else high = middle;
  }
  return low * unit;
}

function sumOf(draws: readonly CreditDraw[]): Amount {
  return draws.reduce((sum, { amount }) => sum + parseAmount(amount), 0n);
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
