import { type ChargeEvent, type ClickHouse, largestContributions } from '../../../clickhouse/index.ts';
import { addsUp } from '../../domain/aggregation.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import {
  amountText,
  parseAmount,
  parseFixed,
  QUANTITY_DECIMALS,
  QUANTITY_ONE,
  quantityText,
} from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { readingOf } from '../../metering/registry.ts';
import { spansOf } from '../charge/charge-spans.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { type OpenedCharge, roughWindows } from '../charge/open-charge.ts';
import type { CostingEvent, FirstRows } from '../explanation.types.ts';

/** So many are shown on the page of the whole charge. */
const MOST = 8;
/** Of more than so many the largest are next to nothing of the charge, and finding them would read each. */
const MOST_EVENTS = 10_000;

/**
 * The largest events of counted usage, each with its share of what the window costs that it is in; `null` where that is no whole
 * 10⁻¹² of the currency, where prices of two versions count it, and where there are too many.
 */
export async function largestEvents(
  store: ClickHouse,
  found: FoundCharge,
  { parts, rated }: OpenedCharge,
): Promise<FirstRows<CostingEvent> | null> {
  const { account, meter, through } = found;
  const [span, another] = spansOf(found);
  const count = parts.reduce((sum, { contribution }) => sum + contribution.events, 0);
  const isTold = addsUp(meter.aggregation) && another === undefined && count <= MOST_EVENTS;
  if (span === undefined || !isTold || roughWindows(parts).length > 0) return null;
  const rows = await largestContributions(store.read, {
    ...{ accountId: account.id, ...readingOf(meter), dimensions: span.dimensions, subject: null },
    ...{ from: span.from, to: Math.min(span.to, through), limit: MOST },
  });
  const shares = rows.map((row) => ({ row, ...shareOf(parts, row, meter.aggregation === 'count') }));
  const told = shares.flatMap(({ row, quantity, amount }) => (amount === null ? [] : [{ row, quantity, amount }]));
  if (told.length === 0 || told.length < rows.length) return null;
  const sum = told.reduce((total, { amount }) => total + amount, 0n);
  return {
    rows: told.map(({ row, quantity, amount }) => ({
      ...{ source: row.source, id: row.id, resource: row.subject, eventTime: toRfc3339(row.time) },
      ...{ quantity: quantityText(quantity), amountExact: amountText(amount) },
    })),
    others: Math.max(0, count - told.length),
    othersAmountExact: amountText(parseAmount(rated.amountExact) - parseAmount(rated.base) - sum),
    free: 0,
    by: 'quantity',
  };
}

/** What an event adds: itself where it is apart, else its share of the window it is in, where every unit costs the same. */
function shareOf(parts: readonly RatedPart[], { time, source, id, value }: ChargeEvent, isCount: boolean) {
  const quantity = isCount ? QUANTITY_ONE : parseFixed(value, QUANTITY_DECIMALS);
  const own = parts.filter(({ contribution }) => {
    return contribution.kind === 'event' && contribution.source === source && contribution.id === id;
  });
  if (own.length > 0) return { quantity, amount: own.reduce((sum, part) => sum + net(part), 0n) };
  const window = parts.find(({ contribution: { kind, from, to, quantity: whole } }) => {
    return kind === 'bucket' && whole !== 0n && time >= from && time < to;
  });
  const whole = window?.contribution.quantity ?? 0n;
  const amount = window === undefined ? 0n : net(window) * quantity;
  return { quantity, amount: whole === 0n || amount % whole !== 0n ? null : amount / whole };
}

const net = ({ amount, coveredAmount }: RatedPart) => amount - coveredAmount;
