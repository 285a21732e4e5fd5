import { type ClickHouse, chargeEvents } from '../../../clickhouse/index.ts';
import { apart } from '../../billing/charge-gathering.ts';
import { type Micros, readEventTime, SECOND, toRfc3339 } from '../../domain/instant.ts';
import { amountText, parseAmount, quantityText } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { compareText } from '../../domain/text/text-order.ts';
import { readingOf } from '../../metering/registry.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { OpenedCharge } from '../charge/open-charge.ts';
import type { ExplainedInterval, ExplanationPage } from '../explanation.types.ts';
import { type CursorList, type CursorPosition, cursorOf, positionIn } from './cursor.ts';

/** Where a part stands among those of its resource: everything that tells them apart. */
type IntervalPosition = readonly [from: Micros, slot: number, source: string, id: string, to: Micros];
const POSITION_TYPES = ['number', 'number', 'string', 'string', 'number'] as const;

/** What comes first: what began first, or what cost most. */
export type IntervalOrder = 'time' | 'amount';

interface IntervalsQuestion {
  cursor: string | null;
  limit: number;
  order?: IntervalOrder | undefined;
}

/** A part, with its place in time. */
interface Placed {
  part: RatedPart;
  position: IntervalPosition;
}

/**
 * A page of what a resource ran, stretch by stretch as it was charged, in time and by slot unless those that cost most are to
 * come first; `null` when it ran nothing.
 * @throws RangeError when no page of this list gave the cursor
 */
export function intervalsPage(
  found: FoundCharge,
  { parts }: OpenedCharge,
  resource: string,
  { cursor, limit, order = 'time' }: IntervalsQuestion,
): ExplanationPage<ExplainedInterval> | null {
  const own = parts.filter(({ contribution }) => contribution.subject === resource).map(positioned);
  if (own.length === 0) return null;
  const byOrder = order === 'time' ? byPlace : byAmount;
  const list: CursorList = { found, list: order === 'time' ? 'intervals' : 'intervals by amount', resource };
  const after = cursor === null ? null : placeIn(list, cursor, order);
  const all = own.sort(byOrder);
  const begin = after === null ? 0 : all.filter((each) => byOrder(each, after) <= 0).length;
  const page = all.slice(begin, begin + limit);
  const cursorAfter = (at: number) => {
    const last = all[at - 1];
    return last === undefined ? null : cursorOf(list, cursorPosition(last, order));
  };
  return {
    data: page.map(({ part }) => intervalOf(part, found.through)),
    pageTotal: amountText(page.reduce((sum, { part }) => sum + net(part), 0n)),
    nextCursor: begin + limit < all.length ? cursorAfter(begin + limit) : null,
    previousCursor: cursorAfter(Math.max(0, begin - limit)),
  };
}

const net = ({ amount, coveredAmount }: Pick<RatedPart, 'amount' | 'coveredAmount'>) => amount - coveredAmount;

function byPlace(a: Pick<Placed, 'position'>, b: Pick<Placed, 'position'>): number {
  return byPosition(a.position, b.position);
}

type ByAmount = Pick<Placed, 'position'> & { part: Pick<RatedPart, 'amount' | 'coveredAmount'> };

/** Those that cost most first; those that cost alike in time. */
function byAmount(a: ByAmount, b: ByAmount): number {
  const [x, y] = [net(a.part), net(b.part)];
  return x === y ? byPlace(a, b) : x > y ? -1 : 1;
}

function cursorPosition({ part, position }: Placed, order: IntervalOrder): CursorPosition {
  return order === 'time' ? position : [amountText(net(part)), ...position];
}

/** Where a page continues; an amount has its place also when that of its interval has moved since. */
function placeIn(list: CursorList, cursor: string, order: IntervalOrder): ByAmount {
  if (order === 'time') {
    const position = positionIn(list, cursor, POSITION_TYPES) as IntervalPosition;
    return { position, part: { amount: 0n, coveredAmount: 0n } };
  }
  const [amount, ...position] = positionIn(list, cursor, ['string', ...POSITION_TYPES]);
  const part = { amount: parseAmount(amount as string), coveredAmount: 0n };
  return { position: position as unknown as IntervalPosition, part };
}

/** The intervals with the events that ended them: of several at that instant the last, whose state lasts. */
export async function withEnds(
  store: ClickHouse,
  { account, meter, period }: FoundCharge,
  intervals: readonly ExplainedInterval[],
): Promise<ExplainedInterval[]> {
  const endOf = ({ to, open }: ExplainedInterval) => (open ? null : readEventTime(to));
  const ends = intervals.flatMap((interval) => endOf(interval) ?? []).filter((at) => at < period.to);
  const spans = apart(ends.map((at) => ({ from: at, to: at + 1 })));
  const events = await chargeEvents(store.read, account.id, readingOf(meter), spans);
  const last = new Map(events.map(({ time, subject, source, id }) => [`${time} ${subject}`, { source, id }]));
  return intervals.map((interval) => ({
    ...interval,
    endedBy: last.get(`${endOf(interval)} ${interval.resource}`) ?? null,
  }));
}

/** A part with its place. Its amount is of the order in which parts count, in which the pieces of one slot stand together. */
function positioned(part: RatedPart): Placed {
  const { from, to, source, id, slot } = part.contribution;
  return { part, position: [from, slotNumber(slot), source, id, to] };
}

/** In time, then by slot: a slot is at one level at a time, so no two parts have one place. */
function byPosition(a: IntervalPosition, b: IntervalPosition): number {
  return a[0] - b[0] || a[1] - b[1] || compareText(a[2], b[2]) || compareText(a[3], b[3]) || a[4] - b[4];
}

/** Of a contribution's slot; 0 where there is none. */
export function slotNumber(slot: string): number {
  return slot === '' ? 0 : (JSON.parse(slot) as [string, number])[1];
}

/** A part of levels as it is shown; what runs goes on past `through`. */
export function intervalOf(part: RatedPart, through: number): ExplainedInterval {
  const { contribution, covered, included, amount, coveredAmount } = part;
  const { from, to, quantity, subject, slot, dimensions, source, id } = contribution;
  const micros = BigInt(to - from);
  return {
    resource: subject,
    slot: slotNumber(slot),
    from: toRfc3339(from),
    to: toRfc3339(to),
    seconds: secondsText(to - from),
    // A level of 12 decimals times microseconds is the quantity, exactly; what was counted at an instant is itself.
    level: quantityText(micros === 0n ? quantity : (quantity * 1_000_000n) / micros),
    dimensions: { ...dimensions },
    open: to === through,
    source,
    eventId: id,
    endedBy: null,
    quantity: quantityText(quantity),
    covered: quantityText(covered.reduce((sum, each) => sum + each.quantity, 0n)),
    included: quantityText(included),
    amountExact: amountText(amount - coveredAmount),
  };
}

/** Microseconds as seconds, exactly. */
function secondsText(micros: number): string {
  const fraction = String(micros % SECOND)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const whole = String(Math.floor(micros / SECOND));
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
