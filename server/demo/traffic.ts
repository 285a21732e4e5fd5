import { microsOf } from '../domain/instant.ts';
import { DAY, MINUTE } from './calendar.ts';
import { byEventTime, type DemoEvent, type DemoWorld, type EventSource, receivedAt } from './demo-event.ts';
import { situations, stragglers } from './situations/situations.ts';
import { addons } from './sources/addons.ts';
import { deploys, oneOffDynos, scheduledDynos } from './sources/dynos-on-demand.ts';
import { formations } from './sources/formations.ts';
import { connectRows, storage } from './sources/gauges.ts';
import { inference } from './sources/inference.ts';
import { dashboardVisits, members } from './sources/people.ts';
import { personal } from './sources/personal.ts';
import { reviewApps } from './sources/review-apps.ts';

/** Everything that happens in the demo. */
export interface DemoTraffic {
  /**
   * The events whose event time lies in `[from, to)`, in event-time order. A pure function of the seed, the anchor and the two moments:
   * slices concatenate, so `[a, c)` is `[a, b)` followed by `[b, c)`, ids included. Nothing happens before the anchor.
   */
  eventsBetween: (from: Date, to: Date) => Iterable<DemoEvent>;
  /** The few events that take days to arrive, by the time of their arrival, in `(after, through]`. None of the above is one. */
  stragglersBetween: (after: Date, through: Date) => DemoEvent[];
}

/**
 * Builds the demo's traffic.
 *
 * @param anchor where history starts: the first instant (UTC) of a month, and the same one for the whole life of a store, see `historyStart`
 * @throws RangeError when `anchor` is not the first instant of a month
 */
export function createDemoTraffic({ seed, anchor }: { seed: number; anchor: Date }): DemoTraffic {
  if (anchor.getUTCDate() !== 1 || anchor.getTime() % DAY !== 0) {
    throw new RangeError(`the demo's history must start with a month in UTC, not at ${anchor.toISOString()}`);
  }
  const world: DemoWorld = { seed, anchor: anchor.getTime() };
  const sources = [
    formations(world),
    addons(world),
    reviewApps(world),
    oneOffDynos(world),
    scheduledDynos(world),
    deploys(world),
    connectRows(world),
    storage(world),
    dashboardVisits(world),
    members(world),
    personal(world),
    ...situations(world),
  ];
  const late = stragglers(world).sort((a, b) => receivedAt(a) - receivedAt(b));
  const minutesOf = rememberLast(2, (day: number) => eventsByMinute(world, sources, day));
  const requests = inference(world);

  return {
    *eventsBetween(from, to) {
      const fromMicros = Math.max(from.getTime(), world.anchor) * 1000;
      const toMicros = microsOf(to);
      for (let minute = Math.floor(fromMicros / (MINUTE * 1000)); minute * MINUTE * 1000 < toMicros; minute += 1) {
        const day = Math.floor((minute * MINUTE) / DAY);
        const slow = minutesOf(day).get(minute);
        const events = requests.eventsOfMinute(minute);
        if (slow !== undefined) events.push(...slow);
        for (const event of events.sort(byEventTime)) {
          if (event.timeMicros >= fromMicros && event.timeMicros < toMicros) yield event;
        }
      }
    },
    stragglersBetween: (after, through) =>
      late.filter((event) => receivedAt(event) > after.getTime() && receivedAt(event) <= through.getTime()),
  };
}

/** All but the inference requests of one day, by minute. */
function eventsByMinute(world: DemoWorld, sources: EventSource[], day: number): Map<number, DemoEvent[]> {
  const firstDay = Math.floor(world.anchor / DAY);
  const minutes = new Map<number, DemoEvent[]>();
  for (const source of sources) {
    for (let begun = Math.max(firstDay, day - source.spanDays); begun <= day; begun += 1) {
      for (const event of source.eventsOf(begun)) {
        const minute = Math.floor(event.timeMicros / 1000 / MINUTE);
        if (Math.floor((minute * MINUTE) / DAY) !== day) continue;
        const there = minutes.get(minute);
        if (there === undefined) minutes.set(minute, [event]);
        else there.push(event);
      }
    }
  }
  return minutes;
}

/** Keeps the last few answers: the simulator asks for the same day every second. */
function rememberLast<T>(size: number, compute: (day: number) => T): (day: number) => T {
  const kept = new Map<number, T>();
  return (day) => {
    const known = kept.get(day);
    if (known !== undefined) return known;
    const made = compute(day);
    kept.set(day, made);
    const oldest = kept.keys().next();
    if (kept.size > size && !oldest.done) kept.delete(oldest.value);
    return made;
  };
}
