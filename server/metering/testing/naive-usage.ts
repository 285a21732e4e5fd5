import type { Aggregation } from '../../domain/aggregation.ts';
import { digits } from '../../domain/testing/digits.ts';
import { nextLocalBound, type WindowSize } from '../../domain/testing/local-windows.ts';

/** One event of a test, its values still apart from any JSON. */
export interface NaiveEvent {
  id: string;
  source: string;
  subject: string;
  /** Microseconds since 1970. */
  time: number;
  dimensions: Record<string, string>;
  /** In units of 10^-12. */
  value: bigint;
  /** What a `unique` meter counts. */
  text: string;
}

export interface NaiveQuestion {
  aggregation: Aggregation;
  from: number;
  to: number;
  windowSize: WindowSize | undefined;
  timeZone: string;
  groupBy: readonly string[];
  only: Readonly<Record<string, readonly string[]>>;
  /** A level nobody ended lasts until here. */
  through: number;
}

export interface NaiveRow {
  from: number;
  to: number;
  group: string[];
  value: string;
}

/**
 * Usage as one would compute it by hand: every event is looked at, no bucket is kept. Written to be compared with what
 * the stores answer, so it shares nothing with them: integers instead of a decimal library, Intl instead of Temporal.
 */
export function naiveUsage(events: readonly NaiveEvent[], question: NaiveQuestion): NaiveRow[] {
  const windows = windowsOf(question);
  const groups = new Map<string, { window: [number, number]; group: string[]; events: NaiveEvent[]; levels: bigint }>();
  const cell = (window: [number, number], event: NaiveEvent) => {
    const group = question.groupBy.map((name) => dimensionOf(event, name));
    const key = JSON.stringify([window, group]);
    const known = groups.get(key) ?? { window, group, events: [], levels: 0n };
    groups.set(key, known);
    return known;
  };
  if (question.aggregation === 'time_weighted') {
    for (const { event, starts, ends } of stretches(events, question.through)) {
      if (event.value === 0n || !asked(event, question)) continue;
      for (const window of windows) {
        const length = Math.min(ends, window[1]) - Math.max(starts, window[0]);
        if (length > 0) cell(window, event).levels += event.value * BigInt(length);
      }
    }
  } else {
    for (const event of events) {
      const window = windows.find(([from, to]) => from <= event.time && event.time < to);
      if (window !== undefined && asked(event, question)) cell(window, event).events.push(event);
    }
  }
  return [...groups.values()].map(({ window, group, events: counted, levels }) => ({
    from: window[0],
    to: window[1],
    group,
    value: question.aggregation === 'time_weighted' ? digits(levels, 18) : aggregated(question.aggregation, counted),
  }));
}

function windowsOf({ from, to, windowSize, timeZone }: NaiveQuestion): [number, number][] {
  if (windowSize === undefined) return [[from, to]];
  const windows: [number, number][] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, nextLocalBound(at, windowSize, timeZone));
    windows.push([at, next]);
    at = next;
  }
  return windows;
}

/** From each level event of a subject to its next; where several share an instant only the last one lasts. */
function stretches(events: readonly NaiveEvent[], through: number) {
  const bySubject = new Map<string, NaiveEvent[]>();
  for (const event of events) bySubject.set(event.subject, [...(bySubject.get(event.subject) ?? []), event]);
  return [...bySubject.values()].flatMap((own) => {
    const inOrder = own.toSorted(inTime);
    return inOrder.map((event, i) => ({
      event,
      starts: event.time,
      ends: Math.min(through, inOrder[i + 1]?.time ?? Number.POSITIVE_INFINITY),
    }));
  });
}

function aggregated(aggregation: Exclude<Aggregation, 'time_weighted'>, events: readonly NaiveEvent[]): string {
  if (aggregation === 'count') return String(events.length);
  if (aggregation === 'unique') return String(new Set(events.map((event) => event.text)).size);
  if (aggregation === 'latest') return digits(events.toSorted(inTime).at(-1)?.value ?? 0n, 12);
  let result = events[0]?.value ?? 0n;
  for (const { value } of events.slice(1)) {
    if (aggregation === 'sum') result += value;
    else if (value > result) result = value;
  }
  return digits(result, 12);
}

/** By time, then source, then id; texts as their UTF-8 bytes. */
function inTime(a: NaiveEvent, b: NaiveEvent): number {
  return (
    a.time - b.time ||
    Buffer.compare(Buffer.from(a.source), Buffer.from(b.source)) ||
    Buffer.compare(Buffer.from(a.id), Buffer.from(b.id))
  );
}

function asked(event: NaiveEvent, { only }: NaiveQuestion): boolean {
  return Object.entries(only).every(([name, values]) => values.includes(dimensionOf(event, name)));
}

function dimensionOf(event: NaiveEvent, name: string): string {
  return name === 'subject' ? event.subject : (event.dimensions[name] ?? '');
}
