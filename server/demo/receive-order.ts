import { HOUR } from './calendar.ts';
import { type DemoEvent, MAX_RECEIVE_DELAY, receivedAt } from './demo-event.ts';
import type { DemoTraffic } from './traffic.ts';

/** The demo's events as they arrive: most within seconds, a few hours late. */
export interface ReceiveOrder {
  /**
   * The events that arrive after the previous call's `until` (at first: after the start) up to and with `until`, earliest
   * receipt first. Asks for at most a few hours at once, or all of it is in memory.
   */
  receivedUntil: (until: Date) => DemoEvent[];
}

/**
 * Follows the traffic in the order of receipt, starting after `from`. What happened before `from` and arrives after it is found again,
 * so a restart at the moment where the last run stopped leaves nothing out.
 */
export function inReceiveOrder(traffic: DemoTraffic, from: Date): ReceiveOrder {
  let passed = from.getTime();
  let onTheWay: DemoEvent[] = [];
  for (const event of traffic.eventsBetween(new Date(passed - MAX_RECEIVE_DELAY - HOUR), from)) {
    if (receivedAt(event) > passed) onTheWay.push(event);
  }
  return {
    receivedUntil: (until) => {
      const through = until.getTime();
      if (through <= passed) return [];
      const arrived: DemoEvent[] = [];
      const still: DemoEvent[] = [];
      const sort = (event: DemoEvent) => (receivedAt(event) <= through ? arrived : still).push(event);
      onTheWay.forEach(sort);
      for (const event of traffic.eventsBetween(new Date(passed), until)) sort(event);
      arrived.push(...traffic.stragglersBetween(new Date(passed), until));
      passed = through;
      onTheWay = still;
      // The sort is stable, so what arrives at one moment stays in event-time order.
      return arrived.sort((a, b) => receivedAt(a) - receivedAt(b));
    },
  };
}
