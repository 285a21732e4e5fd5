import { type ClickHouse, lateEvents } from '../../clickhouse/index.ts';
import { amendedSince } from '../database/amendments.ts';
import type { Database } from '../database/connect.ts';
import { getInvoice, type InvoiceHead } from '../database/invoices.ts';
import type { TaxedAmount } from '../domain/invoice-totals.ts';
import { amountText, moneyText, parseAmount, parseQuantity, quantityText } from '../domain/money.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import type { ChargesReader } from './account-charges.ts';
import type { InvoiceLine } from './invoice.types.ts';
import { linesOf, taxedAmounts } from './invoice-view.ts';
import { type IssuedInvoice, readInvoice } from './kept/invoice-content.ts';
import { readVersions } from './kept/invoice-versions.ts';
import type { Pricing } from './pricing.ts';
import { metersAt, pricingThen } from './pricing-then.ts';

interface CorrectionsParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
}

/**
 * What final invoices do not tell yet of their periods: what events that arrived since, or amendments, change about them. A
 * line for each charge, with the difference to what was charged so far, on the original and on corrections since. Rated with
 * what the invoice was rated with, unless that was amended: then with what the period rests on now.
 * @param finals every final invoice of the account
 * @param corrected those of them whose corrections are wanted
 * @param periodKey of the period on whose invoice they stand
 */
export async function correctionsOf(
  parts: CorrectionsParts,
  pricing: Pricing,
  finals: readonly InvoiceHead[],
  corrected: readonly InvoiceHead[],
  periodKey: string,
): Promise<InvoiceLine[]> {
  const { database, store } = parts;
  const accountId = pricing.account.id;
  const changed: { head: InvoiceHead; amended: string | null }[] = [];
  for (const head of corrected) {
    const amended = await amendedSince(database.queries, accountId, head);
    const late = await lateEvents(store.read, accountId, head.period.to, head.meteredThroughMicros);
    if (late > 0 || amended !== null) changed.push({ head, amended });
  }
  if (changed.length === 0) return [];
  const issued: Issued[] = [];
  for (const head of finals) {
    const invoice = await getInvoice(database.queries, accountId, head.id);
    if (invoice !== null) issued.push({ head, view: readInvoice(invoice) });
  }
  const lines: InvoiceLine[] = [];
  for (const { head, amended } of changed) {
    const original = issued.find((each) => each.head.id === head.id)?.view;
    if (original === undefined) continue;
    const frozen = amended === null ? await frozenPricing(parts, pricing, head) : pricing;
    const then = { ...frozen, minorUnit: original.minorUnit };
    const { rating } = await parts.charges({ pricing: then, period: head.period, through: head.period.to });
    const now = linesOf(rating.charges, { pricing: then, period: head.period }, parts.registry, true);
    lines.push(...differences({ head, original, amended }, chargedSoFar(head, issued), now, periodKey));
  }
  return lines;
}

/** A final invoice with its content. */
interface Issued {
  head: InvoiceHead;
  view: IssuedInvoice;
}

/** Every line of a final invoice, and of corrections of it, under the charge's own id. */
function chargedSoFar(head: InvoiceHead, issued: readonly Issued[]): InvoiceLine[] {
  return issued.flatMap(({ head: each, view }) =>
    view.lines
      .filter((line) => (each.id === head.id ? !line.corrects : line.corrects?.invoiceId === head.id))
      .map((line) => ({
        ...line,
        chargeId: line.corrects?.chargeId ?? line.chargeId,
        taxed: taxedAmounts(line, view.taxPercent),
      })),
  );
}

/** The pricing a final invoice was computed with. */
export async function frozenPricing(
  { database }: Pick<CorrectionsParts, 'database'>,
  pricing: Pricing,
  head: InvoiceHead,
): Promise<Pricing> {
  const { currency, minorUnit } = head;
  const { timeZone } = head.period;
  const account = { ...pricing.account, currency, timeZone };
  return pricingThen(database.queries, account, { ...readVersions(head.versions), minorUnit });
}

/** The meters a final invoice was computed with, also where their definition changed since. */
export function frozenMeters(
  { database }: Pick<CorrectionsParts, 'database'>,
  head: InvoiceHead,
): Promise<RegisteredMeter[]> {
  return metersAt(database.queries, readVersions(head.versions).meters);
}

function differences(
  { head, original, amended }: { head: InvoiceHead; original: IssuedInvoice; amended: string | null },
  before: readonly InvoiceLine[],
  now: readonly InvoiceLine[],
  periodKey: string,
): InvoiceLine[] {
  const { minorUnit, taxPercent } = original;
  const ids = [...new Set([...before, ...now].map(({ chargeId }) => chargeId))].sort();
  return ids.flatMap((chargeId): InvoiceLine[] => {
    const old = before.filter((line) => line.chargeId === chargeId);
    const current = now.filter((line) => line.chargeId === chargeId);
    const change = (of: (line: InvoiceLine) => bigint) => sum(current, of) - sum(old, of);
    const amount = change((line) => parseAmount(line.amount));
    const exact = change((line) => parseAmount(line.amountExact));
    const quantity = change((line) => parseQuantity(line.quantity));
    const like = current[0] ?? old[0];
    if (like === undefined || (amount === 0n && exact === 0n && quantity === 0n)) return [];
    return [
      {
        ...like,
        chargeId: `${chargeId}-in-${periodKey}`,
        description: `Correction of ${head.number}: ${like.description.replace(/^Correction of \S+: /, '')}`,
        quantity: quantityText(quantity),
        amountExact: amountText(exact),
        amount: moneyText(amount, minorUnit),
        estimated: true,
        steps: [
          {
            name: 'now',
            amount: moneyText(
              sum(current, (line) => parseAmount(line.amount)),
              minorUnit,
            ),
          },
          { name: 'charged before', amount: moneyText(-sum(old, (line) => parseAmount(line.amount)), minorUnit) },
        ],
        corrects: { invoiceId: head.id, number: head.number, chargeId },
        ...(amended === null ? {} : { amended }),
        taxed: taxedChange(old, current, taxPercent, minorUnit),
      },
    ];
  });
}

/** What of a correction is taxed at which rate: at those its original was taxed at, as far as they go. */
function taxedChange(
  old: readonly InvoiceLine[],
  current: readonly InvoiceLine[],
  taxPercent: string,
  minorUnit: number,
): TaxedAmount[] {
  const byRate = new Map<string, bigint>();
  const add = (lines: readonly InvoiceLine[], sign: bigint) => {
    for (const part of lines.flatMap((line) => taxedAmounts(line, taxPercent))) {
      byRate.set(part.taxPercent, (byRate.get(part.taxPercent) ?? 0n) + sign * parseAmount(part.amount));
    }
  };
  add(current, 1n);
  add(old, -1n);
  return [...byRate].map(([rate, amount]) => ({ taxPercent: rate, amount: moneyText(amount, minorUnit) }));
}

function sum(lines: readonly InvoiceLine[], of: (line: InvoiceLine) => bigint): bigint {
  return lines.reduce((total, line) => total + of(line), 0n);
}
