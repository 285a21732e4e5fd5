import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { PERSONAL } from '../accounts.ts';
import { DAY, HOUR, MINUTE } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { randomFrom } from '../random.ts';
import { addonEvent } from './addons.ts';

/** An Eco dyno sleeps after so long without a visit. */
const SLEEPS_AFTER = 30 * MINUTE;

/** The personal account: an Eco app that wakes with visits and sleeps again, a Basic app and a small key-value store. */
export function personal(world: DemoWorld): EventSource {
  const firstDay = Math.floor(world.anchor / DAY);
  return {
    // A dyno kept awake past midnight sleeps on the next day.
    spanDays: 1,
    eventsOf: (day) => [...(day === firstDay ? standing(world) : []), ...ecoDyno(world, day)],
  };
}

function standing(world: DemoWorld): DemoEvent[] {
  return [
    dyno(world, 'plant-diary', 'basic', world.anchor, 1, 'carried-over', 'platform'),
    addonEvent(world, {
      accountId: PERSONAL,
      at: world.anchor,
      id: 'key-value-lively-30421',
      app: 'plant-diary',
      team: null,
      service: 'key-value',
      plan: 'mini',
      present: true,
      actor: 'platform',
      cause: 'carried-over',
    }),
  ];
}

/** Visits of a day, joined where one comes before the dyno would sleep. */
function ecoDyno(world: DemoWorld, day: number): DemoEvent[] {
  const random = randomFrom(world.seed, 0x1a9e, day);
  const visits = Array.from(
    { length: random.poisson(7) },
    // From 05:00 to 22:00, so that one day's dyno always sleeps before the next day's first visit.
    () => day * DAY + 5 * HOUR + random.whole(0, 17 * HOUR),
  ).sort((a, b) => a - b);
  const events: DemoEvent[] = [];
  let sleeps: number | null = null;
  for (const visit of visits) {
    if (sleeps === null || visit >= sleeps) {
      if (sleeps !== null) events.push(dyno(world, 'janes-garden', 'eco', sleeps, 0, 'sleep', 'platform'));
      events.push(dyno(world, 'janes-garden', 'eco', visit, 1, 'wake', 'router'));
    }
    sleeps = visit + SLEEPS_AFTER;
  }
  if (sleeps !== null) events.push(dyno(world, 'janes-garden', 'eco', sleeps, 0, 'sleep', 'platform'));
  return events;
}

function dyno(
  world: DemoWorld,
  app: string,
  size: string,
  at: number,
  quantity: number,
  cause: string,
  actor: string,
): DemoEvent {
  return demoEvent(world.seed, {
    accountId: PERSONAL,
    at,
    source: '//platform/formation',
    type: EVENT_TYPES.formation,
    subject: `${app}/web`,
    n: quantity,
    data: { app, process: 'web', size, quantity, cause, actor },
  });
}
