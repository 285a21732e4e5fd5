import { type ClickHouse, lateEvents, type Micros } from '../../clickhouse/index.ts';
import type { Database } from '../database/connect.ts';
import { finalPeriods, getInvoice, type InvoiceHead } from '../database/invoices.ts';
import { licensesAtVersions } from '../database/licenses.ts';
import { metersAtVersions } from '../database/meters.ts';
import { rateCardVersionsOf } from '../database/rate-cards.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import { amountText, moneyText, parseAmount, parseQuantity, quantityText } from '../domain/money.ts';
import { compileMeter } from '../metering/extract.ts';
import type { MeterRegistry, RegisteredMeter } from '../metering/registry.ts';
import type { ChargesReader } from './account-charges.ts';
import type { InvoiceLine, InvoiceView } from './invoice.types.ts';
import { linesOf } from './invoice-view.ts';
import type { Pricing } from './pricing.ts';

/** What a final invoice was computed with; kept beside it, so that it can be computed again for late events. */
export interface FrozenVersions {
  rateCard: { key: string; discountPercent: string; versions: number[] } | null;
  licenses: { id: string; version: number }[];
  meters: { key: string; version: number }[];
}

interface CorrectionsParts {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
  meteredThrough: () => Micros;
}

/** The versions to freeze with an invoice of this pricing. */
export function frozenVersions(pricing: Pricing, registry: MeterRegistry): FrozenVersions {
  const { rateCard, licenses } = pricing;
  return {
    rateCard: rateCard && {
      key: rateCard.key,
      discountPercent: rateCard.discountPercent,
      versions: rateCard.versions.map(({ version }) => version),
    },
    licenses: licenses.map(({ id, version }) => ({ id, version })),
    meters: registry.currentMeters().map(({ key, version }) => ({ key, version })),
  };
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
    if (invoice !== null) issued.push({ head, lines: (JSON.parse(invoice.content) as InvoiceView).lines });
  }
  const lines: InvoiceLine[] = [];
  for (const head of late) {
    const then = await frozenPricing(parts, pricing, head);
    const { rating } = await parts.charges({ pricing: then, period: head.period, through: head.period.to });
    const now = linesOf(rating.charges, head.period, parts.registry, true);
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
  { database }: CorrectionsParts,
  pricing: Pricing,
  head: InvoiceHead,
): Promise<Pricing> {
  const frozen = head.versions as unknown as FrozenVersions;
  const { rateCard } = frozen;
  const versions = rateCard === null ? [] : await rateCardVersionsOf(database.queries, rateCard.key);
  return {
    ...pricing,
    rateCard: rateCard && {
      key: rateCard.key,
      discountPercent: rateCard.discountPercent,
      versions: versions.filter(({ version }) => rateCard.versions.includes(version)),
    },
    licenses: await licensesAtVersions(database.queries, pricing.account.id, frozen.licenses),
  };
}

/** The meters a final invoice was computed with, also where their definition changed since. */
export async function frozenMeters(
  { database }: Pick<CorrectionsParts, 'database'>,
  head: InvoiceHead,
): Promise<RegisteredMeter[]> {
  const { meters } = head.versions as unknown as FrozenVersions;
  const definitions = await metersAtVersions(database.queries, meters);
  return definitions.map((meter) => ({ ...compileMeter(meter), state: 'current' }));
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
