import type { ClickHouse } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import { ratingScope } from '../../billing/charge-scope.ts';
import type { InvoiceLine } from '../../billing/invoice.types.ts';
import { linesOf } from '../../billing/invoices/invoice-view.ts';
import type { SpendDay } from '../../billing/spend-days.ts';
import { daysOfPeriod } from '../../billing/spend-days.ts';
import { isLevels } from '../../domain/aggregation.ts';
import type { Micros } from '../../domain/instant.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import { amountText, parseAmount, quantityText } from '../../domain/money.ts';
import { isSameLine } from '../../domain/pricing/charge-line.ts';
import { AccountRater } from '../../domain/rating/account-rater.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import type { Readings } from '../../metering/watermark.ts';
import type { ChargeFinder } from '../charge/find-charge.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { rateCharge } from '../charge/open-charge.ts';
import { readAsItStands } from '../charge/standing-still.ts';
import type { ExplainedInterval, Explanation } from '../explanation.types.ts';
import { type CursorList, cursorOf, positionIn } from './cursor.ts';
import { intervalOf } from './intervals.ts';

/** What a resource adds to a charge on one day, and what it ran on it. Exact decimal text. */
export interface DayResource {
  resource: string;
  quantity: string;
  amountExact: string;
  /** Cut at the day's bounds. */
  intervals: ExplainedInterval[];
}

/** What a charge cost on one day. */
export interface DayOfCharge extends Pick<Explanation, 'account' | 'invoice' | 'charge' | 'meteredThrough'> {
  meter: Pick<Explanation['meter'], 'key' | 'description' | 'aggregation' | 'unit'>;
  day: Omit<SpendDay, 'amount'>;
  /** The days beside it, in the same period. */
  previous: string | null;
  next: string | null;
  /** `null` where it cannot be told: an earlier version issued the charge, and rated it otherwise. */
  spent: {
    /** `null` while the day has not come. */
    amount: string | null;
    /** How much was used. */
    quantity: string | null;
    /** Of levels: resources, those that cost most first; they add up to the amount. `null` of counted usage: its events do. */
    resources: DayResource[] | null;
    resourceCount: number;
    nextResources: string | null;
  } | null;
}

interface DayQuestion {
  day: string;
  cursor: string | null;
  limit: number;
}

/** `null` when the account has no such charge, or its period no such day. @throws RangeError for a cursor no page gave */
export type DaysOfCharges = (accountId: string, chargeId: string, question: DayQuestion) => Promise<DayOfCharge | null>;

/** Opens a charge on one day: rated as for the days of its invoice, every interval cut at midnight. */
export function createDaysOfCharges({
  find,
  charges,
  store,
  registry,
  readings,
}: {
  find: ChargeFinder;
  store: ClickHouse;
  charges: ChargesReader;
  registry: MeterRegistry;
  readings: Readings;
}): DaysOfCharges {
  const open: DaysOfCharges = async (accountId, chargeId, question) => {
    const found = await find(accountId, chargeId);
    const rate = (standing: FoundCharge) => rateCharge(charges, standing, { cuts: [], singleEvents: [] });
    const opened = found && (await readAsItStands(store, found, rate));
    if (found === null || opened === null) return null;
    const { account, invoice, pricing, period, through, line, issued, meter, meteredThrough } = found;
    const scope = ratingScope(pricing, period);
    const days = daysOfPeriod(scope.days, period.timeZone, through);
    const index = days.findIndex(({ day }) => day === question.day);
    const day = days[index];
    if (day === undefined) return null;
    const parts: RatedPart[] = [];
    const [from, to] = [scope.days[index] as Micros, scope.days[index + 1] as Micros];
    const rater = new AccountRater({
      ...{ ...scope, byDay: true },
      onPart: (charge, part) => {
        const at = part.contribution.from;
        if (at >= from && at < to && isSameLine(line, charge)) parts.push(part);
      },
    });
    rater.rate(opened.usage);
    const rated = rater.result().charges.find((charge) => isSameLine(line, charge));
    if (rated === undefined) return null;
    const charge = issued ?? (linesOf([rated], found, registry, true)[0] as InvoiceLine | undefined);
    if (charge === undefined) return null;
    const { id, name, timeZone, kind } = account;
    const { key, description, aggregation, unit } = meter;
    return {
      account: { id, name, timeZone, kind },
      ...{ invoice, charge, meter: { key, description, aggregation, unit }, day },
      previous: days[index - 1]?.day ?? null,
      next: days[index + 1]?.day ?? null,
      spent: rated.amountExact === charge.amountExact ? spentOn(found, day, parts, question) : null,
      meteredThrough: toRfc3339(meteredThrough),
    };
  };
  return (...asked) => readings.together(() => open(...asked));
}

function spentOn(
  found: FoundCharge,
  { state }: DayOfCharge['day'],
  parts: readonly RatedPart[],
  { day, cursor, limit }: DayQuestion,
): DayOfCharge['spent'] {
  if (state === 'future') {
    return { amount: null, quantity: null, resources: null, resourceCount: 0, nextResources: null };
  }
  const whole = { amount: amountText(net(parts)), quantity: quantityText(usedIn(parts)) };
  if (!isLevels(found.meter.aggregation)) {
    return { ...whole, resources: null, resourceCount: 0, nextResources: null };
  }
  const all = resourcesOn(parts, found.through);
  const list: CursorList = { found, list: 'resources', resource: `on ${day}` };
  const position = cursor === null ? null : (positionIn(list, cursor, ['string', 'string']) as [string, string]);
  const rest =
    position === null ? all : all.filter((each) => isAfter(each, { amountExact: position[0], resource: position[1] }));
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1) : undefined;
  return {
    ...whole,
    resources: page,
    resourceCount: all.length,
    nextResources: last === undefined ? null : cursorOf(list, [last.amountExact, last.resource]),
  };
}

/** Those that cost most first, each with what it ran in the order it counts. */
function resourcesOn(parts: readonly RatedPart[], through: Micros): DayResource[] {
  const byResource = new Map<string, RatedPart[]>();
  for (const part of parts) {
    const { subject } = part.contribution;
    const own = byResource.get(subject) ?? [];
    byResource.set(subject, own);
    own.push(part);
  }
  return [...byResource]
    .map(([resource, own]) => ({
      resource,
      quantity: quantityText(usedIn(own)),
      amountExact: amountText(net(own)),
      intervals: own.map((part) => intervalOf(part, through)),
    }))
    .sort((a, b) => (isAfter(a, b) ? 1 : -1));
}

type ResourcePosition = Pick<DayResource, 'resource' | 'amountExact'>;

function isAfter(a: ResourcePosition, b: ResourcePosition): boolean {
  const [x, y] = [parseAmount(a.amountExact), parseAmount(b.amountExact)];
  return x < y || (x === y && a.resource > b.resource);
}

const net = (parts: readonly RatedPart[]) => parts.reduce((sum, part) => sum + part.amount - part.coveredAmount, 0n);
const usedIn = (parts: readonly RatedPart[]) => parts.reduce((sum, part) => sum + part.contribution.quantity, 0n);
