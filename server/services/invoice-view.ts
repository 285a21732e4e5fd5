import type { Micros } from '../../clickhouse/index.ts';
import type { Account } from '../database/accounts.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { chooseDraws, type OpenGrant } from '../domain/credits.ts';
import { invoiceTotals } from '../domain/invoice-totals.ts';
import { addQuantities } from '../domain/quantity.ts';
import type { RatedCharge } from '../domain/rating/rating.types.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import { meterIn } from '../metering/stretches.ts';
import { chargeIdOf } from './charge-line.ts';
import type { InvoiceLine, InvoiceState, InvoiceView, UnpricedUsage } from './invoice.types.ts';

/** What an invoice is put together from. */
export interface InvoiceMaterial {
  account: Account;
  minorUnit: number;
  period: BillingPeriod;
  state: Exclude<InvoiceState, 'void'>;
  meteredThrough: Micros;
  lines: InvoiceLine[];
  unpriced: UnpricedUsage[];
  /** Grants that could be drawn, in their order. */
  grants: readonly OpenGrant[];
}

/** The lines of rated charges; a charge of nothing that only exists because it could be due is left out. */
export function linesOf(
  charges: readonly RatedCharge[],
  period: BillingPeriod,
  registry: MeterRegistry,
  estimated: boolean,
): InvoiceLine[] {
  const unitOf = (key: string) => {
    const meter = registry.current(key);
    return meter === undefined ? '' : meterIn(meter, { from: period.from, to: period.to }).unit;
  };
  return charges
    .map((charge) => ({
      chargeId: chargeIdOf(period.key, charge.priceKey, charge.lineValues),
      description: charge.price.description,
      priceKey: charge.priceKey,
      lineValues: { ...charge.lineValues },
      quantity: charge.quantity,
      unit: unitOf(charge.price.meter),
      amountExact: charge.amountExact,
      amount: charge.amount,
      estimated,
      steps: charge.steps,
    }))
    .filter(({ quantity, amount }) => quantity !== '0' || !/^-?0(\.0+)?$/.test(amount));
}

/** Lines, credits, tax and total in one object: what every surface shows. */
export function invoiceView(material: InvoiceMaterial): Omit<InvoiceView, 'id'> & { number: null } {
  const { account, period, lines, minorUnit } = material;
  const lineAmounts = lines.map(({ amount }) => amount);
  const { draws, totals } = totalsOf(material, lineAmounts);
  return {
    accountId: account.id,
    accountName: account.name,
    number: null,
    state: material.state,
    period: { key: period.key, from: toRfc3339(period.from), to: toRfc3339(period.to), timeZone: account.timeZone },
    currency: account.currency,
    minorUnit,
    meteredThrough: toRfc3339(material.meteredThrough),
    lines,
    unpriced: material.unpriced,
    subtotal: totals.subtotal,
    creditDraws: draws,
    credits: totals.credits,
    taxPercent: account.taxPercent,
    tax: totals.tax,
    total: totals.total,
  };
}

/** Totals of rounded line amounts, with what credits pay of them. */
export function totalsOf(
  { account, grants, minorUnit }: Pick<InvoiceMaterial, 'account' | 'grants' | 'minorUnit'>,
  lineAmounts: readonly string[],
) {
  const draws = chooseDraws(grants, addQuantities(lineAmounts));
  const creditsAvailable = addQuantities(draws.map(({ amount }) => amount));
  return { draws, totals: invoiceTotals({ lineAmounts, creditsAvailable, taxPercent: account.taxPercent, minorUnit }) };
}
