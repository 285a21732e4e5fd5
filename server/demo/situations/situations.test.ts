import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { DAY, HOUR, MONTH_BEFORE_LAST, momentIn, monthOf, nextMonth } from '../calendar.ts';
import { byEventTime, type DemoEvent, isStraggler, receivedAt } from '../demo-event.ts';
import { KIM, ORBIT, SITUATION_ACCOUNTS } from './customers.ts';
import { situations, stragglers } from './situations.ts';

/** The history may start with any month; the fourth after it is the open one, and the demo may run on. */
const MONTHS = 6;
const anchors = fc
  .record({ year: fc.integer({ min: 2025, max: 2040 }), month: fc.integer({ min: 0, max: 11 }) })
  .map(({ year, month }) => Date.UTC(year, month, 1));

/** Everything that happens in six months from the anchor, without what is reported late. */
function story(anchor: number): DemoEvent[] {
  const sources = situations({ seed: 3, anchor });
  const events: DemoEvent[] = [];
  for (let day = anchor / DAY; day < momentIn(anchor, MONTHS, 1, '00:00:00') / DAY; day += 1) {
    for (const source of sources) events.push(...source.eventsOf(day));
  }
  return events.sort(byEventTime);
}

/** Milliseconds × level of an account's processes from one moment to another. */
function used(events: readonly DemoEvent[], accountId: string, size: string, from: number, to: number): number {
  const levels = new Map<string, { since: number; quantity: number }>();
  let sum = 0;
  const add = (resource: string, until: number) => {
    const level = levels.get(resource);
    if (level !== undefined) sum += level.quantity * Math.max(0, until - Math.max(level.since, from));
  };
  for (const { accountId: of, event, timeMicros } of events) {
    const at = timeMicros / 1000;
    if (of !== accountId || event.data.size !== size || at >= to) continue;
    add(event.subject, at);
    levels.set(event.subject, { since: at, quantity: Number(event.data.quantity) });
  }
  for (const resource of levels.keys()) add(resource, to);
  return sum;
}

describe('whatever month history starts with', () => {
  it('13 units are used up on the 23rd of every month', () => {
    fc.assert(
      fc.property(anchors, (anchor) => {
        const events = story(anchor);
        for (let month = 0; month < MONTHS; month += 1) {
          const from = momentIn(anchor, month, 1, '00:00:00');
          const pool = 13 * (nextMonth(from) - from);
          const unitsUntil = (day: number) =>
            16 * used(events, ORBIT, 'performance-l', from, momentIn(anchor, month, day, '00:00:00'));
          expect(unitsUntil(23)).toBeLessThan(pool);
          expect(unitsUntil(24)).toBeGreaterThan(pool);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('the Eco pool lasts to within a second of 1,000 hours, then its dynos sleep until the 1st', () => {
    fc.assert(
      fc.property(anchors, (anchor) => {
        const events = story(anchor);
        for (let month = MONTH_BEFORE_LAST + 1; month < MONTHS; month += 1) {
          const from = momentIn(anchor, month, 1, '00:00:00');
          const slept = events.filter(
            ({ event, timeMicros }) =>
              event.data.cause === 'eco-pool-exhausted' && monthOf(anchor, timeMicros / 1000) === month,
          );
          expect(slept).toHaveLength(3);
          const noticed = 3 * 41_000;
          const total = used(events, KIM, 'eco', from, nextMonth(from)) - noticed;
          expect(total).toBeGreaterThanOrEqual(1000 * HOUR);
          expect(total).toBeLessThan(1000 * HOUR + 3000);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('what is late arrives after the month it is of was closed, before the next is', () => {
    fc.assert(
      fc.property(anchors, (anchor) => {
        const late = stragglers({ seed: 3, anchor });
        for (const event of late) {
          const closed = nextMonth(event.timeMicros / 1000) + 2 * DAY;
          expect(isStraggler(event)).toBe(true);
          expect(receivedAt(event)).toBeGreaterThan(closed);
          expect(receivedAt(event)).toBeLessThan(nextMonth(closed));
        }
        expect(late.length).toBeGreaterThan(0);
      }),
    );
  });

  it('all is a function of the anchor, and says who or what did it, and why', () => {
    fc.assert(
      fc.property(anchors, (anchor) => {
        const events = story(anchor);
        expect(story(anchor)).toEqual(events);
        const teams = new Map(SITUATION_ACCOUNTS.map((a) => [a.account.id, a.teams.map(({ id }) => id)]));
        for (const { accountId, event } of [...events, ...stragglers({ seed: 3, anchor })]) {
          expect(Object.values<string>(EVENT_TYPES)).toContain(event.type);
          if (!event.data.actor || !event.data.cause) expect.fail(`${event.subject} of ${event.time} tells no cause`);
          const { team } = event.data;
          if (team !== undefined) expect(teams.get(accountId)).toContain(team);
        }
      }),
      { numRuns: 10 },
    );
  });
});
