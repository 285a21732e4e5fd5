import type { Micros } from '../../domain/instant.ts';
import { payInvoice, type TaxedAmount } from '../../domain/invoice/invoice-totals.ts';
import { parseAmount } from '../../domain/money.ts';
import type { AccountRater } from '../../domain/rating/account-rater.ts';
import { FORECAST_METHOD, type Forecast, forecastUsage } from '../../domain/rating/forecast.ts';
import type { ChargeUsage } from '../../domain/rating/rating.types.ts';
import type { AccountCharges } from '../account-charges.ts';
import type { Projection } from '../invoice.types.ts';
import { amountsOf, type InvoiceMaterial, taxedAmounts } from './invoice-view.ts';

/** Totals at the period's end: what may still come is rated by the same engine, which goes on where what is metered ends. */
export function project(
  { rater, usage, days }: AccountCharges,
  material: InvoiceMaterial,
  through: Micros,
): Projection {
  const { from, to } = material.period;
  const forecast = forecastUsage(usage.charges, { from, to, through, days });
  const { low, expected, high } = chargesOf(rater, forecast);
  const { taxPercent, grants, minorUnit } = material;
  const totalOf = (amounts: readonly TaxedAmount[]) => payInvoice(grants, amounts, minorUnit).totals.total;
  // Corrections of earlier periods stand whatever is still to come.
  const corrections = material.lines.filter(({ corrects }) => corrects !== undefined);
  const corrected = corrections.flatMap((line) => taxedAmounts(line, taxPercent));
  const total = (amounts: readonly string[]) =>
    totalOf([...amounts.map((amount) => ({ taxPercent, amount })), ...corrected]);
  const soFar = totalOf(amountsOf(material));
  return {
    // What is charged already is not taken back, whatever prices that begin later say.
    low: parseAmount(total(low)) < parseAmount(soFar) ? soFar : total(low),
    expected: total(expected),
    high: total(high),
    method: FORECAST_METHOD,
  };
}

/** The charges' amounts in each case. */
function chargesOf(rater: AccountRater, { goingOn, ...cases }: Forecast): Record<keyof typeof cases, string[]> {
  const goOn = (from: AccountRater, charges: readonly ChargeUsage[]) => {
    const fork = from.fork();
    fork.rate(charges);
    return fork;
  };
  if (rater.sharesPools(goingOn, cases.high)) {
    const amounts = (counted: readonly ChargeUsage[]) => goOn(rater, [...goingOn, ...counted]).amounts();
    return { low: amounts(cases.low), expected: amounts(cases.expected), high: amounts(cases.high) };
  }
  // What runs on is the same in every case: it is rated once.
  const on = goOn(rater, goingOn);
  const amounts = (counted: readonly ChargeUsage[]) => goOn(on, counted).amounts();
  return { low: amounts(cases.low), expected: amounts(cases.expected), high: amounts(cases.high) };
}
