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
import { type CursorList, cursorOf, positionIn } from './cursor.ts';

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
export interface EvenWindows {
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
    if (await shareEvenly(store, found, evenWindowsOf(windows), resources)) return shown(resources);
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
export function evenWindowsOf(windows: readonly RatedPart[]): EvenWindows[] {
  const even: EvenWindows[] = [];
  for (const part of [...windows].sort((a, b) => a.contribution.from - b.contribution.from)) {
    const { from, to, quantity } = part.contribution;
    const last = even.at(-1);
    const goesOn = last !== undefined && (last.to === from || last.to === to) && alike(last.like, part);
    const windows = goesOn ? last : { from, to, quantity: 0n, covered: 0n, included: 0n, amount: 0n, like: part };
    if (!goesOn) even.push(windows);
    // Nothing costs nothing wherever it is: it does not tell what a unit costs in this one.
    if (windows.like.contribution.quantity === 0n) windows.like = part;
    windows.to = to;
    windows.quantity += quantity;
    for (const { quantity: covered } of part.covered) windows.covered += covered;
    windows.included += part.included;
    windows.amount += part.amount - part.coveredAmount;
  }
  return even;
}

/**
 * Gives each resource its share of all windows in which a unit costs the same. @returns false where a share is no whole 10⁻¹² of the currency: then
 * the amounts depend on the order of the events, and each must be rated
 */
async function shareEvenly(
  store: ClickHouse,
  found: FoundCharge,
  even: readonly EvenWindows[],
  resources: Map<string, Sums>,
): Promise<boolean> {
  if (even.length === 0) return true;
  const { meter, account } = found;
  const spans = spansOf(found);
  const bounds = rising([...even, ...spans].flatMap(({ from, to }) => [from, to]));
  const entries = spans.map(({ dimensions }) => ({
    ...{ ...readingOf(meter), aggregation: meter.aggregation as 'sum', groupBy: [0] },
    only: dimensions,
  }));
  const rows: ChargeUsageRow[] = await chargeUsage(store.read, [account.id], entries, bounds);
  const starts = even.map(({ from }) => from);
  const given = new Map<EvenWindows, Quantity>();
  for (const { entry, window, value, group, events } of rows) {
    const span = spans[entry];
    const windows = even[countUntil(starts, window) - 1];
    if (span === undefined || window < span.from || window >= span.to) continue;
    if (windows === undefined || window >= windows.to) continue;
    const quantity = parseFixed(value, QUANTITY_DECIMALS);
    const sums = sumsOf(resources, group[0] ?? '');
    sums.events += Number.parseInt(events, 10);
    if (quantity === 0n) continue;
    if (windows.quantity === 0n || (windows.amount * quantity) % windows.quantity !== 0n) return false;
    const share = (whole: bigint) => (whole * quantity) / windows.quantity;
    given.set(windows, (given.get(windows) ?? 0n) + quantity);
    sums.quantity += quantity;
    sums.covered += share(windows.covered);
    sums.included += share(windows.included);
    sums.amount += share(windows.amount);
  }
  // What was rolled between the two readings would be missing here: better each event than a sum that is not one.
  return even.every((windows) => (given.get(windows) ?? 0n) === windows.quantity);
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
  const position = cursor === null ? null : (positionIn(list, cursor, ['string', 'string']) as [string, string]);
  const isLater = ({ resource, amountExact }: ExplainedResource) => {
    if (position === null) return true;
    const [amount, after] = [parseAmount(amountExact), parseAmount(position[0])];
    return amount < after || (amount === after && resource > position[1]);
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
