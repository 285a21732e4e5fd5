import type { Micros } from '../../clickhouse/index.ts';
import { FORECAST_METHOD, type Forecast, forecastUsage } from '../domain/forecast.ts';
import { parseAmount } from '../domain/money.ts';
import type { AccountRater } from '../domain/rating/account-rater.ts';
import type { ChargeUsage } from '../domain/rating/rating.types.ts';
import type { AccountCharges } from './account-charges.ts';
import type { Projection } from './invoice.types.ts';
import { type InvoiceMaterial, totalsOf } from './invoice-view.ts';

/** Totals at the period's end: what may still come is rated by the same engine, which goes on where what is metered ends. */
export function project(
  { rater, usage, days }: AccountCharges,
  material: InvoiceMaterial,
  through: Micros,
): Projection {
  const { from, to } = material.period;
  const forecast = forecastUsage(usage.charges, { from, to, through, days });
  const { low, expected, high } = amountsOf(rater, forecast);
  const total = (amounts: readonly string[]) => totalsOf(material, amounts).totals.total;
  const soFar = totalsOf(
    material,
    material.lines.map(({ amount }) => amount),
  ).totals.total;
  return {
    // What is charged already is not taken back, whatever prices that begin later say.
    low: parseAmount(total(low)) < parseAmount(soFar) ? soFar : total(low),
    expected: total(expected),
    high: total(high),
    method: FORECAST_METHOD,
  };
}

/** The charges' amounts in each case. */
function amountsOf(rater: AccountRater, { running, ...cases }: Forecast): Record<keyof typeof cases, string[]> {
  const goOn = (from: AccountRater, charges: readonly ChargeUsage[]) => {
    const fork = from.fork();
    fork.rate(charges);
    return fork;
  };
  if (rater.sharesPools(running, cases.high)) {
    const amounts = (counted: readonly ChargeUsage[]) => goOn(rater, [...running, ...counted]).amounts();
    return { low: amounts(cases.low), expected: amounts(cases.expected), high: amounts(cases.high) };
  }
  // What runs on is the same in every case: it is rated once.
  const on = goOn(rater, running);
  const amounts = (counted: readonly ChargeUsage[]) => goOn(on, counted).amounts();
  return { low: amounts(cases.low), expected: amounts(cases.expected), high: amounts(cases.high) };
}
