import {
  type ChargeEvent,
  type ClickHouse,
  contributionsPage,
  eventsReceivedAt,
  findKeys,
  type Micros,
  type RawEvent,
} from '../../../clickhouse/index.ts';
import { amountText, parseFixed, QUANTITY_DECIMALS, type Quantity, quantityText } from '../../domain/money.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { tierOf } from '../../domain/rating/tier-of.ts';
import { eventKey } from '../../ingest/event-key.ts';
import { toRfc3339 } from '../../ingest/event-time.ts';
import type { ChargesReader } from '../account-charges.ts';
import { positionsOf } from '../charge-filter.ts';
import { ADDITIVE } from '../charge-gathering.ts';
import type { ExplainedEvent, ExplanationPage } from '../explanation.types.ts';
import type { FoundCharge } from './find-charge.ts';
import { openCharge, rateCharge } from './open-charge.ts';

export interface EventsQuestion {
  resource: string | null;
  /** Event time inside the period, half-open. */
  from: Micros;
  to: Micros;
  cursor: string | null;
  limit: number;
}

/** An event's place in the order in which events count. */
interface Place {
  time: Micros;
  source: string;
  id: string;
}

/** A page of the events a charge is made of, in the order they count, each with what it adds. Any depth is alike. */
export async function explainedEvents(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  question: EventsQuestion,
): Promise<ExplanationPage<ExplainedEvent>> {
  return found.meter.aggregation === 'time_weighted'
    ? levelEvents(charges, store, found, question)
    : countedEvents(charges, store, found, question);
}

/** Of counted usage: the page is read first, then the charge is rated with exactly those events apart. */
async function countedEvents(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  { resource, from, to, cursor, limit }: EventsQuestion,
): Promise<ExplanationPage<ExplainedEvent>> {
  const { account, meter } = found;
  const rows = await contributionsPage(store.read, {
    accountId: account.id,
    meter: meter.key,
    meterVersion: meter.version,
    dimensions: positionsOf(found),
    subject: resource,
    from,
    to: Math.min(to, found.through),
    after: cursor === null ? null : placeOf(cursor),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const instants = [...new Set(page.map(({ time }) => time))];
  const [raw, parts] = await Promise.all([
    eventsReceivedAt(
      store.read,
      account.id,
      page.map(({ receivedAt }) => receivedAt),
    ),
    ADDITIVE.has(meter.aggregation)
      ? partsAt(charges, found, instants)
      : openCharge(charges, store, found).then((opened) => opened?.parts ?? []),
  ]);
  const standing = standingBefore(parts);
  const data = page.map((row) => {
    const mine = parts.filter(
      ({ contribution: { source, id, from: time } }) => time === row.time && source === row.source && id === row.id,
    );
    return eventOf(found, row, mine, standing(row), raw.get(row.receivedAt));
  });
  return pageOf(data, rows.length > limit ? (page.at(-1) as ChargeEvent) : null);
}

/** The parts of a charge of which the events at some instants are apart. */
async function partsAt(charges: ChargesReader, found: FoundCharge, instants: readonly Micros[]): Promise<RatedPart[]> {
  const singleEvents = instants.map((at) => ({ from: at, to: at + 1 }));
  const cuts = instants.flatMap((at) => [at, at + 1]);
  return (await rateCharge(charges, found, { cuts, singleEvents }))?.parts ?? [];
}

/** Of levels: an event is the intervals it began, and those are all in memory. */
async function levelEvents(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  { resource, from, to, cursor, limit }: EventsQuestion,
): Promise<ExplanationPage<ExplainedEvent>> {
  const opened = await openCharge(charges, store, found);
  const last = cursor === null ? null : placeOf(cursor);
  const events = new Map<string, Place & { subject: string; parts: RatedPart[]; before: Standing }>();
  let before: Standing = { used: 0n, charged: 0n };
  for (const part of opened?.parts ?? []) {
    const { source, id, subject, from: time, whole } = part.contribution;
    const key = JSON.stringify([source, id]);
    const event = events.get(key) ?? { time: whole?.from ?? time, source, id, subject, parts: [], before };
    event.parts.push(part);
    events.set(key, event);
    before = after(before, part);
  }
  const own = [...events.values()]
    .filter((event) => (resource === null || event.subject === resource) && event.time >= from && event.time < to)
    .sort(inPlace)
    .filter((event) => last === null || inPlace(event, last) > 0);
  const page = own.slice(0, limit);
  const hashes = page.map(({ source, id }) => eventKey(found.account.id, source, id).hash);
  const keys = await findKeys(store.read, found.account.id, hashes);
  const raw = await eventsReceivedAt(
    store.read,
    found.account.id,
    keys.map(({ receivedAt }) => receivedAt),
  );
  const byEvent = new Map([...raw.values()].map((event) => [JSON.stringify([event.source, event.id]), event]));
  const data = page.map((event) => {
    const stored = byEvent.get(JSON.stringify([event.source, event.id]));
    const quantity = event.parts.reduce((sum, part) => sum + part.contribution.quantity, 0n);
    return eventOf(found, { ...event, value: null, quantity }, event.parts, event.before, stored);
  });
  return pageOf(data, own.length > limit ? (page.at(-1) as Place) : null);
}

function eventOf(
  { meter, price }: FoundCharge,
  row: Place & { subject: string; value: string | null; quantity?: Quantity },
  parts: readonly RatedPart[],
  before: Standing,
  stored: RawEvent | undefined,
): ExplainedEvent {
  const added = row.quantity ?? parts.reduce((sum, { contribution }) => sum + contribution.quantity, 0n);
  const covered = parts.reduce((sum, part) => sum + part.covered.reduce((c, { quantity }) => c + quantity, 0n), 0n);
  const included = parts.reduce((sum, part) => sum + part.included, 0n);
  const standing = parts.reduce(after, before);
  const isCounted = row.value !== null && meter.aggregation !== 'count';
  return {
    source: row.source,
    id: row.id,
    resource: row.subject,
    eventTime: toRfc3339(stored?.time ?? row.time),
    receiveTime: stored === undefined ? '' : toRfc3339(stored.receivedAt),
    event: stored === undefined ? null : (JSON.parse(stored.envelope) as Record<string, unknown>),
    quantity: isCounted ? quantityText(parseFixed(row.value as string, QUANTITY_DECIMALS)) : quantityText(added),
    runningQuantity: quantityText(before.used + added),
    tier: tierOf(price, standing.charged),
    covered: quantityText(covered),
    included: quantityText(included),
    amountExact: amountText(parts.reduce((sum, part) => sum + part.amount - part.coveredAmount, 0n)),
  };
}

/** How much of a charge was used, and how much of that no license and no allowance covers. */
interface Standing {
  used: Quantity;
  charged: Quantity;
}

function after({ used, charged }: Standing, { contribution: { quantity }, covered, included }: RatedPart): Standing {
  const free = covered.reduce((sum, each) => sum + each.quantity, included);
  return { used: used + quantity, charged: charged + quantity - free };
}

/** Where the charge stands before an event; asked of events in the order they count. */
function standingBefore(parts: readonly RatedPart[]): (event: Place) => Standing {
  let next = 0;
  let standing: Standing = { used: 0n, charged: 0n };
  return (event) => {
    for (; next < parts.length; next++) {
      const part = parts[next] as RatedPart;
      const { from: time, source, id } = part.contribution;
      if (inPlace({ time, source, id }, event) >= 0) break;
      standing = after(standing, part);
    }
    return standing;
  };
}

function pageOf(data: ExplainedEvent[], last: Place | null): ExplanationPage<ExplainedEvent> {
  const total = data.reduce((sum, { amountExact }) => sum + parseFixed(amountExact, 12), 0n);
  return { data, pageTotal: amountText(total), nextCursor: last === null ? null : cursorOf(last) };
}

function inPlace(a: Place, b: Place): number {
  return a.time - b.time || compare(a.source, b.source) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cursorOf({ time, source, id }: Place): string {
  return Buffer.from(JSON.stringify([time, source, id])).toString('base64url');
}

/** @throws RangeError when the cursor is none of ours */
function placeOf(cursor: string): Place {
  try {
    const [time, source, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [number, string, string];
    if (Number.isSafeInteger(time) && typeof source === 'string' && typeof id === 'string') return { time, source, id };
  } catch {
    // Said below.
  }
  throw new RangeError('this cursor is none that a page gave');
}
