import type { ClickHouse } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import type { InvoiceLine, InvoiceView } from '../../billing/invoice.types.ts';
import { frozenMeters, frozenPricing } from '../../billing/invoices/corrections.ts';
import type { Invoices } from '../../billing/invoices/invoices.ts';
import { standingOf } from '../../billing/invoices/standing.ts';
import { storedView } from '../../billing/invoices/stored-invoice.ts';
import { metersAsOf } from '../../billing/kept/as-known.ts';
import { pricingOf, versionsInForce } from '../../billing/pricing.ts';
import { type Account, getAccount } from '../../database/accounts/accounts.ts';
import type { AccountPeriodRow } from '../../database/accounts/billing-periods.ts';
import type { Database } from '../../database/database.types.ts';
import { getInvoice, type InvoiceHead } from '../../database/invoices/invoices.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import type { ChargeLine } from '../../domain/pricing/charge-line.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import { meterIn } from '../../metering/stretches.ts';
import type { Readings } from '../../metering/watermark.ts';
import type { FoundCharge } from './found-charge.ts';

/** What charges are found, opened and explained from. */
export interface ExplanationDeps {
  database: Database;
  store: ClickHouse;
  registry: MeterRegistry;
  charges: ChargesReader;
  invoices: Invoices;
  readings: Readings;
  now: () => Date;
}

/** The period a charge is looked for in. */
interface SoughtPeriod {
  account: Account;
  period: AccountPeriodRow;
  previousKey: string | null;
}

const CHARGE_ID = /^((?!0000)\d{4}-(?:0[1-9]|1[0-2]))-[0-9a-f]{20}$/;
const REMEMBERED = 20_000;

/**
 * Finds charges by id; `null` when the account has none by it.
 * @param line what the id means, where that is known already
 */
export type ChargeFinder = (accountId: string, chargeId: string, line?: ChargeLine) => Promise<FoundCharge | null>;

/**
 * A charge's id does not tell its price and line; they are looked up on the invoice, and remembered, since an id means the
 * same charge for good.
 */
export function createChargeFinder(deps: ExplanationDeps): ChargeFinder {
  const remembered = new Map<string, ChargeLine>();
  const keyOf = (accountId: string, chargeId: string) => `${accountId} ${chargeId}`;
  const remember = (accountId: string, lines: readonly InvoiceLine[]) => {
    for (const { chargeId, priceKey, lineValues, corrects } of lines) {
      if (corrects === undefined) remembered.set(keyOf(accountId, chargeId), { priceKey, lineValues });
    }
    for (const key of remembered.keys()) {
      if (remembered.size <= REMEMBERED) break;
      remembered.delete(key);
    }
  };

  async function computed(
    { account, period, previousKey }: SoughtPeriod,
    chargeId: string,
    known: ChargeLine | undefined,
  ): Promise<FoundCharge | null> {
    const key = keyOf(account.id, chargeId);
    if (known === undefined && !remembered.has(key)) {
      remember(account.id, (await deps.invoices.computed(account, period.key)).view.lines);
    }
    const line = known ?? remembered.get(key);
    if (line === undefined) return null;
    const pricing = await pricingOf(deps.database.queries, account);
    const meteredThrough = await deps.readings.read(async (now) => now);
    const isOpen = period.state === 'open';
    const invoice = {
      id: isOpen ? 'current' : period.key,
      number: null,
      state: isOpen ? ('projected' as const) : ('draft' as const),
    };
    const base = { account, period, previousKey, pricing, line, issued: null, meters: null, meteredThrough };
    return foundCharge(deps.registry, base, invoice);
  }

  return async (accountId, chargeId, line) => {
    const periodKey = CHARGE_ID.exec(chargeId)?.[1];
    const account = periodKey === undefined ? null : await getAccount(deps.database.queries, accountId);
    if (periodKey === undefined || account === null) return null;
    const { periods, finals } = await standingOf(deps.database.queries, account, deps.now());
    const at = periods.findIndex(({ key }) => key === periodKey);
    const period = periods[at];
    const previousKey = periods[at - 1]?.key ?? null;
    const head = finals.find((each) => each.period.key === periodKey);
    if (period === undefined) return null;
    const sought = { account, period, previousKey };
    return head === undefined ? computed(sought, chargeId, line) : issuedCharge(deps, sought, head, chargeId);
  };
}

/** A charge of an invoice that was issued: with the prices and meters it was issued with. */
async function issuedCharge(
  deps: ExplanationDeps,
  { account, previousKey }: SoughtPeriod,
  head: InvoiceHead,
  chargeId: string,
): Promise<FoundCharge | null> {
  const stored = await getInvoice(deps.database.queries, account.id, head.id);
  if (stored === null) return null;
  const view = storedView(stored);
  const line = view.lines.find((each) => each.chargeId === chargeId);
  if (line === undefined) return null;
  const pricing = await frozenPricing(deps, await pricingOf(deps.database.queries, account), head);
  const { id, number, state } = view;
  const base = {
    account: pricing.account,
    period: head.period,
    previousKey,
    pricing,
    line,
    issued: line,
    meters: metersAsOf(await frozenMeters(deps, head), head.meteredThroughMicros),
    meteredThrough: head.meteredThroughMicros,
  };
  return foundCharge(deps.registry, base, { id, number, state });
}

/** With what was in force of its price and meter at its period's end; `null` where either is not known. */
function foundCharge(
  registry: MeterRegistry,
  base: Omit<FoundCharge, 'invoice' | 'meter' | 'price' | 'through'>,
  invoice: Pick<InvoiceView, 'id' | 'number' | 'state'>,
): FoundCharge | null {
  const { account, period, pricing, line, meters, meteredThrough } = base;
  const versions = versionsInForce(pricing, period);
  const price = versions.findLast(({ prices }) => prices.has(line.priceKey))?.prices.get(line.priceKey);
  const registered =
    price && (meters === null ? registry.current(price.meter) : meters.find(({ key }) => key === price.meter));
  if (price === undefined || registered === undefined) return null;
  const meter = meterIn(registered, { from: period.from, to: period.to });
  const { key, from, to, timeZone } = period;
  return {
    ...base,
    line: { priceKey: line.priceKey, lineValues: line.lineValues },
    invoice: {
      ...invoice,
      period: { key, from: toRfc3339(from), to: toRfc3339(to), timeZone },
      currency: account.currency,
      minorUnit: pricing.minorUnit,
    },
    price,
    meter,
    through: Math.min(period.to, meteredThrough),
  };
}
