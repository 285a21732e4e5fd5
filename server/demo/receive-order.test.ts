import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from './calendar.ts';
import { type DemoEvent, MAX_RECEIVE_DELAY, receivedAt } from './demo-event.ts';
import { inReceiveOrder } from './receive-order.ts';
import { createDemoTraffic } from './traffic.ts';

const traffic = createDemoTraffic({ seed: 3, anchor: new Date('2026-08-01T00:00:00Z') });
const start = Date.parse('2026-11-10T08:00:00Z');

function received(from: number, until: number, step: number): string[] {
  const order = inReceiveOrder(traffic, new Date(from));
  const ids: string[] = [];
  for (let at = from + step; at <= until; at += step) {
    ids.push(...order.receivedUntil(new Date(at)).map(({ event }) => event.id));
  }
  return ids;
}

describe('receive order', () => {
  it('is the same in small and in large steps', () => {
    expect(received(start, start + DAY, 60_000)).toEqual(received(start, start + DAY, DAY));
  });

  it('goes on after a restart without a gap', () => {
    const middle = start + 5 * HOUR;
    const inTwoRuns = [...received(start, middle, HOUR), ...received(middle, start + DAY, HOUR)];
    expect(inTwoRuns).toEqual(received(start, start + DAY, HOUR));
  });

  it('has exactly the events that arrive in the span, late ones in their time', () => {
    const expected = [...traffic.eventsBetween(new Date(start - MAX_RECEIVE_DELAY - HOUR), new Date(start + DAY))]
      .filter((event) => receivedAt(event) > start && receivedAt(event) <= start + DAY)
      .map(({ event }) => event.id);
    const ids = received(start, start + DAY, HOUR);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    expect(ids).not.toEqual(expected);
  });

  it('brings stragglers, once, on the day they arrive', () => {
    const stragglers = traffic.stragglersBetween(new Date('2026-08-01T00:00:00Z'), new Date(start));
    const day = Math.floor(receivedAt(stragglers[0] as DemoEvent) / DAY) * DAY;
    const ids = received(day - DAY, day + 2 * DAY, HOUR);
    for (const { event } of stragglers) expect(ids.filter((id) => id === event.id)).toHaveLength(1);
  });

  it('has nothing for a span that has passed', () => {
    const order = inReceiveOrder(traffic, new Date(start));
    expect(order.receivedUntil(new Date(start))).toEqual([]);
    expect(order.receivedUntil(new Date(start - HOUR))).toEqual([]);
  });
});
