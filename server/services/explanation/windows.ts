import { type ClickHouse, chargeUsage, type Micros } from '../../../clickhouse/index.ts';
import { amountText, parseFixed, QUANTITY_DECIMALS, quantityText } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { windowBounds } from '../../domain/windows.ts';
import { toRfc3339 } from '../../ingest/event-time.ts';
import type { ChargesReader } from '../account-charges.ts';
import { positionsOf } from '../charge-filter.ts';
import type { ExplainedWindow, ExplanationPage } from '../explanation.types.ts';
import type { FoundCharge } from './find-charge.ts';
import { type FinerReading, rateCharge, roughWindows } from './open-charge.ts';

/**
 * A page of a resource's usage by hours, oldest first, each with what it adds to the charge. Hours in which the price
 * changes are read event by event, and so are those of which a share is no whole 10⁻¹² of the currency.
 */
export async function explainedHours(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  resource: string,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<ExplanationPage<ExplainedWindow>> {
  const { account, meter, period, through } = found;
  const from = Math.max(period.from, cursor === null ? period.from : Number.parseInt(cursor, 10));
  const bounds = windowBounds(from, period.to, 'HOUR', account.timeZone).filter((bound) => bound < through);
  const only = [...positionsOf(found), { position: 0, value: resource }];
  const entry = {
    ...{ meter: meter.key, meterVersion: meter.version, aggregation: meter.aggregation as 'sum', groupBy: [], only },
  };
  const all = [...bounds, through];
  const rows = await chargeUsage(store.read, [account.id], [entry], all);
  const hours = rows.slice(0, limit).map((row) => ({
    from: row.window,
    to: all[all.indexOf(row.window) + 1] as Micros,
    quantity: parseFixed(row.value, QUANTITY_DECIMALS),
    events: Number.parseInt(row.events, 10),
  }));
  const finer: FinerReading = { cuts: hours.flatMap((hour) => [hour.from, hour.to]), singleEvents: [] };
  let parts = (await rateCharge(charges, found, finer))?.parts ?? [];
  const rough = roughWindows(parts).map(({ from: start }) => start);
  const apart = hours.filter((hour) => rough.includes(hour.from) || shareOf(parts, hour) === null);
  if (apart.length > 0) {
    finer.singleEvents.push(...apart);
    parts = (await rateCharge(charges, found, finer))?.parts ?? [];
  }
  const amounts = hours.map((hour) => amountIn(parts, hour, resource));
  const last = hours.at(-1);
  return {
    data: hours.map((hour, i) => ({
      from: toRfc3339(hour.from),
      to: toRfc3339(hour.to),
      events: hour.events,
      quantity: quantityText(hour.quantity),
      amountExact: amountText(amounts[i] as bigint),
    })),
    pageTotal: amountText(amounts.reduce((sum, amount) => sum + amount, 0n)),
    nextCursor: rows.length > limit && last !== undefined ? String(last.to) : null,
  };
}

interface Hour {
  from: Micros;
  to: Micros;
  quantity: bigint;
}

const net = (parts: readonly RatedPart[]) => parts.reduce((sum, part) => sum + part.amount - part.coveredAmount, 0n);
const within = (parts: readonly RatedPart[], { from, to }: Hour) =>
  parts.filter(({ contribution }) => contribution.from >= from && contribution.from < to);

/** What a share of an hour's usage costs; `null` where that is no whole 10⁻¹² of the currency. */
function shareOf(parts: readonly RatedPart[], hour: Hour): bigint | null {
  const windows = within(parts, hour);
  const whole = windows.reduce((sum, { contribution }) => sum + contribution.quantity, 0n);
  if (whole === 0n) return 0n;
  return (net(windows) * hour.quantity) % whole === 0n ? (net(windows) * hour.quantity) / whole : null;
}

function amountIn(parts: readonly RatedPart[], hour: Hour, resource: string): bigint {
  const inIt = within(parts, hour);
  const single = inIt.filter(({ contribution }) => contribution.kind === 'event');
  if (single.length === 0) return shareOf(parts, hour) ?? 0n;
  return net(single.filter(({ contribution }) => contribution.subject === resource));
}
