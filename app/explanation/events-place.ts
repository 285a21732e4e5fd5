import type { EventsPlace } from '../paths.ts';
import { notUnderstood, searchOf } from '../search-params.ts';

const NAMES = ['resource', 'from', 'to', 'day', 'cursor'] as const;
const DAY = /^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Which events an address asks for; what is empty, as of a form that was not filled in, is not asked. @throws a 400 `Response` for no day */
export function eventsPlaceIn(url: string): EventsPlace {
  const search = searchOf(url, NAMES);
  const place: EventsPlace = {};
  for (const name of NAMES) {
    const value = search.get(name);
    if (value) place[name] = value;
  }
  if (place.day !== undefined && !DAY.test(place.day)) throw notUnderstood('“day” is a day such as 2026-11-03.');
  return place;
}
