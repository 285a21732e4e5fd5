import { type ChargeUsageRow, type ClickHouse, chargeUsage } from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import type { FinerReading } from '../../billing/finer-reading.ts';
import { type Micros, toRfc3339 } from '../../domain/instant.ts';
import { amountText, parseFixed, QUANTITY_DECIMALS, quantityText } from '../../domain/money.ts';
import { countUntil, rising } from '../../domain/rating/instants.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { windowBounds } from '../../domain/windows.ts';
import { readingOf } from '../../metering/registry.ts';
import { spansOf } from '../charge/charge-spans.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { alike, rateCharge, roughWindows } from '../charge/open-charge.ts';
import type { ExplainedWindow, ExplanationPage } from '../explanation.types.ts';
import { type CursorList, cursorOf, positionIn } from './cursor.ts';

/** What a resource used in an hour. */
interface Hour {
  from: Micros;
  to: Micros;
  quantity: bigint;
  events: number;
}

/**
 * A page of a resource's usage by hours, oldest first, each with what it adds to the charge; `null` when it used nothing.
 * Hours in which the price changes are read event by event, and so are those of which a share is no whole 10⁻¹² of the
 * currency.
 * @throws RangeError when no page of this list gave the cursor
 */
export async function explainedHours(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  resource: string,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<ExplanationPage<ExplainedWindow> | null> {
  const list: CursorList = { found, list: 'hours', resource };
  const from = cursor === null ? found.period.from : (positionIn(list, cursor, ['number'])[0] as number);
  const whole = await hoursOf(store, found, resource);
  if (whole.length === 0) return null;
  const begin = whole.filter((hour) => hour.from < from).length;
  const all = whole.slice(begin);
  const hours = all.slice(0, limit);
  const before = whole[begin - limit - 1];
  const finer: FinerReading = { cuts: hours.flatMap((hour) => [hour.from, hour.to]), singleEvents: [] };
  let parts = (await rateCharge(charges, found, finer))?.parts ?? [];
  const rough = roughWindows(parts);
  const apart = hours.filter((hour) => rough.some((window) => isWithin(hour, window)) || shareOf(parts, hour) === null);
  if (apart.length > 0) {
    finer.singleEvents.push(...apart);
    parts = (await rateCharge(charges, found, finer))?.parts ?? [];
  }
  const amounts = hours.map((hour) => amountIn(parts, hour, resource));
  const last = all.length > limit ? hours.at(-1) : undefined;
  return {
    data: hours.map((hour, i) => ({
      from: toRfc3339(hour.from),
      to: toRfc3339(hour.to),
      events: hour.events,
      quantity: quantityText(hour.quantity),
      amountExact: amountText(amounts[i] as bigint),
    })),
    pageTotal: amountText(amounts.reduce((sum, amount) => sum + amount, 0n)),
    nextCursor: last === undefined ? null : cursorOf(list, [last.to]),
    previousCursor: before === undefined ? null : cursorOf(list, [before.to]),
  };
}

/** The hours in which the resource used what belongs to the charge: all, since a page tells also where the one before begins. */
async function hoursOf(store: ClickHouse, found: FoundCharge, resource: string): Promise<Hour[]> {
  const { account, meter, period, through } = found;
  const { from } = period;
  const spans = spansOf(found);
  const full = windowBounds(from, period.to, 'HOUR', period.timeZone).filter((bound) => bound < through);
  const starts = spans.flatMap((span) => [span.from, span.to]).filter((at) => at > from && at < through);
  const entries = spans.map(({ dimensions }) => ({
    ...{ ...readingOf(meter), aggregation: meter.aggregation as 'sum', groupBy: [] },
    only: [...dimensions, { position: 0, value: resource }],
  }));
  const rows: ChargeUsageRow[] = await chargeUsage(
    store.read,
    [account.id],
    entries,
    rising([...full, ...starts, through]),
  );
  const hours = new Map<Micros, Hour>();
  for (const { entry, window, value, events } of rows) {
    const span = spans[entry];
    if (span === undefined || window < span.from || window >= span.to) continue;
    const at = countUntil(full, window) - 1;
    const start = full[at] as Micros;
    const hour = hours.get(start) ?? { from: start, to: full[at + 1] ?? through, quantity: 0n, events: 0 };
    hour.quantity += parseFixed(value, QUANTITY_DECIMALS);
    hour.events += Number.parseInt(events, 10);
    hours.set(start, hour);
  }
  return [...hours.values()].sort((a, b) => a.from - b.from);
}

const net = (parts: readonly RatedPart[]) => parts.reduce((sum, part) => sum + part.amount - part.coveredAmount, 0n);
const isWithin = (hour: Hour, window: { from: Micros }) => window.from >= hour.from && window.from < hour.to;
const within = (parts: readonly RatedPart[], hour: Hour) =>
  parts.filter(({ contribution }) => isWithin(hour, contribution));

/** What a share of an hour's usage costs; `null` where units of it cost differently, or that is no whole 10⁻¹². */
function shareOf(parts: readonly RatedPart[], hour: Hour): bigint | null {
  const windows = within(parts, hour);
  const like = windows.find(({ contribution }) => contribution.quantity !== 0n);
  if (like !== undefined && !windows.every((part) => alike(part, like))) return null;
  const whole = windows.reduce((sum, { contribution }) => sum + contribution.quantity, 0n);
  if (whole === 0n) return hour.quantity === 0n && net(windows) === 0n && like === undefined ? 0n : null;
  return (net(windows) * hour.quantity) % whole === 0n ? (net(windows) * hour.quantity) / whole : null;
}

function amountIn(parts: readonly RatedPart[], hour: Hour, resource: string): bigint {
  const inIt = within(parts, hour);
  const single = inIt.filter(({ contribution }) => contribution.kind === 'event');
  if (single.length === 0) return shareOf(parts, hour) ?? 0n;
  return net(single.filter(({ contribution }) => contribution.subject === resource));
}
