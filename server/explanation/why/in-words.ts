import type { ClickHouse } from '../../../clickhouse/index.ts';
import type { FoundCharge } from '../charge/found-charge.ts';
import type { ExplainedEvent, ExplainedInterval, ExplanationPage } from '../explanation.types.ts';
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
  { account, meter }: FoundCharge,
  intervals: readonly ExplainedInterval[],
): Promise<ExplainedInterval[]> {
  const refs = intervals.flatMap((row): EventRef[] => [beganBy(row), ...(row.endedBy === null ? [] : [row.endedBy])]);
  const events = await saidByEvents(store, account.id, refs, MOST_READ);
  const saidBy = (ref: EventRef) => {
    const event = events.get(eventName(ref));
    return event === undefined ? undefined : wordsOfEvent(meter, event);
  };
  return intervals.map((row) => {
    const begun = saidBy(beganBy(row));
    const said = row.endedBy === null ? undefined : saidBy(row.endedBy);
    return {
      ...row,
      ...(begun === undefined ? {} : { begun }),
      endedBy: row.endedBy && (said === undefined ? row.endedBy : { ...row.endedBy, said }),
    };
  });
}

const beganBy = ({ source, eventId }: ExplainedInterval): EventRef => ({ source, id: eventId });
