import type { Account } from '../../database/accounts/accounts.ts';
import type { PeriodInRow } from '../../domain/billing-period.ts';
import type { Micros } from '../../domain/instant.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import type { OpenGrant } from '../../domain/invoice/credits.ts';
import type { InvoiceState } from '../../domain/invoice/invoice-state.ts';
import { payInvoice, type TaxedAmount } from '../../domain/invoice/invoice-totals.ts';
import { type Amount, moneyText, parseAmount, roundToMinorUnit } from '../../domain/money.ts';
import type { RatedCharge } from '../../domain/rating/rating.types.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import { meterIn } from '../../metering/stretches.ts';
import { chargeIdOf } from '../charge-id.ts';
import type { InvoiceLine, InvoiceView, UnpricedUsage } from '../invoice.types.ts';
import { type Pricing, rulingsIn } from '../pricing.ts';

/** What an invoice is put together from. */
export interface InvoiceMaterial {
  account: Account;
  minorUnit: number;
  period: PeriodInRow;
  state: Exclude<InvoiceState, 'void'>;
  meteredThrough: Micros;
  lines: InvoiceLine[];
  unpriced: UnpricedUsage[];
  /** The rate at the end of the period: of lines that do not say otherwise. */
  taxPercent: string;
  /** What could be drawn, in its order. */
  grants: readonly OpenGrant[];
}

/** The lines of rated charges; a charge of nothing that only exists because it could be due is left out. */
export function linesOf(
  charges: readonly RatedCharge[],
  { pricing, period }: { pricing: Pricing; period: { key: string; from: number; to: number } },
  registry: MeterRegistry,
  estimated: boolean,
): InvoiceLine[] {
  const unitOf = (key: string) => {
    const meter = registry.current(key);
    return meter === undefined ? '' : meterIn(meter, { from: period.from, to: period.to }).unit;
  };
  return charges
    .map((charge) => ({
      chargeId: chargeIdOf(period.key, charge),
      description: charge.price.description,
      priceKey: charge.priceKey,
      lineValues: { ...charge.lineValues },
      quantity: charge.quantity,
      unit: unitOf(charge.price.meter),
      amountExact: charge.amountExact,
      amount: charge.amount,
      estimated,
      steps: charge.steps,
      ...taxedApart(charge, pricing, period),
    }))
    .filter(({ quantity, amount }) => quantity !== '0' || !/^-?0(\.0+)?$/.test(amount));
}

/**
 * What of a charge is taxed at which rate, where the rate changed inside the period: what had been charged when it did, rounded, is
 * taxed as before, the rest of the line as since.
 */
function taxedApart(
  { bySegment, amount }: RatedCharge,
  pricing: Pricing,
  period: { from: number; to: number },
): { taxed?: TaxedAmount[] } {
  const rates = rulingsIn(pricing, period);
  const last = rates.at(-1)?.taxPercent;
  if (last === undefined || rates.every(({ taxPercent }) => taxPercent === last)) return {};
  const rateAt = (at: number) => rates.findLast(({ from }) => from <= at)?.taxPercent ?? last;
  const taxed: TaxedAmount[] = [];
  let exact: Amount = 0n;
  let told: Amount = 0n;
  bySegment.forEach(({ from, amountExact }, i) => {
    exact += parseAmount(amountExact);
    const upTo = i === bySegment.length - 1 ? parseAmount(amount) : roundToMinorUnit(exact, pricing.minorUnit);
    const taxPercent = rateAt(from);
    const before = taxed.at(-1);
    if (before?.taxPercent === taxPercent) {
      before.amount = moneyText(parseAmount(before.amount) + upTo - told, pricing.minorUnit);
    } else taxed.push({ taxPercent, amount: moneyText(upTo - told, pricing.minorUnit) });
    told = upTo;
  });
  return { taxed };
}

/** Lines, credits, tax and total in one object: what every surface shows. */
export function invoiceView(material: InvoiceMaterial): Omit<InvoiceView, 'id'> & { number: null } {
  const { account, period, lines, minorUnit, taxPercent } = material;
  const { draws, totals } = payInvoice(material.grants, amountsOf(material), minorUnit);
  const { key, from, to, timeZone, bridging } = period;
  return {
    accountId: account.id,
    accountName: account.name,
    number: null,
    state: material.state,
    period: {
      key,
      from: toRfc3339(from),
      to: toRfc3339(to),
      timeZone,
      ...(bridging ? { bridging: true as const } : {}),
    },
    currency: account.currency,
    minorUnit,
    meteredThrough: toRfc3339(material.meteredThrough),
    lines,
    unpriced: material.unpriced,
    subtotal: totals.subtotal,
    creditDraws: draws,
    credits: totals.credits,
    taxPercent,
    tax: totals.tax,
    ...(totals.taxes.some((each) => each.taxPercent !== taxPercent) ? { taxes: totals.taxes } : {}),
    total: totals.total,
  };
}

/** What of a line is taxed at which rate. */
export function taxedAmounts({ amount, taxed }: Pick<InvoiceLine, 'amount' | 'taxed'>, taxPercent: string) {
  return taxed ?? [{ taxPercent, amount }];
}

/** What of an invoice is taxed at which rate, line by line. */
export function amountsOf({ lines, taxPercent }: Pick<InvoiceMaterial, 'lines' | 'taxPercent'>): TaxedAmount[] {
  return lines.flatMap((line) => taxedAmounts(line, taxPercent));
}
