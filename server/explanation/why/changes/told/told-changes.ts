import type { ClickHouse } from '../../../../../clickhouse/index.ts';
import type { Span } from '../../../../billing/charge-gathering.ts';
import { chargeIdOf } from '../../../../billing/charge-id.ts';
import { toRfc3339 } from '../../../../domain/instant.ts';
import { type Amount, amountText, parseAmount } from '../../../../domain/money.ts';
import type { MeterRegistry } from '../../../../metering/registry.ts';
import { causesOf } from '../causes/causes.ts';
import type { Causes } from '../causes/causes.types.ts';
import type { Changes, DriverInside, ToldDriver } from '../changes.types.ts';
import type { Compared } from '../compared.ts';
import { type Driver, driversBetween } from '../drivers.ts';
import { amountOfInvoiced } from '../invoiced.ts';
import { amountOfSpan } from '../terms/span-terms.ts';
import { causeWords, toldEvent } from './cause-words.ts';
import { arithmeticOf } from './driver-arithmetic.ts';
import { happeningWords } from './driver-words.ts';
import { causesShown, chargeIdShown, happeningShown } from './hidden-drivers.ts';
import { type Happening, happeningsOf } from './told-drivers.ts';
import { type InvoicedDeps, invoicedDrivers } from './told-invoiced.ts';
import { type FullWording, wordingOf } from './wording.ts';

/** So many parts of a driver, the largest, are told with their arithmetic. */
const MOST_BY_HAND = 100;

/** A difference in words, with the events that made the largest drivers of it. */
export async function toldChanges(
  deps: { store: ClickHouse; registry: MeterRegistry } & InvoicedDeps,
  compared: Compared,
): Promise<Changes> {
  const { at, groupBy, hidden } = compared;
  const { now, before } = at;
  const wording = wordingOf(deps.registry, compared);
  const happenings = happeningsOf(driversBetween(compared.before, compared.now), compared, wording.productOf, groupBy);
  const causes = await causesOf(deps, compared, happenings);
  const drivers = happenings.map((happening, i) =>
    toldDriver(happeningShown(happening, hidden), causesShown(causes[i] as Causes, hidden), wording),
  );
  const { invoiced } = compared;
  if (invoiced !== null) drivers.push(...(await invoicedDrivers(deps, compared.account.id, invoiced, wording)));
  const [amount, compareAmount] = (['now', 'before'] as const).map(
    (side) => amountOfSpan(compared[side]) + (invoiced === null ? 0n : amountOfInvoiced(invoiced[side])),
  ) as [Amount, Amount];
  return {
    ...{ from: toRfc3339(now.from), to: toRfc3339(now.to) },
    ...{
      compareFrom: toRfc3339(Math.min(...before.map(({ from }) => from))),
      compareTo: toRfc3339(Math.max(...before.map(({ to }) => to))),
    },
    ...{ currency: wording.currency, minorUnit: wording.minorUnit, timeZone: wording.timeZone },
    ...{ amountExact: amountText(amount), compareAmountExact: amountText(compareAmount) },
    differenceExact: amountText(amount - compareAmount),
    ...(before.length === 1 ? {} : { compareSpans: before.map((span, i) => spanTold(span, compared.each[i] ?? 0n)) }),
    drivers: drivers.sort(bySize),
    meteredThrough: toRfc3339(compared.meteredThrough),
  };
}

/** How one part of a happening comes about, where that can be told. */
function byHand(happening: Happening, driver: Driver, wording: FullWording): Pick<DriverInside, 'arithmetic'> {
  const arithmetic = arithmeticOf({ ...happening, amount: driver.amount, drivers: [driver] }, wording);
  return arithmetic === null ? {} : { arithmetic };
}

function spanTold({ from, to }: Span, amount: Amount) {
  return { from: toRfc3339(from), to: toRfc3339(to), amountExact: amountText(amount) };
}

function toldDriver(happening: Happening, causes: Causes, wording: FullWording): ToldDriver {
  const { kind, amount, drivers } = happening;
  const { actor, events } = causes;
  const arithmetic = arithmeticOf(happening, wording);
  const at = wording.newsAt(happening) ?? causes.at;
  const chargeIds = drivers.map(({ line, periodKey }) => chargeIdShown(chargeIdOf(periodKey, line), wording.hidden));
  const isOfOne = new Set(chargeIds).size === 1;
  const { resource } = drivers[0] as Driver;
  return {
    kind,
    description: `${happeningWords(happening, wording)}${causeWords(causes, kind, wording.timeZone)}`,
    ...(arithmetic === null ? {} : { arithmetic }),
    ...(at === null ? {} : { at: toRfc3339(at) }),
    ...(actor === null ? {} : { actor }),
    ...(isOfOne ? { chargeId: chargeIds[0] as string } : {}),
    ...(drivers.length === 1 && resource !== '' ? { resource } : {}),
    ...(events.length === 0 ? {} : { eventRefs: events.map(toldEvent), eventsAre: causes.are }),
    amountExact: amountText(amount),
    ...(Object.keys(happening.group).length === 0 ? {} : { groupBy: happening.group }),
    inside: drivers.map(
      (driver, i): DriverInside => ({
        chargeId: chargeIds[i] as string,
        description: driver.price.description,
        lineValues: { ...driver.line.lineValues },
        resource: driver.resource === '' ? null : driver.resource,
        ...(drivers.length === 1 || i >= MOST_BY_HAND ? {} : byHand(happening, driver, wording)),
        amountExact: amountText(driver.amount),
      }),
    ),
  };
}

function bySize(a: ToldDriver, b: ToldDriver): number {
  const [x, y] = [a, b].map(({ amountExact }) => parseAmount(amountExact.replace('-', ''))) as [Amount, Amount];
  return x > y ? -1 : x < y ? 1 : 0;
}
