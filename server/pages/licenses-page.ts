import type { Viewer } from '../access/viewer.ts';
import type { AccountCharges, ChargesReader, PartsWanted } from '../billing/account-charges.ts';
import { IncludedGathering } from '../billing/included-use.ts';
import type { InvoiceLine } from '../billing/invoice.types.ts';
import { sumOfAmounts } from '../billing/invoices/invoice-days.ts';
import { linesOf } from '../billing/invoices/invoice-view.ts';
import { LicenseConsumption } from '../billing/license-consumption.ts';
import { pricingOf } from '../billing/pricing.ts';
import type { Database } from '../database/database.types.ts';
import { listAllocations } from '../database/prices/license-allocations.ts';
import type { BillingPeriod } from '../domain/billing-period.ts';
import type { Micros } from '../domain/instant.ts';
import { DAY, toRfc3339 } from '../domain/instant.ts';
import { isPoolOf, licenseIn } from '../domain/license-terms.ts';
import { divideHalfEven, fixedText, parseQuantity, type Quantity, quantityText } from '../domain/money.ts';
import type { License } from '../domain/pricing/price.ts';
import { compareQuantities } from '../domain/quantity.ts';
import type { RatedLicense } from '../domain/rating/rating.types.ts';
import { localDay } from '../domain/windows.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import { chosenLines } from './grouping/charge-choice.ts';
import { accountOfPage, pageScope, periodOfPage } from './page-scope.ts';
import type { LicensesPage, LicenseUse } from './spend-pages.types.ts';

export interface LicensesPageDeps {
  database: Database;
  charges: ChargesReader;
  registry: MeterRegistry;
  readings: Readings;
  now: () => Date;
}

/** Builds the licenses page's answer; see `PageAnswers.licenses`. */
export function createLicensesPage(deps: LicensesPageDeps) {
  return async (viewer: Viewer, question: { accountId: string; period?: string }): Promise<LicensesPage> => {
    const { database } = deps;
    const scope = await pageScope(database.queries, viewer, question, deps.now());
    const { account, period } = scope;
    const pricing = await pricingOf(database.queries, account);
    const noneYet = () => new LicenseConsumption(pricing.licenses, period.timeZone, period);
    const { meteredThrough, through, consumption, included, charges } = await deps.readings.read(
      async (meteredThrough) => {
        const through = Math.min(period.to, meteredThrough);
        const gathered = { consumption: noneYet(), included: new IncludedGathering() };
        const begin: PartsWanted['begin'] = () => {
          const [consumption, included] = [noneYet(), new IncludedGathering()];
          Object.assign(gathered, { consumption, included });
          return (charge, part) => {
            consumption.add(charge.priceKey, part);
            included.add(charge, part);
          };
        };
        const charges = await deps.charges({ pricing, period, through, byDay: true, parts: { begin } });
        return { meteredThrough, through, ...gathered, charges };
      },
    );
    const lines = linesOf(charges.rating.charges, { pricing, period }, deps.registry, true);
    const named = new Set(pricing.licenses.flatMap(({ weights }) => Object.keys(weights)));
    const licenses: LicenseUse[] = [];
    // Of an ended period, as its last instant has it.
    const standing = new Date(Math.min(deps.now().getTime(), period.to / 1000 - 1));
    for (const license of pricing.licenses) {
      const rated = charges.rating.licenses.find((pool) => isPoolOf(license, pool, period));
      if (rated === undefined) continue;
      const allocations = await listAllocations(database.queries, account.id, license.id, standing, {
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
          timeZone: period.timeZone,
          isOpen: period.state === 'open',
          allocations,
        }),
      );
    }
    return {
      account: accountOfPage(account, period),
      period: periodOfPage(scope),
      meteredThrough: toRfc3339(meteredThrough),
      currency: account.currency,
      minorUnit: pricing.minorUnit,
      licenses,
      included: included
        .uses(charges, pricing, {
          period,
          through,
          isOpen: period.state === 'open',
          unitOf: (meter) => deps.registry.current(meter)?.unit ?? '',
        })
        .sort((a, b) => compareQuantities(b.percent, a.percent)),
      onDemand: lines.filter(({ priceKey }) => !named.has(priceKey)),
    };
  };
}

interface LicenseAtWork {
  license: License;
  rated: RatedLicense;
  charges: AccountCharges;
  lines: readonly InvoiceLine[];
  consumption: LicenseConsumption;
  period: BillingPeriod;
  through: Micros;
  timeZone: string;
  isOpen: boolean;
  allocations: readonly { teamId: string; quantity: string }[];
}

function licenseUse(given: LicenseAtWork): LicenseUse {
  const { rated, charges, lines, consumption, period, through, isOpen, allocations } = given;
  const license = licenseIn(given.license, period) ?? given.license;
  const seconds = BigInt(period.to - period.from);
  // Unit-seconds become units: a unit-month is one unit for the whole period.
  const units = (quantity: Quantity): string =>
    license.measure === 'unit_months'
      ? fixedText(divideHalfEven(quantity * 1_000_000n * 10_000n, seconds * 10n ** 18n), 4)
      : fixedText(divideHalfEven(quantity, 10n ** 14n), 4);
  const capacity = parseQuantity(rated.capacity);
  const drawn = parseQuantity(rated.drawn);
  const elapsed = BigInt(Math.max(0, through - period.from));
  const early = elapsed < BigInt(DAY);
  const teams = new Map(consumption.by(given.license, 'team').map(({ value, drawn: d }) => [value, d]));
  for (const { teamId } of allocations) if (!teams.has(teamId)) teams.set(teamId, 0n);
  const byDay = new Map(consumption.by(given.license, 'day').map(({ value, drawn: d }) => [value, d]));
  // A counted maximum stands at what it has reached; a day on which nothing higher came is no day of zero.
  const standsAt = license.measure === 'max' && !consumption.atOnce.has(given.license);
  let reached = 0n;
  const overage = chosenLines(lines, { license: license.id }, { licenses: [license], rulings: [] });
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
    apps: consumption.by(given.license, 'app').map(({ value, drawn: d }) => ({ app: value, drawnUnits: units(d) })),
    days: charges.days.slice(0, -1).map((from) => {
      const day = localDay(from, given.timeZone);
      const ofDay = byDay.get(day) ?? 0n;
      reached += ofDay;
      return { day, drawnUnits: from > through ? null : units(standsAt ? reached : ofDay) };
    }),
  };
}
