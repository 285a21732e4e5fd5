import { type ClickHouse, lateEvents } from '../../../clickhouse/index.ts';
import { type Amendment, amendmentsSince } from '../../database/accounts/amendments.ts';
import type { Database } from '../../database/database.types.ts';
import { getInvoice, type InvoiceHead, pricesWithLines } from '../../database/invoices/invoices.ts';
import type { TaxedAmount } from '../../domain/invoice/invoice-totals.ts';
import { amountText, moneyText, parseAmount, parseQuantity, quantityText } from '../../domain/money.ts';
import type { Price } from '../../domain/pricing/price.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { MeterRegistry, RegisteredMeter } from '../../metering/registry.ts';
import type { ChargesReader } from '../account-charges.ts';
import type { InvoiceLine, UnpricedUsage } from '../invoice.types.ts';
import { type IssuedInvoice, readInvoice } from '../kept/invoice-content.ts';
import { readVersions } from '../kept/invoice-versions.ts';
import { metersAt, pricingThen } from '../kept/pricing-then.ts';
import { isThere, type Pricing, pricesOf, rulingsIn } from '../pricing.ts';
import { linesOf, taxedAmounts } from './invoice-view.ts';

interface CorrectionsDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
}

/** What stands on an invoice about others. */
export interface Corrections {
  lines: InvoiceLine[];
  /** By how much what no price takes of their periods is more, or less, than was told. */
  unpriced: UnpricedUsage[];
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
  deps: CorrectionsDeps,
  pricing: Pricing,
  finals: readonly InvoiceHead[],
  corrected: readonly InvoiceHead[],
  periodKey: string,
): Promise<Corrections> {
  const { database, store } = deps;
  const accountId = pricing.account.id;
  const changed: { head: InvoiceHead; amendments: Amendment[] }[] = [];
  for (const head of corrected) {
    const amendments = await amendmentsSince(database.queries, accountId, head);
    const late = await lateEvents(store.read, accountId, head.period.to, head.meteredThroughMicros);
    if (late > 0 || amendments.length > 0) changed.push({ head, amendments });
  }
  if (changed.length === 0) return { lines: [], unpriced: [] };
  const issued: Issued[] = [];
  for (const head of finals) {
    const invoice = await getInvoice(database.queries, accountId, head.id);
    if (invoice !== null) issued.push({ head, view: readInvoice(invoice) });
  }
  const corrections: Corrections = { lines: [], unpriced: [] };
  for (const { head, amendments } of changed) {
    const original = issued.find((each) => each.head.id === head.id)?.view;
    if (original === undefined) continue;
    const then = { ...(await frozenPricing(deps, pricing, head)), minorUnit: original.minorUnit };
    const asIssued = await rated(deps, then, head, original.taxPercent);
    // A meter has its history itself; what else was amended is read as it is now.
    const isOnNewTerms = amendments.some(({ meter }) => meter === null);
    const terms = { ...pricing, minorUnit: original.minorUnit };
    const taxPercent = rulingsIn(terms, head.period).at(-1)?.taxPercent ?? original.taxPercent;
    const now = isOnNewTerms ? await rated(deps, terms, head, taxPercent) : asIssued;
    const amended = reasonsOf(amendments, asIssued.lines, now.lines, [...pricesOf(terms), ...pricesOf(then)]);
    // Rounded as it was then; written with the decimals of the invoice it stands on, where those are more.
    const decimals = Math.max(original.minorUnit, pricing.minorUnit);
    const carrying = { periodKey, decimals };
    corrections.lines.push(...differences({ head, amended }, chargedSoFar(head, issued), now.lines, carrying));
    corrections.unpriced.push(...unpricedSince(head, issued, now.unpriced));
  }
  return corrections;
}

/** A line that says at which rates it is taxed. */
type TaxedLine = InvoiceLine & { taxed: TaxedAmount[] };

/** What a final invoice's period comes to with such prices, all that is known of it now. */
async function rated(deps: CorrectionsDeps, pricing: Pricing, { period }: InvoiceHead, taxPercent: string) {
  const charges = await deps.charges({ pricing, period, through: period.to });
  const lines = linesOf(charges.rating.charges, { pricing, period }, deps.registry, true);
  const taxedLines = lines.map((line): TaxedLine => ({ ...line, taxed: taxedAmounts(line, taxPercent) }));
  return { lines: taxedLines, unpriced: charges.unpriced };
}

/** Why a charge was amended, where it was: it comes to something else by the terms of now, or its meter says something else. */
function reasonsOf(
  amendments: readonly Amendment[],
  asIssued: readonly TaxedLine[],
  now: readonly TaxedLine[],
  prices: readonly Price[],
): (line: InvoiceLine) => string | null {
  const said = (lines: readonly TaxedLine[], id: string) =>
    canonicalJson(lines.flatMap((line) => (line.chargeId === id ? [line.quantity, line.amountExact, line.taxed] : [])));
  return ({ chargeId, priceKey }) => {
    const isOnNewTerms = said(asIssued, chargeId) !== said(now, chargeId);
    const meter = prices.find(({ key }) => key === priceKey)?.meter;
    const reasons = amendments.filter((each) => (each.meter === null ? isOnNewTerms : each.meter === meter));
    return reasons.length === 0 ? null : [...new Set(reasons.map(({ reason }) => reason))].join('; ');
  };
}

/** A final invoice with its content. */
interface Issued {
  head: InvoiceHead;
  view: IssuedInvoice;
}

/** Every line of a final invoice, and of corrections of it, under the charge's own id. */
function chargedSoFar(head: InvoiceHead, issued: readonly Issued[]): TaxedLine[] {
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

/** By how much what no price takes of a final invoice's period differs from what was told of it, there and since. */
function unpricedSince(head: InvoiceHead, issued: readonly Issued[], now: readonly UnpricedUsage[]): UnpricedUsage[] {
  const told = issued.flatMap(({ head: each, view }) =>
    view.unpriced.filter(({ corrects }) => (each.id === head.id ? !corrects : corrects?.invoiceId === head.id)),
  );
  const changes = new Map<string, { like: UnpricedUsage; quantity: bigint }>();
  const add = (usage: UnpricedUsage, sign: bigint) => {
    const key = canonicalJson([usage.meter, usage.dimensions]);
    const quantity = (changes.get(key)?.quantity ?? 0n) + sign * parseQuantity(usage.quantity);
    changes.set(key, { like: changes.get(key)?.like ?? usage, quantity });
  };
  for (const usage of now) add(usage, 1n);
  for (const usage of told) add(usage, -1n);
  return [...changes.values()]
    .filter(({ quantity }) => quantity !== 0n)
    .map(({ like, quantity }) => ({
      ...like,
      description: correctionOf(head, like.description),
      quantity: quantityText(quantity),
      corrects: { invoiceId: head.id, number: head.number },
    }));
}

function correctionOf({ number }: InvoiceHead, description: string): string {
  return `Correction of ${number}: ${description.replace(/^Correction of \S+: /, '')}`;
}

/** The pricing a final invoice was computed with. */
export async function frozenPricing(
  { database }: Pick<CorrectionsDeps, 'database'>,
  pricing: Pricing,
  head: InvoiceHead,
): Promise<Pricing> {
  const { currency, minorUnit } = head;
  const { timeZone } = head.period;
  const account = { ...pricing.account, currency, timeZone };
  const then = await pricingThen(database.queries, account, { ...readVersions(head.versions), minorUnit });
  return isThere(account, head.period) ? then : asCharged(then, await pricesWithLines(database.queries, head.id));
}

/**
 * Earlier versions charged what is due without usage also for months before the account was there, and what is issued stands:
 * so much of it is due, and no more, as the invoice has lines of.
 */
function asCharged({ rulings, ...then }: Pricing, charged: ReadonlySet<string>): Pricing {
  const { createdAt: _, ...account } = then.account;
  const dueOnlyIfCharged = ({ flatAtZero = false, ...price }: Price): Price =>
    flatAtZero && charged.has(price.key) ? { ...price, flatAtZero } : price;
  return {
    ...then,
    account,
    rulings: rulings.map((ruling) => ({ ...ruling, prices: ruling.prices.map(dueOnlyIfCharged) })),
  };
}

/** The meters a final invoice was computed with, also where their definition changed since. */
export function frozenMeters(
  { database }: Pick<CorrectionsDeps, 'database'>,
  head: InvoiceHead,
): Promise<RegisteredMeter[]> {
  return metersAt(database.queries, readVersions(head.versions).meters);
}

function differences(
  { head, amended }: { head: InvoiceHead; amended: (line: InvoiceLine) => string | null },
  before: readonly TaxedLine[],
  now: readonly TaxedLine[],
  { periodKey, decimals }: { periodKey: string; decimals: number },
): InvoiceLine[] {
  const ids = [...new Set([...before, ...now].map(({ chargeId }) => chargeId))].sort();
  return ids.flatMap((chargeId): InvoiceLine[] => {
    const old = before.filter((line) => line.chargeId === chargeId);
    const current = now.filter((line) => line.chargeId === chargeId);
    const change = (of: (line: InvoiceLine) => bigint) => sum(current, of) - sum(old, of);
    const amount = change((line) => parseAmount(line.amount));
    const exact = change((line) => parseAmount(line.amountExact));
    const quantity = change((line) => parseQuantity(line.quantity));
    const taxed = taxedChange(old, current, decimals);
    const like = current[0] ?? old[0];
    if (like === undefined || (amount === 0n && exact === 0n && quantity === 0n && isUntaxed(taxed))) return [];
    const reason = amended(like);
    const comesTo = (lines: readonly InvoiceLine[]) => sum(lines, (line) => parseAmount(line.amount));
    return [
      {
        ...like,
        chargeId: `${chargeId}-in-${periodKey}`,
        description: correctionOf(head, like.description),
        quantity: quantityText(quantity),
        amountExact: amountText(exact),
        amount: moneyText(amount, decimals),
        estimated: true,
        steps: [
          { name: 'now', amount: moneyText(comesTo(current), decimals) },
          { name: 'charged before', amount: moneyText(-comesTo(old), decimals) },
        ],
        corrects: { invoiceId: head.id, number: head.number, chargeId },
        ...(reason === null ? {} : { amended: reason }),
        taxed,
      },
    ];
  });
}

/** What of a correction is taxed at which rate: what is taken back at the rates it was taxed at. */
function taxedChange(old: readonly TaxedLine[], current: readonly TaxedLine[], decimals: number): TaxedAmount[] {
  const byRate = new Map<string, { taxPercent: string; amount: bigint }>();
  const add = (lines: readonly TaxedLine[], sign: bigint) => {
    for (const { taxPercent, amount } of lines.flatMap(({ taxed }) => taxed)) {
      const rate = String(parseAmount(taxPercent));
      const known = byRate.get(rate) ?? { taxPercent, amount: 0n };
      byRate.set(rate, { ...known, amount: known.amount + sign * parseAmount(amount) });
    }
  };
  add(current, 1n);
  add(old, -1n);
  return [...byRate.values()].map(({ taxPercent, amount }) => ({ taxPercent, amount: moneyText(amount, decimals) }));
}

/** Whether nothing is taxed otherwise than it was. */
function isUntaxed(taxed: readonly TaxedAmount[]): boolean {
  return taxed.every(({ amount }) => parseAmount(amount) === 0n);
}

function sum(lines: readonly InvoiceLine[], of: (line: InvoiceLine) => bigint): bigint {
  return lines.reduce((total, line) => total + of(line), 0n);
}
