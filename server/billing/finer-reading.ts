import { DAY, HOUR, MINUTE, type Micros } from '../domain/instant.ts';
import type { Span } from './charge-gathering.ts';

/** How counted usage is read: apart at more instants, and event by event inside some spans. */
export interface FinerReading {
  cuts: Micros[];
  singleEvents: Span[];
}

/** What a window is read in, one after another, before its events are read one by one. */
const UNITS = [DAY, HOUR, MINUTE];

/**
 * How a window of counted usage is read more finely: in days, in hours, in minutes, at last event by event.
 * @param largest no smaller windows are larger than that, in microseconds
 */
export function finerThan({ from, to }: Span, largest = DAY): FinerReading {
  const unit = UNITS.find((each) => each <= largest && to - from > each);
  const cuts = [from, to];
  if (unit === undefined) return { cuts, singleEvents: [{ from, to }] };
  for (let at = from + unit - (from % unit); at < to; at += unit) cuts.push(at);
  return { cuts, singleEvents: [] };
}

/**
 * Reads ever more finely, until that is enough.
 * @param finer the next reading; `null` when the one before will do
 * @param most how many there may be: each must find out something, so there is an end to them
 * @param what is not known yet, in words, should there be more
 * @throws Error after `most` readings
 */
export async function readEverFiner<Reading>(
  first: Reading,
  finer: (reading: Reading) => Promise<Reading | null>,
  { most, what }: { most: number; what: string },
): Promise<Reading> {
  let reading = first;
  for (let readings = 1; readings <= most; readings++) {
    const next = await finer(reading);
    if (next === null) return reading;
    reading = next;
  }
  throw new Error(`${what} after ${most} readings`);
}
