import {
  type ChargeEvent,
  type ClickHouse,
  contributionsPage,
  contributionsUpTo,
  eventsReceivedAt,
  findKeys,
  type RawEvent,
} from '../../../clickhouse/index.ts';
import type { ChargesReader } from '../../billing/account-charges.ts';
import { addsUp, isLevels } from '../../domain/aggregation.ts';
import { type Micros, toRfc3339 } from '../../domain/instant.ts';
import { amountText, parseAmount, type Quantity, quantityText } from '../../domain/money.ts';
import { tierOf } from '../../domain/pricing/tier-of.ts';
import type { RatedPart } from '../../domain/rating/rating.types.ts';
import { compareText } from '../../domain/text/text-order.ts';
import { eventKey } from '../../events/event-key.ts';
import { readingOf } from '../../metering/registry.ts';
import { spansOf } from '../charge/charge-spans.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import { openCharge, rateCharge } from '../charge/open-charge.ts';
import type { ExplainedEvent, ExplanationPage } from '../explanation.types.ts';
import { type CursorList, cursorOf, positionIn } from './cursor.ts';

/** Which events of a charge; `null`: of all resources, and from the first. */
export interface EventsQuestion {
  resource: string | null;
  /** Event time inside the period, half-open. */
  from: Micros;
  to: Micros;
  cursor: string | null;
  /** Without a cursor: the page begins with the first event from then on, others come before it. */
  startAt?: Micros | null;
  limit: number;
}

/** An event's place in the order in which events count. */
interface EventPosition {
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
  return isLevels(found.meter.aggregation)
    ? levelEvents(charges, store, found, question)
    : countedEvents(charges, store, found, question);
}

/** Of counted usage: the page is read first, then the charge is rated with exactly those events apart. */
async function countedEvents(
  charges: ChargesReader,
  store: ClickHouse,
  found: FoundCharge,
  question: EventsQuestion,
): Promise<ExplanationPage<ExplainedEvent>> {
  const { account, meter } = found;
  const { limit } = question;
  const [rows, previousCursor] = await Promise.all([
    chargeContributions(store, found, { ...question, limit: limit + 1 }),
    cursorBefore(store, found, question),
  ]);
  const page = rows.slice(0, limit);
  const instants = [...new Set(page.map(({ time }) => time))];
  const [{ events: raw, left }, parts] = await Promise.all([
    eventsReceivedAt(
      store.read,
      account.id,
      page.map(({ receivedAt }) => receivedAt),
    ),
    addsUp(meter.aggregation)
      ? partsAt(charges, found, instants)
      : openCharge(charges, store, found).then((opened) => opened?.parts ?? []),
  ]);
  const standing = standingBefore(parts);
  const own = new Map<string, RatedPart[]>();
  for (const part of parts) {
    const { from: time, source, id } = part.contribution;
    const key = positionText({ time, source, id });
    own.set(key, [...(own.get(key) ?? []), part]);
  }
  const shown = until(page, ({ receivedAt }) => left.includes(receivedAt));
  const data = shown.map((row) =>
    eventOf(found, row, own.get(positionText(row)) ?? [], standing(row), raw.get(row.receivedAt)),
  );
  const next = rows.length > shown.length ? (shown.at(-1) as ChargeEvent) : null;
  return pageOf(found, question, data, { next, previousCursor });
}

/** The cursor of the page that ends where this one begins; `null` where that is the first, or this is. */
async function cursorBefore(store: ClickHouse, found: FoundCharge, question: EventsQuestion): Promise<string | null> {
  const last = positionAfter(found, question);
  if (last === null) return null;
  const { resource, limit } = question;
  const before: EventPosition[] = [];
  for (const span of spansOf(found).reverse()) {
    const [from, to] = [Math.max(question.from, span.from), Math.min(question.to, span.to, found.through)];
    if (before.length > limit || from >= to || last.time < from) continue;
    const places = await contributionsUpTo(store.read, {
      accountId: found.account.id,
      ...readingOf(found.meter),
      dimensions: span.dimensions,
      subject: resource,
      ...{ from, to, last, limit: limit + 1 - before.length },
    });
    before.push(...places);
  }
  const at = before[limit];
  return at === undefined ? null : eventCursor(found, question, at);
}

/** What comes before the first that is one. */
function until<Row>(rows: readonly Row[], isOne: (row: Row, i: number) => boolean): readonly Row[] {
  const at = rows.findIndex(isOne);
  return at < 0 ? rows : rows.slice(0, at);
}

/** The events the charge is made of, from where the page begins, under whichever version of the price it counts by. */
async function chargeContributions(
  store: ClickHouse,
  found: FoundCharge,
  question: EventsQuestion,
): Promise<ChargeEvent[]> {
  const { resource, limit } = question;
  const after = positionAfter(found, question);
  const rows: ChargeEvent[] = [];
  for (const span of spansOf(found)) {
    const from = Math.max(question.from, span.from);
    const to = Math.min(question.to, span.to, found.through);
    if (rows.length >= limit || from >= to || (after !== null && after.time >= to)) continue;
    const page = await contributionsPage(store.read, {
      accountId: found.account.id,
      ...readingOf(found.meter),
      dimensions: span.dimensions,
      subject: resource,
      ...{ from, to, after, limit: limit - rows.length },
    });
    rows.push(...page);
  }
  return rows;
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
  question: EventsQuestion,
): Promise<ExplanationPage<ExplainedEvent>> {
  const { resource, from, to, limit } = question;
  const last = positionAfter(found, question);
  const all = (await levelsOf(charges, store, found)).filter(
    (event) => (resource === null || event.subject === resource) && event.time >= from && event.time < to,
  );
  const begin = last === null ? 0 : all.filter((event) => byPosition(event, last) <= 0).length;
  const own = all.slice(begin);
  const page = own.slice(0, limit);
  const hashes = page.map(({ source, id }) => eventKey(found.account.id, source, id).hash);
  const keys = await findKeys(store.read, found.account.id, hashes);
  // In the order of the page, so that what is too much is its end.
  const positions = new Map(hashes.map((hash, i) => [hash, i]));
  const inOrder = keys.toSorted((a, b) => (positions.get(a.keyHash) ?? 0) - (positions.get(b.keyHash) ?? 0));
  const receivedAt = inOrder.map((key) => key.receivedAt);
  const { events: raw, left } = await eventsReceivedAt(store.read, found.account.id, receivedAt);
  const byEvent = new Map([...raw.values()].map((event) => [JSON.stringify([event.source, event.id]), event]));
  const leftHashes = new Set(inOrder.flatMap((key) => (left.includes(key.receivedAt) ? [key.keyHash] : [])));
  const shown = until(page, (_event, i) => leftHashes.has(hashes[i] ?? ''));
  const data = shown.map((event) => {
    const stored = byEvent.get(JSON.stringify([event.source, event.id]));
    return eventOf(found, event, event.parts, event.before, stored);
  });
  const next = own.length > shown.length ? (shown.at(-1) as EventPosition) : null;
  const before = all[begin - limit - 1];
  return pageOf(found, question, data, { next, previousCursor: before ? eventCursor(found, question, before) : null });
}

interface LevelEvent extends EventPosition {
  subject: string;
  parts: RatedPart[];
  before: Standing;
}

/**
 * The events that began what ran, in order. Intervals run side by side, so where the charge stands is told by event: with
 * everything that it and those before it began.
 */
async function levelsOf(charges: ChargesReader, store: ClickHouse, found: FoundCharge): Promise<LevelEvent[]> {
  const opened = await openCharge(charges, store, found);
  const events = new Map<string, LevelEvent>();
  for (const part of opened?.parts ?? []) {
    const { source, id, subject, from: time, whole } = part.contribution;
    const key = JSON.stringify([source, id]);
    const event = events.get(key) ?? {
      ...{ time: whole?.from ?? time, source, id, subject, parts: [] },
      before: { used: 0n, charged: 0n },
    };
    event.parts.push(part);
    events.set(key, event);
  }
  const inOrder = [...events.values()].sort(byPosition);
  let standing: Standing = { used: 0n, charged: 0n };
  for (const event of inOrder) {
    event.before = standing;
    standing = event.parts.reduce(after, standing);
  }
  return inOrder;
}

function eventOf(
  { price }: FoundCharge,
  row: EventPosition & { subject: string },
  parts: readonly RatedPart[],
  before: Standing,
  stored: RawEvent | undefined,
): ExplainedEvent {
  const added = parts.reduce((sum, { contribution }) => sum + contribution.quantity, 0n);
  const covered = parts.reduce((sum, part) => sum + part.covered.reduce((c, { quantity }) => c + quantity, 0n), 0n);
  const included = parts.reduce((sum, part) => sum + part.included, 0n);
  const standing = parts.reduce(after, before);
  return {
    source: row.source,
    id: row.id,
    resource: row.subject,
    eventTime: toRfc3339(stored?.time ?? row.time),
    receiveTime: stored === undefined ? '' : toRfc3339(stored.receivedAt),
    event: stored === undefined ? null : (JSON.parse(stored.envelope) as Record<string, unknown>),
    quantity: quantityText(added),
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
function standingBefore(parts: readonly RatedPart[]): (event: EventPosition) => Standing {
  let next = 0;
  let standing: Standing = { used: 0n, charged: 0n };
  return (event) => {
    for (; next < parts.length; next++) {
      const part = parts[next] as RatedPart;
      const { from: time, source, id } = part.contribution;
      if (byPosition({ time, source, id }, event) >= 0) break;
      standing = after(standing, part);
    }
    return standing;
  };
}

function pageOf(
  found: FoundCharge,
  question: EventsQuestion,
  data: ExplainedEvent[],
  { next, previousCursor }: { next: EventPosition | null; previousCursor: string | null },
): ExplanationPage<ExplainedEvent> {
  const total = data.reduce((sum, { amountExact }) => sum + parseAmount(amountExact), 0n);
  const nextCursor = next === null ? null : eventCursor(found, question, next);
  return { data, pageTotal: amountText(total), nextCursor, previousCursor };
}

/** Continues after an event. */
function eventCursor(found: FoundCharge, { resource }: EventsQuestion, { time, source, id }: EventPosition): string {
  const list: CursorList = { found, list: 'events', resource };
  return cursorOf(list, [time, source, id]);
}

/** @throws RangeError when no page of this list gave the cursor */
function positionAfter(found: FoundCharge, { resource, cursor, startAt }: EventsQuestion): EventPosition | null {
  if (cursor === null) return startAt == null ? null : { time: startAt, source: '', id: '' };
  const types = ['number', 'string', 'string'] as const;
  const [time, source, id] = positionIn({ found, list: 'events', resource }, cursor, types) as [number, string, string];
  return { time, source, id };
}

function positionText({ time, source, id }: EventPosition): string {
  return JSON.stringify([time, source, id]);
}

function byPosition(a: EventPosition, b: EventPosition): number {
  return a.time - b.time || compareText(a.source, b.source) || compareText(a.id, b.id);
}
