import { DAY, monthOf } from './calendar.ts';
import type { DemoEvent, DemoWorld, EventSource } from './demo-event.ts';

/** A source whose events are all known beforehand. */
export function plannedSource(events: readonly DemoEvent[]): EventSource {
  const byDay = new Map<number, DemoEvent[]>();
  for (const event of events) {
    const day = dayOf(event);
    byDay.set(day, [...(byDay.get(day) ?? []), event]);
  }
  return { spanDays: 0, eventsOf: (day) => byDay.get(day) ?? [] };
}

/** A source whose story is told month by month, for as long as the demo runs; `month` counts from the start of history. */
export function monthlySource(world: DemoWorld, eventsOfMonth: (month: number) => readonly DemoEvent[]): EventSource {
  return {
    spanDays: 0,
    eventsOf: (day) => eventsOfMonth(monthOf(world.anchor, day * DAY)).filter((event) => dayOf(event) === day),
  };
}

function dayOf({ timeMicros }: DemoEvent): number {
  return Math.floor(timeMicros / 1000 / DAY);
}
