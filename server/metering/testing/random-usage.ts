import fc from 'fast-check';
import type { MeterDefinition } from '../../domain/meter.ts';
import { digits } from '../../domain/testing/digits.ts';
import { previousLocalBound, type WindowSize } from '../../domain/testing/local-windows.ts';
import type { NaiveEvent } from './naive-usage.ts';

/** The clock of these tests; the 13 months before hold two changes of every zone that changes. */
export const NOW = Date.parse('2026-11-24T05:17:33.123Z') * 1000;
const EARLIEST = Date.parse('2025-10-24T05:17:34Z') * 1000;
const LATEST = NOW + 3_600_000_000;

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];

/** Instants at which one of these zones changes its clocks, and month ends far east and west. */
const TURNING_POINTS = [
  '2025-10-26T01:00:00Z',
  '2025-11-02T06:00:00Z',
  '2025-11-02T09:00:00Z',
  '2026-03-08T07:00:00Z',
  '2026-03-29T01:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-10-03T15:30:00Z',
  '2026-10-25T01:00:00Z',
  '2026-11-01T06:00:00Z',
  '2026-01-31T11:00:00Z',
  '2026-03-01T08:00:00Z',
  '2026-08-31T18:15:00Z',
].map((text) => Date.parse(text) * 1000);

const TYPE = { usage: 'test.used', slots: 'test.scaled', amount: 'test.stored' } as const;
type Kind = keyof typeof TYPE;

const dimensions = { app: '$.app', region: '$.place.region' };
const of = (kind: Kind, more: Pick<MeterDefinition, 'aggregation' | 'valuePath' | 'levels'>): MeterDefinition => ({
  description: '',
  eventType: TYPE[kind],
  dimensions,
  unit: 'things',
  ...more,
});

/** A meter of every aggregation; the first five read the same events. */
export const METERS: Record<string, MeterDefinition> = {
  counted: of('usage', { aggregation: 'count' }),
  summed: of('usage', { aggregation: 'sum', valuePath: '$.value' }),
  highest: of('usage', { aggregation: 'max', valuePath: '$.value' }),
  latest: of('usage', { aggregation: 'latest', valuePath: '$.value' }),
  users: of('usage', { aggregation: 'unique', valuePath: '$.user' }),
  running: of('slots', { aggregation: 'time_weighted', valuePath: '$.value', levels: 'slots' }),
  stored: of('amount', { aggregation: 'time_weighted', valuePath: '$.value', levels: 'amount' }),
};
const kindOf = (meter: string): Kind => (meter === 'running' ? 'slots' : meter === 'stored' ? 'amount' : 'usage');

const within = (at: number) => Math.min(LATEST, Math.max(EARLIEST, at));
const around = (centre: number, reach: number) => fc.integer({ min: -reach, max: reach }).map((off) => centre + off);
const anyTime = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...TURNING_POINTS).chain((at) => around(at, 2 * HOUR)) },
    { weight: 1, arbitrary: fc.constantFrom(...TURNING_POINTS).chain((at) => around(at, 1)) },
    { weight: 1, arbitrary: around(NOW - 3 * HOUR, 3 * HOUR) },
    // Clocks differ: a sender may be an hour ahead.
    { weight: 2, arbitrary: around(NOW + HOUR / 4, HOUR / 2) },
    { weight: 1, arbitrary: fc.integer({ min: EARLIEST, max: LATEST }) },
    { weight: 1, arbitrary: fc.integer({ min: EARLIEST, max: LATEST }).map((at) => at - (at % HOUR) + HOUR) },
  )
  .map(within);

const SUBJECTS = ['dyno-1', 'dyno-2', 'größe 3'];
const APPS = ['', 'shop', "o'clock\\"];
const REGIONS = ['', 'eu', 'us', '東京'];
const big = (max: bigint) => fc.bigInt({ min: -max, max });
const values: Record<Kind, fc.Arbitrary<bigint>> = {
  usage: fc.oneof(
    big(5n).map((n) => n * 10n ** 12n),
    big(10n ** 15n),
    big(10n ** 30n - 1n),
  ),
  slots: fc.integer({ min: 0, max: 5 }).map((n) => BigInt(n) * 10n ** 12n),
  amount: fc.oneof(fc.constantFrom(0n, 10n ** 12n), fc.bigInt({ min: 0n, max: 10n ** 24n })),
};

/** An event, how its JSON is spelled, and its kind. */
export interface RandomEvent extends NaiveEvent {
  kind: Kind;
  spelling: 'number' | 'text' | 'exponent';
}

const randomEvent = fc
  .record({
    kind: fc.constantFrom<Kind>('usage', 'usage', 'slots', 'amount'),
    when: fc.record({
      place: fc.nat({ max: 3 }),
      off: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(0, 1, MINUTE) },
        { weight: 1, arbitrary: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }) },
      ),
    }),
    // Orders of UTF-8 and UTF-16 differ for the last two.
    idStart: fc.constantFrom('a', 'Z', 'é', '\uff5e', '😀'),
    source: fc.constantFrom('/a', '/a', '/ü'),
    subject: fc.constantFrom(...SUBJECTS),
    app: fc.constantFrom(...APPS),
    region: fc.constantFrom(...REGIONS),
    text: fc.constantFrom('ada', 'bob', '12', 'Ada', 'ä'),
    spelling: fc.constantFrom<RandomEvent['spelling']>('number', 'text', 'exponent'),
    values: fc.record(values),
  })
  .map(({ values: value, ...rest }) => ({ ...rest, value: value[rest.kind] }));

/** Events in the order and the batches in which they are sent, some of them twice. */
export interface RandomTraffic {
  events: RandomEvent[];
  batches: RandomEvent[][];
  /** After which batches to wait until they are counted, so that what follows is late. */
  pauses: boolean[];
}

/** Up to 40 events, sent in any order, cut anywhere, up to 10 of them again. */
export const randomTraffic: fc.Arbitrary<RandomTraffic> = fc
  .record({
    drawn: fc.array(fc.tuple(randomEvent, fc.nat()), { minLength: 1, maxLength: 40, size: 'max' }),
    // Few, so that events meet and a run does not touch every month.
    places: fc.array(anyTime, { minLength: 4, maxLength: 4 }),
    again: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 10 }),
    cuts: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4, size: 'max' }),
    pauses: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ drawn, places, again, cuts, pauses }) => {
    const events = drawn.map(([{ when, idStart, app, region, ...event }, order], i) => ({
      ...event,
      id: `${idStart}${i}`,
      time: within((places[when.place] ?? NOW) + when.off),
      dimensions: { app, region },
      order,
    }));
    const repeated = again.map(([which, order]) => ({
      event: events[which % events.length] as (typeof events)[0],
      order,
    }));
    const sent = [...events.map((event) => ({ event, order: event.order })), ...repeated]
      .toSorted((a, b) => a.order - b.order)
      .map(({ event }) => event);
    const batches: RandomEvent[][] = [];
    for (const cut of cuts) batches.push(sent.splice(0, cut));
    batches.push(sent);
    return { events, batches: batches.filter((batch) => batch.length > 0), pauses };
  });

/** The JSON text of a batch. Written by hand, so that every digit is as it was drawn. */
export function batchText(events: readonly RandomEvent[], type?: string): string {
  return `[${events.map((event) => eventText(event, type ?? TYPE[event.kind])).join(',')}]`;
}

function eventText({ id, source, subject, time, dimensions: names, value, text, spelling }: RandomEvent, type: string) {
  const plain = digits(value, 12);
  const number = { number: plain, text: `"${plain}"`, exponent: `${value}e-12` }[spelling];
  // A number is the same user however it is spelled, and the same as its text.
  const user = text === '12' ? { number: '12.0', text: '"12"', exponent: '1.2e1' }[spelling] : JSON.stringify(text);
  const place = names.region === '' ? '{}' : `{"region":${JSON.stringify(names.region)}}`;
  const micros = String(((time % SECOND) + SECOND) % SECOND).padStart(6, '0');
  const at = `${new Date(Math.floor(time / 1000)).toISOString().slice(0, 19)}.${micros}Z`;
  const attributes = JSON.stringify({ specversion: '1.0', id, source, type, subject, time: at }).slice(1, -1);
  return `{${attributes},"data":{"app":${JSON.stringify(names.app)},"place":${place},"value":${number},"other":"${digits(-value, 12)}","user":${user}}}`;
}

/** A question about one of `METERS`; times are picked relative to the events, because bounds matter most there. */
export interface RandomQuestion {
  meter: string;
  from: number;
  to: number;
  windowSize: WindowSize | undefined;
  timeZone: string;
  groupBy: string[];
  only: Record<string, string[]>;
}

/** How far a question may reach to each side of the event it is about. */
const REACH = { MINUTE: 2 * HOUR, HOUR: 5 * DAY, DAY: 60 * DAY, MONTH: 400 * DAY, none: 400 * DAY };

const distance = (...edges: number[]) =>
  fc.oneof(
    fc.constantFrom(...edges, SECOND, MINUTE, HOUR, DAY),
    fc.integer({ min: 0, max: 2 * HOUR }),
    fc.integer({ min: 0, max: 60 * DAY }),
    fc.constant(400 * DAY),
  );

const drawnQuestion = fc.record({
  meter: fc.constantFrom(...Object.keys(METERS), 'latest', 'running', 'stored'),
  about: fc.nat(),
  before: distance(-1, 0, 0, 1),
  after: distance(0, 1, 1, 1),
  rounded: fc.constantFrom<number | 'local'>(1, 1, SECOND, MINUTE, HOUR, DAY, 'local', 'local'),
  windowSize: fc.constantFrom('MINUTE', 'HOUR', 'DAY', 'MONTH', undefined),
  timeZone: fc.constantFrom(...ZONES),
  groupBy: fc.oneof(fc.constant<string[]>([]), fc.shuffledSubarray(['subject', 'app', 'region'])),
  // Most questions filter nothing, or hardly an event would be left to compare.
  only: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Record<string, string[]>>({}) },
    {
      weight: 1,
      arbitrary: fc.record(
        {
          subject: fc.subarray(SUBJECTS, { minLength: 1 }),
          app: fc.subarray(APPS, { minLength: 1 }),
          region: fc.subarray(REGIONS, { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
    },
  ),
});

type DrawnQuestion = typeof drawnQuestion extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Questions to ask of a traffic. */
export const randomQuestions = fc.array(drawnQuestion, { minLength: 16, maxLength: 16 });

/** A drawn question with its times settled. */
export function settle(drawn: DrawnQuestion, events: readonly RandomEvent[]): RandomQuestion {
  const { about, before, after, rounded, windowSize, timeZone, meter, groupBy, only } = drawn;
  const read = readBy(meter, events);
  const of = read.length > 0 ? read : events;
  const time = of[about % of.length]?.time ?? NOW;
  const reach = REACH[windowSize ?? 'none'];
  let from = time - Math.min(before, reach);
  from = rounded === 'local' ? previousLocalBound(from, windowSize ?? 'DAY', timeZone) : from - (from % rounded);
  const to = Math.max(from + 1, time + Math.min(after, reach));
  return { meter, from, to, windowSize, timeZone, groupBy, only };
}

/** The events a meter reads. */
export function readBy(meter: string, events: readonly RandomEvent[]): RandomEvent[] {
  return events.filter((event) => event.kind === kindOf(meter));
}
