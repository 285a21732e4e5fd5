import { type ClickHouse, lateEvents, type Micros } from '../../clickhouse/index.ts';
import type { Database } from '../database/connect.ts';
import { finalPeriods, getInvoice, type InvoiceHead } from '../database/invoices.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { amountText, moneyText, parseAmount, parseQuantity, quantityText } from '../domain/money.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import type { ChargesReader } from './account-charges.ts';
import type { InvoiceLine } from './invoice.types.ts';
import { linesOf } from './invoice-view.ts';
import { readInvoice } from './kept/invoice-content.ts';
import { readVersions } from './kept/invoice-versions.ts';
import type { Pricing } from './pricing.ts';
import { metersAt, pricingThen } from './pricing-then.ts';

interface CorrectionsParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
  meteredThrough: () => Micros;
}

/**
 * What events that arrived after earlier invoices were final change about them: a line for each charge, with the
 * difference to what was charged so far, on the original and on corrections since. Rated with the prices and licenses of
 * that time.
 * @param period the one whose invoice takes the corrections; only earlier ones are looked at
 */
export async function correctionsOf(
  parts: CorrectionsParts,
  pricing: Pricing,
  period: BillingPeriod,
): Promise<InvoiceLine[]> {
  const { database, store } = parts;
  const accountId = pricing.account.id;
  const finals = await finalPeriods(database.queries, accountId);
  const earlier = finals.filter((head) => head.period.to <= period.from);
  const late: InvoiceHead[] = [];
  for (const head of earlier) {
    if ((await lateEvents(store.read, accountId, head.period.to, head.meteredThroughMicros)) > 0) late.push(head);
  }
  if (late.length === 0) return [];
  const issued: { head: InvoiceHead; lines: InvoiceLine[] }[] = [];
  for (const head of finals) {
    const invoice = await getInvoice(database.queries, accountId, head.id);
    if (invoice !== null) issued.push({ head, lines: readInvoice(invoice).lines });
  }
  const lines: InvoiceLine[] = [];
  for (const head of late) {
    const then = await frozenPricing(parts, pricing, head);
    const { rating } = await parts.charges({ pricing: then, period: head.period, through: head.period.to });
    const now = linesOf(rating.charges, head.period.key, parts.registry, true);
    const before = issued.flatMap((invoice) =>
      invoice.lines
        .filter((line) => (invoice.head.id === head.id ? !line.corrects : line.corrects?.invoiceId === head.id))
        .map((line) => ({ ...line, chargeId: line.corrects?.chargeId ?? line.chargeId })),
    );
    lines.push(...differences(head, before, now, period.key, pricing.minorUnit));
  }
  return lines;
}

/** The pricing a final invoice was computed with. */
export async function frozenPricing(
  { database }: Pick<CorrectionsParts, 'database'>,
  pricing: Pricing,
  head: InvoiceHead,
): Promise<Pricing> {
  const { currency, timeZone, minorUnit } = head;
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
  head: InvoiceHead,
  before: readonly InvoiceLine[],
  now: readonly InvoiceLine[],
  periodKey: string,
  minorUnit: number,
): InvoiceLine[] {
  const ids = [...new Set([...before, ...now].map(({ chargeId }) => chargeId))].sort();
  return ids.flatMap((chargeId): InvoiceLine[] => {
    const old = before.filter((line) => line.chargeId === chargeId);
    const current = now.filter((line) => line.chargeId === chargeId);
    const change = (of: (line: InvoiceLine) => bigint) => sum(current, of) - sum(old, of);
    const amount = change((line) => parseAmount(line.amount));
    const exact = change((line) => parseAmount(line.amountExact));
    const like = current[0] ?? old[0];
    if (like === undefined || (amount === 0n && exact === 0n)) return [];
    return [
      {
        ...like,
        chargeId: `${chargeId}-in-${periodKey}`,
        description: `Correction of ${head.number}: ${like.description.replace(/^Correction of \S+: /, '')}`,
        quantity: quantityText(change((line) => parseQuantity(line.quantity))),
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
      },
    ];
  });
}

function sum(lines: readonly InvoiceLine[], of: (line: InvoiceLine) => bigint): bigint {
  return lines.reduce((total, line) => total + of(line), 0n);
}
