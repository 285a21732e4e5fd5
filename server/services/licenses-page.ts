import type { Micros } from '../../clickhouse/index.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Database } from '../database/connect.ts';
import { listAllocations } from '../database/license-allocations.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import {
  AMOUNT_ONE,
  divideHalfEven,
  fixedText,
  parseAmount,
  parseQuantity,
  type Quantity,
  quantityText,
} from '../domain/money.ts';
import type { License } from '../domain/price.ts';
import { compareQuantities } from '../domain/quantity.ts';
import type { RatedLicense, RatedPart } from '../domain/rating/rating.types.ts';
import { localDay } from '../domain/windows.ts';
import { toRfc3339 } from '../ingest/event-time.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { AccountCharges, ChargesReader } from './account-charges.ts';
import { chosenLines } from './charge-choice.ts';
import { IncludedGathering } from './included-use.ts';
import type { InvoiceLine } from './invoice.types.ts';
import { sumOfAmounts } from './invoice-days.ts';
import { linesOf } from './invoice-view.ts';
import { accountOfPage, pageScope, periodOfPage } from './page-scope.ts';
import { pricingOf } from './pricing.ts';
import type { LicensesPage, LicenseUse } from './spend-pages.types.ts';

export interface LicensesPageParts {
  database: Database;
  charges: ChargesReader;
  registry: MeterRegistry;
  meteredThrough: () => Micros;
  now: () => Date;
}

/** Builds the licenses page's answer; see `PlainbillContext.services.licensesPage`. */
export function createLicensesPage(parts: LicensesPageParts) {
  return async (viewer: Viewer, question: { accountId: string; period?: string }): Promise<LicensesPage> => {
    const { database } = parts;
    const scope = await pageScope(database.queries, viewer, question, parts.now());
    const { account, period, open } = scope;
    const pricing = await pricingOf(database.queries, account);
    const meteredThrough = parts.meteredThrough();
    const through = Math.min(period.to, meteredThrough);
    const consumption = new Consumption(pricing.licenses, account, period);
    const included = new IncludedGathering();
    const charges = await parts.charges({
      pricing,
      period,
      through,
      byDay: true,
      onPart: (charge, part) => {
        consumption.add(charge.priceKey, part);
        included.add(charge, part);
      },
    });
    const lines = linesOf(charges.rating.charges, period, parts.registry, true);
    const named = new Set(pricing.licenses.flatMap(({ weights }) => Object.keys(weights)));
    const licenses: LicenseUse[] = [];
    for (const license of pricing.licenses) {
      const rated = charges.rating.licenses.find(({ licenseId }) => licenseId === license.id);
      if (rated === undefined) continue;
      const allocations = await listAllocations(database.queries, account.id, license.id, {
        after: null,
        limit: 1_000,
      });
      licenses.push(
        licenseUse({
          license,
          rated,
          charges,
          lines,
          consumption,
          period,
          through,
          timeZone: account.timeZone,
          isOpen: period.key === open.key,
          allocations,
        }),
      );
    }
    return {
      account: accountOfPage(account),
      period: periodOfPage(scope),
      meteredThrough: toRfc3339(meteredThrough),
      currency: account.currency,
      minorUnit: pricing.minorUnit,
      licenses,
      included: included
        .uses(charges, pricing, {
          period,
          through,
          isOpen: period.key === open.key,
          unitOf: (meter) => parts.registry.current(meter)?.unit ?? '',
        })
        .sort((a, b) => compareQuantities(b.percent, a.percent)),
      onDemand: lines.filter(({ priceKey }) => !named.has(priceKey)),
    };
  };
}

const DAY = 86_400_000_000n;

/** What each license gave, by team, app and day; in its unit times 10¹⁸, unit-seconds for unit-months. */
class Consumption {
  private readonly sums = new Map<string, Quantity>();
  private readonly licenses: Map<string, License>;
  /** Licenses whose pool is a number at the same time. */
  readonly atOnce = new Set<string>();

  constructor(
    licenses: readonly License[],
    private readonly account: { currency: string; timeZone: string },
    private readonly period: BillingPeriod,
  ) {
    this.licenses = new Map(licenses.map((license) => [license.id, license]));
  }

  add(priceKey: string, part: RatedPart): void {
    for (const { licenseId, quantity } of part.covered) this.count(licenseId, priceKey, part, quantity);
    if (part.coveredAmount === 0n) return;
    const money = [...this.licenses.values()].find(
      ({ unit, weights }) => unit === this.account.currency && weights[priceKey] !== undefined,
    );
    // Amounts have 12 decimals, quantities 18.
    if (money !== undefined) this.count(money.id, priceKey, part, part.coveredAmount * 1_000_000n);
  }

  /** By value of `team` or `app`, or by day, largest first. */
  by(licenseId: string, what: 'team' | 'app' | 'day'): { value: string; drawn: Quantity }[] {
    const prefix = JSON.stringify([licenseId, what]).slice(0, -1);
    return [...this.sums]
      .filter(([key]) => key.startsWith(`${prefix},`))
      .map(([key, drawn]) => ({ value: (JSON.parse(key) as string[])[2] ?? '', drawn }))
      .sort((a, b) => (a.drawn < b.drawn ? 1 : a.drawn > b.drawn ? -1 : a.value < b.value ? -1 : 1));
  }

  private count(licenseId: string, priceKey: string, { contribution }: RatedPart, quantity: Quantity): void {
    const weight = this.licenses.get(licenseId)?.weights[priceKey];
    if (weight === undefined) return;
    const drawn = divideHalfEven(quantity * parseAmount(weight), AMOUNT_ONE);
    // What runs at the same time is told as the average number over the period, and of a day over the day.
    const atOnce = this.licenses.get(licenseId)?.measure === 'max' && contribution.kind === 'interval';
    if (atOnce) this.atOnce.add(licenseId);
    const add = (what: string, value: string) => {
      const key = JSON.stringify([licenseId, what, value]);
      const over = what === 'day' ? DAY : BigInt(this.period.to - this.period.from);
      this.sums.set(key, (this.sums.get(key) ?? 0n) + (atOnce ? (drawn * 1_000_000n) / over : drawn));
    };
    add('team', contribution.dimensions.team ?? '');
    add('app', contribution.dimensions.app ?? '');
    add('day', localDay(contribution.from, this.account.timeZone));
  }
}

interface UseParts {
  license: License;
  rated: RatedLicense;
  charges: AccountCharges;
  lines: readonly InvoiceLine[];
  consumption: Consumption;
  period: BillingPeriod;
  through: Micros;
  timeZone: string;
  isOpen: boolean;
  allocations: readonly { teamId: string; quantity: string }[];
}

function licenseUse(parts: UseParts): LicenseUse {
  const { license, rated, charges, lines, consumption, period, through, isOpen, allocations } = parts;
  const seconds = BigInt(period.to - period.from);
  // Unit-seconds become units: a unit-month is one unit for the whole period.
  const units = (quantity: Quantity): string =>
    license.measure === 'unit_months'
      ? fixedText(divideHalfEven(quantity * 1_000_000n * 10_000n, seconds * 10n ** 18n), 4)
      : fixedText(divideHalfEven(quantity, 10n ** 14n), 4);
  const capacity = parseQuantity(rated.capacity);
  const drawn = parseQuantity(rated.drawn);
  const elapsed = BigInt(Math.max(0, through - period.from));
  const early = elapsed < 86_400_000_000n;
  const teams = new Map(consumption.by(license.id, 'team').map(({ value, drawn: d }) => [value, d]));
  for (const { teamId } of allocations) if (!teams.has(teamId)) teams.set(teamId, 0n);
  const byDay = new Map(consumption.by(license.id, 'day').map(({ value, drawn: d }) => [value, d]));
  // A counted maximum stands at what it has reached; a day on which nothing higher came is no day of zero.
  const standsAt = license.measure === 'max' && !consumption.atOnce.has(license.id);
  let reached = 0n;
  const overage = chosenLines(lines, { license: license.id }, { licenses: [license], rateCard: null });
  return {
    id: license.id,
    product: license.product,
    measure: license.measure,
    unit: license.unit,
    quantity: license.quantity,
    term: { from: license.from, to: license.to },
    capacity: quantityText(capacity),
    drawn: quantityText(drawn),
    capacityUnits: units(capacity),
    drawnUnits: units(drawn),
    percent: capacity === 0n ? '0' : fixedText(divideHalfEven(drawn * 10_000n, capacity), 2),
    exhaustedAt: rated.exhaustedAt === null ? null : toRfc3339(rated.exhaustedAt),
    paceUnits:
      !isOpen || early || license.measure === 'max' ? null : units((drawn * BigInt(period.to - period.from)) / elapsed),
    overage: sumOfAmounts(overage.map(({ amountExact }) => amountExact)),
    teams: [...teams].map(([team, d]) => ({
      team,
      drawnUnits: units(d),
      allocated: allocations.find(({ teamId }) => teamId === team)?.quantity ?? null,
    })),
    apps: consumption.by(license.id, 'app').map(({ value, drawn: d }) => ({ app: value, drawnUnits: units(d) })),
    days: charges.days.slice(0, -1).map((from) => {
      const day = localDay(from, parts.timeZone);
      const ofDay = byDay.get(day) ?? 0n;
      reached += ofDay;
      return { day, drawnUnits: from > through ? null : units(standsAt ? reached : ofDay) };
    }),
  };
}
