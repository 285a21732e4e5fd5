import type { ClickHouse } from '../../../../../clickhouse/index.ts';
import { KeptReads } from '../../../../billing/kept/kept-reads.ts';
import { type Micros, readEventTime } from '../../../../domain/instant.ts';
import { type EventRef, eventName, saidByEvents } from '../../event-said.ts';
import { causeOf } from './causes.ts';
import type { Cause } from './causes.types.ts';

/** An event that a correction is about, and when it came. */
export type LateCause = Cause & { receivedAt: Micros };

/** The first events a correction is about. */
export type LateCauses = (accountId: string, correctionId: string, isFinal: boolean) => Promise<LateCause[]>;

/** What opens a correction: rooms above this one do. */
export type CorrectionOpener = (
  accountId: string,
  correctionId: string,
) => Promise<{ events: readonly (EventRef & { eventTime: string; receiveTime: string })[] } | null>;

/** So many corrections are kept. */
const MOST_KEPT = 512;
/** So many events are told of each. */
const MOST_EVENTS = 4;

/** What stands on a final invoice is read once; the last asked for are kept. */
export function createLateCauses(store: ClickHouse, correction: CorrectionOpener): LateCauses {
  const kept = new KeptReads<LateCause[]>(MOST_KEPT, () => 1);
  const read = async (accountId: string, correctionId: string): Promise<LateCause[]> => {
    const events = (await correction(accountId, correctionId))?.events.slice(0, MOST_EVENTS) ?? [];
    const said = await saidByEvents(store, accountId, events);
    return events.map(({ source, id, eventTime, receiveTime }) => ({
      ...causeOf({ source, id, at: readEventTime(eventTime) as Micros }, said.get(eventName({ source, id }))),
      receivedAt: readEventTime(receiveTime) as Micros,
    }));
  };
  return (accountId, correctionId, isFinal) =>
    isFinal
      ? kept.get(JSON.stringify([accountId, correctionId]), () => read(accountId, correctionId))
      : read(accountId, correctionId);
}
