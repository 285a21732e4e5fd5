import { type ChargeUsageRow, type ClickHouse, chargeUsage } from '../../../clickhouse/index.ts';
import type { Micros } from '../../domain/instant.ts';
import {
  type Amount,
  amountText,
  parseAmount,
  parseFixed,
  QUANTITY_DECIMALS,
  type Quantity,
  quantityText,
} from '../../domain/money.ts';
import { countUntil, rising } from '../../domain/rating/instants.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { readingOf } from '../../metering/registry.ts';
import { spansOf } from '../charge/charge-spans.ts';
import { rateEachEvent } from '../charge/each-event.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { alike, type OpenedCharge, roughWindows } from '../charge/open-charge.ts';
import type { ExplainedResource } from '../explanation.types.ts';
import { type CursorList, cursorOf, placeIn } from './cursor.ts';

/** What a resource adds to a charge, while it is summed up. */
interface Sums {
  quantity: Quantity;
  covered: Quantity;
  included: Quantity;
  amount: Amount;
  events: number;
  /** Level events seen: an interval may be in several parts. */
  seen: Set<string>;
}

/** Windows in a row in which a unit costs the same. */
export interface Stretch {
  from: Micros;
  to: Micros;
  quantity: Quantity;
  covered: Quantity;
  included: Quantity;
  amount: Amount;
  like: RatedPart;
}

/** Everything a charge is made of, by resource, those that cost most first. Exact. */
export async function resourcesOf(
  store: ClickHouse,
  found: FoundCharge,
  opened: OpenedCharge,
): Promise<ExplainedResource[]> {
  const resources = new Map<string, Sums>();
  const single = opened.parts.filter(({ contribution }) => contribution.kind !== 'bucket');
  const windows = opened.parts.filter(({ contribution }) => contribution.kind === 'bucket');
  if (roughWindows(windows).length === 0) {
    for (const part of single) add(resources, part);
    if (await shareStretches(store, found, stretchesOf(windows), resources)) return shown(resources);
    resources.clear();
  }
  await rateEachEvent(store, found, opened, (part) => add(resources, part));
  return shown(resources);
}

function add(resources: Map<string, Sums>, part: RatedPart): void {
  const { subject, source, id, quantity } = part.contribution;
  const sums = sumsOf(resources, subject);
  const event = `${source} ${id}`;
  if (!sums.seen.has(event)) sums.events++;
  // Only intervals come in several parts.
  if (part.contribution.kind === 'interval') sums.seen.add(event);
  sums.quantity += quantity;
  for (const { quantity: covered } of part.covered) sums.covered += covered;
  sums.included += part.included;
  sums.amount += part.amount - part.coveredAmount;
}

function sumsOf(resources: Map<string, Sums>, subject: string): Sums {
  let sums = resources.get(subject);
  if (sums === undefined) {
    sums = { quantity: 0n, covered: 0n, included: 0n, amount: 0n, events: 0, seen: new Set() };
    resources.set(subject, sums);
  }
  return sums;
}

/** The windows of a charge, put together as far as a unit costs the same. */
export function stretchesOf(windows: readonly RatedPart[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const part of [...windows].sort((a, b) => a.contribution.from - b.contribution.from)) {
    const { from, to, quantity } = part.contribution;
    const last = stretches.at(-1);
    const goesOn = last !== undefined && (last.to === from || last.to === to) && alike(last.like, part);
    const stretch = goesOn ? last : { from, to, quantity: 0n, covered: 0n, included: 0n, amount: 0n, like: part };
    if (!goesOn) stretches.push(stretch);
    // Nothing costs nothing in every stretch: it does not tell what a unit costs in this one.
    if (stretch.like.contribution.quantity === 0n) stretch.like = part;
    stretch.to = to;
    stretch.quantity += quantity;
    for (const { quantity: covered } of part.covered) stretch.covered += covered;
    stretch.included += part.included;
    stretch.amount += part.amount - part.coveredAmount;
  }
  return stretches;
}

/**
 * Gives each resource its share of every stretch. @returns false where a share is no whole 10⁻¹² of the currency: then
 * the amounts depend on the order of the events, and each must be rated
 */
async function shareStretches(
  store: ClickHouse,
  found: FoundCharge,
  stretches: readonly Stretch[],
  resources: Map<string, Sums>,
): Promise<boolean> {
  if (stretches.length === 0) return true;
  const { meter, account } = found;
  const spans = spansOf(found);
  const bounds = rising([...stretches, ...spans].flatMap(({ from, to }) => [from, to]));
  const entries = spans.map(({ dimensions }) => ({
    ...{ ...readingOf(meter), aggregation: meter.aggregation as 'sum', groupBy: [0] },
    only: dimensions,
  }));
  const rows: ChargeUsageRow[] = await chargeUsage(store.read, [account.id], entries, bounds);
  const starts = stretches.map(({ from }) => from);
  const given = new Map<Stretch, Quantity>();
  for (const { entry, window, value, group, events } of rows) {
    const span = spans[entry];
    const stretch = stretches[countUntil(starts, window) - 1];
    if (span === undefined || window < span.from || window >= span.to) continue;
    if (stretch === undefined || window >= stretch.to) continue;
    const quantity = parseFixed(value, QUANTITY_DECIMALS);
    const sums = sumsOf(resources, group[0] ?? '');
    sums.events += Number.parseInt(events, 10);
    if (quantity === 0n) continue;
    if (stretch.quantity === 0n || (stretch.amount * quantity) % stretch.quantity !== 0n) return false;
    const share = (whole: bigint) => (whole * quantity) / stretch.quantity;
    given.set(stretch, (given.get(stretch) ?? 0n) + quantity);
    sums.quantity += quantity;
    sums.covered += share(stretch.covered);
    sums.included += share(stretch.included);
    sums.amount += share(stretch.amount);
  }
  // What was rolled between the two readings would be missing here: better each event than a sum that is not one.
  return stretches.every((stretch) => (given.get(stretch) ?? 0n) === stretch.quantity);
}

/**
 * A page of a charge's resources, and where the next begins: after an amount and a name, which have their place in the
 * order also when amounts have moved since.
 * @throws RangeError when no page of this list gave the cursor
 */
export function resourcesPage(
  found: FoundCharge,
  resources: readonly ExplainedResource[],
  { cursor, limit }: { cursor: string | null; limit: number },
): { page: ExplainedResource[]; next: string | null } {
  const list: CursorList = { found, list: 'resources' };
  const place = cursor === null ? null : (placeIn(list, cursor, ['string', 'string']) as [string, string]);
  const isLater = ({ resource, amountExact }: ExplainedResource) => {
    if (place === null) return true;
    const [amount, after] = [parseAmount(amountExact), parseAmount(place[0])];
    return amount < after || (amount === after && resource > place[1]);
  };
  const rest = resources.filter(isLater);
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1) : undefined;
  return { page, next: last === undefined ? null : cursorOf(list, [last.amountExact, last.resource]) };
}

function shown(resources: ReadonlyMap<string, Sums>): ExplainedResource[] {
  return [...resources]
    .sort(([a, x], [b, y]) => (x.amount === y.amount ? (a < b ? -1 : 1) : x.amount > y.amount ? -1 : 1))
    .map(([resource, { quantity, covered, included, amount, events }]) => ({
      resource,
      quantity: quantityText(quantity),
      covered: quantityText(covered),
      included: quantityText(included),
      amountExact: amountText(amount),
      events,
    }));
}
