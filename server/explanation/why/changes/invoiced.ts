import type { InvoiceLine, InvoiceView } from '../../../billing/invoice.types.ts';
import { taxedAmounts } from '../../../billing/invoices/invoice-view.ts';
import type { CreditDraw, OpenGrant } from '../../../domain/invoice/credits.ts';
import { payInvoice, type TaxedAmount } from '../../../domain/invoice/invoice-totals.ts';
import { type Amount, moneyText, parseAmount, roundToMinorUnit } from '../../../domain/money.ts';
import { chargeKey } from '../../../domain/pricing/charge-line.ts';
import type { SpanTerms } from './terms/span-terms.ts';

/** What an invoice adds to its charges: corrections of earlier ones, credits, tax. */
export interface Invoiced {
  corrections: {
    chargeId: string;
    description: string;
    lineValues: Record<string, string>;
    /** The price of what it corrects. */
    priceKey: string;
    /** What that is. */
    corrects: NonNullable<InvoiceLine['corrects']>;
    amount: Amount;
    /** Whether it stands, with its invoice. */
    isFinal: boolean;
  }[];
  /** By grant; above zero. */
  credits: { grantId: string; reason: string; amount: Amount }[];
  tax: Amount;
}

/** What stands on an invoice beside its charges. */
export function invoicedOn(view: InvoiceView): Invoiced {
  return { corrections: correctionsOn(view), credits: creditsOf(view.creditDraws), tax: parseAmount(view.tax) };
}

/**
 * The same for a part of the period: as if so much had been charged, each charge rounded once, with the corrections that stand on
 * the invoice and no more credits than it drew.
 */
export function invoicedFor(view: InvoiceView, { uses, bases }: SpanTerms): Invoiced {
  const { minorUnit, taxPercent } = view;
  const exact = new Map<string, Amount>();
  for (const { line, amount } of [...uses, ...bases]) {
    const key = chargeKey(line);
    exact.set(key, (exact.get(key) ?? 0n) + amount);
  }
  const charges = [...exact.values()].map((amount): TaxedAmount => {
    return { taxPercent, amount: moneyText(roundToMinorUnit(amount, minorUnit), minorUnit) };
  });
  const corrected = view.lines.filter(({ corrects }) => corrects !== undefined);
  const amounts = [...charges, ...corrected.flatMap((line) => taxedAmounts(line, taxPercent))];
  const grants = view.creditDraws.map(({ grantId: id, reason, amount: balance, pays }): OpenGrant => {
    return { id, reason, balance, pays: pays ?? 'charges' };
  });
  const { draws, totals } = payInvoice(grants, amounts, minorUnit);
  return { corrections: correctionsOn(view), credits: creditsOf(draws), tax: parseAmount(totals.tax) };
}

/** Only its corrections of which this holds: credits and tax are of no charge. */
export function correctionsAmong(
  { corrections }: Invoiced,
  isWanted: (correction: Invoiced['corrections'][number]) => boolean,
): Invoiced {
  return { corrections: corrections.filter(isWanted), credits: [], tax: 0n };
}

/** What it comes to: added to the charges of the same time, exactly. */
export function amountOfInvoiced({ corrections, credits, tax }: Invoiced): Amount {
  const sum = (all: readonly { amount: Amount }[]) => all.reduce((total, { amount }) => total + amount, 0n);
  return sum(corrections) - sum(credits) + tax;
}

function correctionsOn({ lines, state }: InvoiceView): Invoiced['corrections'] {
  const isFinal = state === 'final';
  return lines.flatMap(({ chargeId, description, priceKey, lineValues, amountExact, corrects }) =>
    corrects === undefined
      ? []
      : [{ chargeId, description, priceKey, lineValues, corrects, amount: parseAmount(amountExact), isFinal }],
  );
}

function creditsOf(draws: readonly CreditDraw[]): Invoiced['credits'] {
  return draws.map(({ grantId, reason, amount }) => ({ grantId, reason, amount: parseAmount(amount) }));
}
