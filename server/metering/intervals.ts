import { type LevelEvent, OPEN_END, type UsageInterval } from '../../clickhouse/index.ts';
import type { Micros } from '../domain/instant.ts';

/** When a meter's contributions are levels, and how. */
export interface LevelTimes {
  /** How contributions of an instant are levels; `null` when they are none. */
  at: (time: Micros) => 'slots' | 'amount' | null;
  /** Whether the meter counts otherwise at some time. */
  isMixed: boolean;
  /** Instants, rising, at which all that runs ends: from there on the meter counts otherwise or is archived. */
  ends: readonly Micros[];
}

/**
 * Turns a resource's level events into intervals.
 *
 * Slots: going from 2 to 3 leaves two intervals open and opens a third, going to 1 closes the highest; other
 * dimensions (a resize) close all and open all anew. Amount: one interval per level. A repeated level changes nothing.
 * An interval belongs to the event that opened it; of several events at one instant only the last one's state lasts.
 *
 * @param levels the one kind they are of, or which when
 * @param before intervals of the resource that started before the first event, in any order; those closed are ignored
 *   when they ended before it
 * @param events in order of time, source, id
 * @returns `before` with their new ends, then the intervals that the events opened; `OPEN_END` while they run
 */
export function intervalsOf(
  levels: 'slots' | 'amount' | LevelTimes,
  before: readonly UsageInterval[],
  events: readonly LevelEvent[],
): UsageInterval[] {
  const closed: UsageInterval[] = [];
  let open: UsageInterval[] = [...before].sort((a, b) => a.slot - b.slot);
  const close = (interval: UsageInterval, at: Micros) => {
    if (interval.startsAt < at) closed.push({ ...interval, endsAt: at });
  };
  const { at: kindAt, ends } = typeof levels === 'string' ? { at: () => levels, ends: [] } : levels;
  let ended = 0;
  const endUntil = (time: Micros) => {
    for (let end = ends[ended]; end !== undefined && end <= time; end = ends[++ended]) {
      for (const interval of open) close(interval, end);
      const from = end;
      open = open.filter(({ startsAt }) => startsAt >= from);
    }
  };
  for (const event of events) {
    endUntil(event.time);
    const kind = kindAt(event.time);
    if (kind === null) continue;
    const opened = (slot: number, level: string): UsageInterval => ({
      slot,
      startsAt: event.time,
      endsAt: OPEN_END,
      level,
      dimensions: event.dimensions,
      source: event.source,
      id: event.id,
    });
    const resized = open[0] !== undefined && !sameTexts(open[0].dimensions, event.dimensions);
    if (kind === 'amount') {
      if (open[0] !== undefined && !resized && open[0].level === event.level) continue;
      for (const interval of open) close(interval, event.time);
      open = event.level === '0' ? [] : [opened(0, event.level)];
      continue;
    }
    const quantity = Number.parseInt(event.level, 10);
    if (resized) {
      for (const interval of open) close(interval, event.time);
      open = [];
    }
    for (const interval of open.slice(quantity)) close(interval, event.time);
    open = open.slice(0, quantity);
    while (open.length < quantity) open.push(opened(open.length + 1, '1'));
  }
  endUntil(Number.POSITIVE_INFINITY);
  return [...closed, ...open.map((interval) => ({ ...interval, endsAt: OPEN_END }))];
}

/** What to write and what to take back so that `stored` becomes `computed`. */
export function intervalChanges(
  stored: readonly UsageInterval[],
  computed: readonly UsageInterval[],
): { written: UsageInterval[]; removed: UsageInterval[] } {
  const storedByKey = new Map(stored.map((interval) => [key(interval), interval]));
  const written: UsageInterval[] = [];
  for (const interval of computed) {
    const before = storedByKey.get(key(interval));
    storedByKey.delete(key(interval));
    if (before === undefined || !sameInterval(before, interval)) written.push(interval);
  }
  return { written, removed: [...storedByKey.values()] };
}

function key(interval: UsageInterval): string {
  return `${interval.slot} ${interval.startsAt}`;
}

function sameInterval(a: UsageInterval, b: UsageInterval): boolean {
  return (
    a.endsAt === b.endsAt &&
    a.level === b.level &&
    a.source === b.source &&
    a.id === b.id &&
    sameTexts(a.dimensions, b.dimensions)
  );
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}
