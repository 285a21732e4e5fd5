import type { ClickHouse } from '../../../clickhouse/index.ts';
import { readEventTime, toRfc3339 } from '../../domain/instant.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type {
  CostingEvent,
  EventSaid,
  ExplainedEvent,
  ExplainedInterval,
  Explanation,
  ExplanationPage,
} from '../explanation.types.ts';
import { withEnds } from '../levels/intervals.ts';
import { type EventRef, eventName, saidByEvents } from './event-said.ts';
import { wordsOfEvent } from './event-words.ts';

/** So many events of a page of intervals are read: those that began and ended each. */
const MOST_READ = 400;

/** A page of events, each with what it says in words. */
export function eventsInWords(
  { meter }: FoundCharge,
  page: ExplanationPage<ExplainedEvent>,
): ExplanationPage<ExplainedEvent> {
  const data = page.data.map((row) => (row.event === null ? row : { ...row, said: wordsOfEvent(meter, row.event) }));
  return { ...page, data };
}

/** Intervals with what the events that began and ended them say. */
export async function intervalsInWords(
  store: ClickHouse,
  found: FoundCharge,
  intervals: readonly ExplainedInterval[],
): Promise<ExplainedInterval[]> {
  const saidBy = await wordsOf(store, found, refsOf(intervals));
  return intervals.map((row) => intervalInWords(row, saidBy));
}

/** The first rows of a charge, with the events that ended intervals, and in words; read at once. */
export async function firstRowsInWords(
  store: ClickHouse,
  found: FoundCharge,
  first: Pick<Explanation, 'firstIntervals' | 'firstEvents'>,
): Promise<Pick<Explanation, 'firstIntervals' | 'firstEvents'>> {
  const { firstIntervals, firstEvents } = first;
  const intervals = firstIntervals === undefined ? [] : await withEnds(store, found, firstIntervals.rows);
  const events = firstEvents?.rows ?? [];
  const saidBy = await wordsOf(store, found, [...refsOf(intervals), ...events]);
  return {
    ...(firstIntervals && {
      firstIntervals: { ...firstIntervals, rows: intervals.map((row) => intervalInWords(row, saidBy)) },
    }),
    ...(firstEvents && { firstEvents: { ...firstEvents, rows: events.map((row) => eventInWords(row, saidBy)) } }),
  };
}

/** What an event says, as part of a row, and when it happened; nothing where it is not known. */
type SaidBy = (ref: EventRef) => { said?: EventSaid; time?: string };

async function wordsOf(store: ClickHouse, { account, meter }: FoundCharge, refs: readonly EventRef[]): Promise<SaidBy> {
  const events = await saidByEvents(store, account.id, refs, MOST_READ);
  return (ref) => {
    const event = events.get(eventName(ref));
    if (event === undefined) return {};
    const at = readEventTime(String(event.time));
    return { said: wordsOfEvent(meter, event), ...(at === null ? {} : { time: toRfc3339(at) }) };
  };
}

/** With its own time: what it began may be told from the period's start on only. */
function eventInWords(row: CostingEvent, saidBy: SaidBy): CostingEvent {
  const { said, time = row.eventTime } = saidBy(row);
  return { ...row, eventTime: time, ...(said === undefined ? {} : { said }) };
}

function intervalInWords(row: ExplainedInterval, saidBy: SaidBy): ExplainedInterval {
  const { said: begun } = saidBy(beganBy(row));
  const { said } = row.endedBy === null ? {} : saidBy(row.endedBy);
  const endedBy = row.endedBy && { ...row.endedBy, ...(said === undefined ? {} : { said }) };
  return { ...row, ...(begun === undefined ? {} : { begun }), endedBy };
}

function refsOf(intervals: readonly ExplainedInterval[]): EventRef[] {
  return intervals.flatMap((row) => [beganBy(row), ...(row.endedBy === null ? [] : [row.endedBy])]);
}

const beganBy = ({ source, eventId }: ExplainedInterval): EventRef => ({ source, id: eventId });
