import type { Micros } from '../domain/instant.ts';
import { DAY, microsOf, toRfc3339 } from '../domain/instant.ts';
import { AHEAD } from '../domain/policy.ts';
import { refuseTooMany, type WindowSize, windowAt, windowBounds } from '../domain/windows.ts';
import { mapInSlices } from '../fairness/in-slices.ts';
import type { MeterRegistry } from '../metering/registry.ts';
import type { Readings } from '../metering/watermark.ts';
import type { UsageReader } from './usage.ts';

/** A question to a meter, as the API asks it. */
export interface MeterQueryQuestion {
  accountId: string;
  key: string;
  from: Micros | undefined;
  to: Micros | undefined;
  windowSize: WindowSize | undefined;
  timeZone: string;
  subjects: readonly string[] | undefined;
  groupBy: readonly string[];
  only: Record<string, readonly string[]>;
}

/** Field for field what the API answers: windows that have usage only, `value` rounded to a double beside the exact text. */
export interface MeterQueryAnswer {
  from: string | null;
  to: string | null;
  windowSize: WindowSize | null;
  meteredThrough: string;
  data: {
    windowStart: string;
    windowEnd: string;
    subject: string | null;
    groupBy: Record<string, string | null>;
    value: number;
    valueExact: string;
  }[];
}

/** `null` when there is no such meter. Throws RangeError for impossible times, dimensions or too many windows. */
export type MeterQuery = (question: MeterQueryQuestion) => Promise<MeterQueryAnswer | null>;

/** No more than this far back it is not worth asking when usage began. */
const RECENT: Micros = 40 * DAY;

/** Answers by the current version of a meter, each question at one watermark. */
export function createMeterQuery(deps: {
  registry: MeterRegistry;
  read: UsageReader;
  readings: Readings;
  now: () => Date;
  /** When an account's usage of a meter begins; `null` when there is none. */
  firstUse: (accountId: string, meter: string, version: number) => Promise<Micros | null>;
}): MeterQuery {
  const answer: MeterQuery = async (question) => {
    const meter = deps.registry.current(question.key);
    if (meter === undefined) return null;
    const size = question.windowSize;
    const wholeWindow = (at: Micros) =>
      size === undefined ? { from: at, to: at } : windowAt(at, size, question.timeZone);
    if (question.from !== undefined && question.from >= (question.to ?? Number.POSITIVE_INFINITY))
      throw new RangeError('"from" must be before "to"');
    if (size !== undefined && question.from !== undefined && question.to !== undefined)
      refuseTooMany(question.from, question.to, size);
    const now = microsOf(deps.now());
    const firstUse = () => deps.firstUse(question.accountId, meter.key, meter.version);
    // A question without an end includes what lies ahead.
    const last = wholeWindow(now + AHEAD).to;
    let to = question.to ?? last;
    let from = question.from ?? wholeWindow((await firstUse()) ?? to).from;
    if (size !== undefined) {
      // Only what can hold events is cut into windows.
      to = Math.min(to, last);
      if (from < now - RECENT) from = Math.max(from, wholeWindow((await firstUse()) ?? to).from);
      from = Math.min(from, to);
    }
    const bounds = size === undefined ? [Math.min(from, to), to] : windowBounds(from, to, size, question.timeZone);
    const { cells, meteredThrough } = await deps.read(question.accountId, meter, {
      bounds,
      groupBy: question.groupBy,
      only: { ...question.only, ...(question.subjects === undefined ? {} : { subject: question.subjects }) },
    });
    const endOf = new Map(bounds.slice(0, -1).map((bound, i) => [bound, bounds[i + 1] as Micros]));
    return {
      from: question.from === undefined ? null : toRfc3339(question.from),
      to: question.to === undefined ? null : toRfc3339(question.to),
      windowSize: question.windowSize ?? null,
      meteredThrough: toRfc3339(meteredThrough),
      data: await mapInSlices(cells, ({ window, group, quantity }) => {
        const named = Object.fromEntries(question.groupBy.map((name, i) => [name, group[i] ?? null]));
        const { subject = null, ...groupBy } = named;
        return {
          windowStart: toRfc3339(window),
          windowEnd: toRfc3339(endOf.get(window) ?? to),
          subject,
          groupBy,
          value: Number(quantity),
          valueExact: quantity,
        };
      }),
    };
  };
  return (question) => deps.readings.read(() => answer(question));
}
