import { EVENT_TYPES } from '../../catalog/catalog.ts';
import { ENTERPRISE, TEAM_OF_APP } from '../accounts.ts';
import { DAY, HOUR, isWorkday, weekday } from '../calendar.ts';
import { type DemoEvent, type DemoWorld, demoEvent, type EventSource } from '../demo-event.ts';
import { fraction, randomFrom } from '../random.ts';

const FIRST_MEMBERS = 41;
const VISITED = ['acme-web', 'acme-api', 'acme-checkout', 'acme-search', 'acme-admin', 'acme-cms', 'acme-assistant'];

/** People of the account looking at an app in the dashboard; how many different ones is metered. */
export function dashboardVisits(world: DemoWorld): EventSource {
  return {
    spanDays: 0,
    eventsOf: (day) => {
      const random = randomFrom(world.seed, 0xac717e, day);
      const members = membersAfter(world, day);
      return Array.from({ length: random.poisson(isWorkday(day) ? 90 : 9) }, (_, n): DemoEvent => {
        const app = random.pick(VISITED);
        return demoEvent(world.seed, {
          accountId: ENTERPRISE,
          at: day * DAY + 6 * HOUR + random.whole(0, 14 * HOUR),
          source: '//dashboard/sessions',
          type: EVENT_TYPES.activity,
          subject: app,
          n,
          // Some look often, most seldom.
          data: { app, team: TEAM_OF_APP[app], userId: `u-${1000 + Math.floor(members * random.next() ** 2)}` },
        });
      });
    },
  };
}

/** How many members the account has, said whenever someone joins or leaves. */
export function members(world: DemoWorld): EventSource {
  const firstDay = Math.floor(world.anchor / DAY);
  return {
    spanDays: 0,
    eventsOf: (day) => {
      const change = memberChange(world, day);
      if (day !== firstDay && change === 0) return [];
      const random = randomFrom(world.seed, 0x3e3be5, day);
      return [
        demoEvent(world.seed, {
          accountId: ENTERPRISE,
          at: day === firstDay ? world.anchor : day * DAY + 9 * HOUR + random.whole(0, 7 * HOUR),
          source: '//platform/members',
          type: EVENT_TYPES.members,
          subject: ENTERPRISE,
          data: { members: membersAfter(world, day), joined: Math.max(0, change), left: Math.max(0, -change) },
        }),
      ];
    },
  };
}

/** On most Mondays someone joins, on some Fridays someone leaves. */
function memberChange(world: DemoWorld, day: number): number {
  if (day === Math.floor(world.anchor / DAY)) return 0;
  const chance = fraction(world.seed, 0x301ed, day);
  if (weekday(day) === 1) return chance < 0.25 ? 2 : chance < 0.7 ? 1 : 0;
  if (weekday(day) === 5) return chance < 0.3 ? -1 : 0;
  return 0;
}

function membersAfter(world: DemoWorld, day: number): number {
  let count = FIRST_MEMBERS;
  for (let d = Math.floor(world.anchor / DAY); d <= day; d += 1) count += memberChange(world, d);
  return count;
}
