import { type ClickHouse, spansWithUsage } from '../../../clickhouse/index.ts';
import type { AccountPeriodRow } from '../../database/accounts/billing-periods.ts';
import type { Database } from '../../database/database.types.ts';
import type { Micros } from '../../domain/instant.ts';
import type { DueInvoice, PayingGrant } from '../../domain/invoice/credit-allotment.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import type { AccountCharges, ChargesReader, PartsWanted } from '../account-charges.ts';
import type { GatheredUsage } from '../charge-gathering.ts';
import { isDueWithoutUsage, type Pricing, rulingsIn } from '../pricing.ts';
import { correctionsOf } from './corrections.ts';
import { amountsOf, type InvoiceMaterial, linesOf } from './invoice-view.ts';
import { carriedBy, type Standing, standingOf, unissuedOf } from './standing.ts';

/** What a period is charged with. */
export interface ChargingDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
  now: () => Date;
}

/** What an invoice is computed from, and as of when: these belong together. What is absent is read now. */
export interface Reading {
  pricing: Pricing;
  /** Every event received up to here is in the usage. */
  meteredThrough: Micros;
  usage?: GatheredUsage;
  /** All that the account has of credits. */
  grants?: readonly PayingGrant[];
  /** It is known that no event of an invoiced period came late, and nothing of one was amended. */
  nothingLate?: boolean;
}

/** An invoice before credits. */
export interface Charged {
  pricing: Pricing;
  period: AccountPeriodRow;
  charges: AccountCharges;
  through: Micros;
  material: Omit<InvoiceMaterial, 'grants'>;
}

/** How finely a period is wanted. */
export interface Wanted {
  /** With what each day came to. */
  byDay?: boolean;
  /** Who is told its charges' parts; see `PartsWanted`. */
  parts?: PartsWanted;
}

/** What the period comes to, before credits. */
export async function charged(
  deps: ChargingDeps,
  read: Reading,
  standing: Standing | null,
  period: AccountPeriodRow,
  { byDay = false, parts }: Wanted = {},
): Promise<Charged> {
  const { pricing, meteredThrough, usage, nothingLate = false } = read;
  const { account } = pricing;
  const through = Math.min(period.to, meteredThrough);
  const isOpen = period.state === 'open';
  // The forecast looks at days.
  const question = { pricing, period, through, byDay, readByDay: byDay || isOpen };
  const given = { ...(usage === undefined ? {} : { usage }), ...(parts === undefined ? {} : { parts }) };
  const charges = await deps.charges({ ...question, ...given });
  const lines = linesOf(charges.rating.charges, { pricing, period }, deps.registry, true);
  const unpriced = [...charges.unpriced];
  if (!nothingLate) {
    const where = standing ?? (await standingOf(deps.database.queries, account, deps.now()));
    const corrections = await correctionsOf(deps, pricing, where.finals, carriedBy(where, period), period.key);
    lines.push(...corrections.lines);
    unpriced.push(...corrections.unpriced);
  }
  return {
    ...{ pricing, period, charges, through },
    material: {
      ...{ account, minorUnit: pricing.minorUnit, period, meteredThrough, lines, unpriced },
      state: isOpen ? 'projected' : 'draft',
      taxPercent: rulingsIn(pricing, period).at(-1)?.taxPercent ?? account.taxPercent,
    },
  };
}

/**
 * Unissued periods before an instant with anything to tell: usage, something due without any, or corrections that may stand on
 * them.
 */
export async function periodsToTell(
  store: ClickHouse,
  pricing: Pricing,
  standing: Standing,
  before: Micros,
): Promise<AccountPeriodRow[]> {
  const { account } = pricing;
  const unissued = unissuedOf(standing).filter(({ from }) => from < before);
  const [first, last] = [unissued[0], unissued.at(-1)];
  if (first === undefined || last === undefined) return [];
  const within = standing.periods.filter(({ from, to }) => from >= first.from && to <= last.to);
  const used = new Set(
    (await spansWithUsage(store.read, account.id, [first.from, ...within.map(({ to }) => to)])).map(
      (span) => within[span]?.key,
    ),
  );
  return unissued.filter(
    (period) => used.has(period.key) || isDueWithoutUsage(pricing, period) || carriedBy(standing, period).length > 0,
  );
}

/** What an invoice may draw credits for. */
export function dueOf({ period: { key, from }, material }: Charged): DueInvoice {
  return { key, from, amounts: amountsOf(material), minorUnit: material.minorUnit };
}
